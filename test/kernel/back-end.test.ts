import { describe } from 'vitest';
import { BACK_END_CELLS } from '../lab/back-end-cells.ts';
import { cellsOnOnePair } from '../lab/shared-pair.ts';

/** Both kernels do ESP. */
describe.each(['none', 'before us', 'before charon'] as const)('our kernel, NAT: %s', (nat) => {
  cellsOnOnePair(BACK_END_CELLS.filter((cell) => cell.nat === nat));
});
