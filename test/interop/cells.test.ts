import { expect } from 'vitest';
import { agreementOfCharon, algorithms, mirrored } from '../lab/agreement.ts';
import { agreed, CELLS } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

for (const cell of CELLS) {
  interopTest(lineOf(cell), async (lab) => {
    const pair = await buildPair(lab, cell);
    const { network, we, charon } = pair;
    await establish(cell, pair);
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });

    const charons = agreementOfCharon(await charon.sas());
    expect(charons).toMatchObject({
      ...algorithms(agreed(cell)),
      initiator: cell.we === 'responder',
      encapsulated: true,
    });
    expect(await we.agreement()).toEqual(mirrored(charons));
  });
}
