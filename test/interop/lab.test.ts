import { expect, test } from 'vitest';
import { agreed, CELLS, cellTitle } from '../lab/cells.ts';
import { inLab } from '../lab/lab.ts';
import { charonSettings, hiddenPlace } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { toldByCharon } from '../lab/suite-names.ts';

/** Every cell with a charon in our place: what fails here is no matter of ours. */
test.each(CELLS.map((cell) => [cellTitle(cell), cell] as const))('the lab itself: %s', async (_, cell) => {
  await inLab(async (lab) => {
    const network = await lab.network(hiddenPlace(cell));
    const left = await lab.charon(network.left, charonSettings(cell, network, 'left'));
    const right = await lab.charon(network.right, charonSettings(cell, network, 'right'));
    const initiator = cell.we === 'initiator' ? left : right;
    expect(await initiator.initiate()).toMatchObject({ status: 0 });
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });

    const [[here], [there]] = [await left.sas(), await right.sas()];
    const { phase1, phase2 } = agreed(cell);
    expect(here).toMatchObject({ state: 'ESTABLISHED', initiator: cell.we === 'initiator', ...toldByCharon(phase1) });
    expect(here?.children).toMatchObject([
      { state: 'INSTALLED', ...toldByCharon(phase2), packetsIn: 6, packetsOut: 6 },
    ]);
    expect(there?.initiatorCookie).toBe(here?.initiatorCookie);
    expect(there?.children[0]?.spiIn).toBe(here?.children[0]?.spiOut);
    expect(there?.children[0]?.spiOut).toBe(here?.children[0]?.spiIn);
  });
});
