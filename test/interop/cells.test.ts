import { CELLS } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { MATRIX } from '../lab/matrix.ts';
import { buildPair, lineOf, play } from '../lab/pair.ts';

for (const cell of [...CELLS, ...MATRIX.filter(({ charonEsp }) => charonEsp === 'userspace')]) {
  interopTest(lineOf(cell), async (lab) => play(cell, await buildPair(lab, cell)));
}
