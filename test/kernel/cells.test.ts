import { describe } from 'vitest';
import { KERNEL_CELLS } from '../lab/kernel-cells.ts';
import { MATRIX } from '../lab/matrix.ts';
import { cellsOnOnePair } from '../lab/shared-pair.ts';

const CELLS = [...KERNEL_CELLS, ...MATRIX.filter(({ charonEsp }) => charonEsp === 'kernel')];

/** charon's ESP is the kernel's here; ours is in user space, with a raw socket where there is no NAT. */
describe.each(['none', 'before us', 'before charon'] as const)('NAT: %s', (nat) => {
  cellsOnOnePair(CELLS.filter((cell) => cell.nat === nat));
});
