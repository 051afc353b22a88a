import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { ROUND, withAssigned, withUnity } from '../lab/remote-access.ts';

for (const we of ['initiator', 'responder'] as const) {
  const cell: Cell = {
    ...{ name: 'Unity: the network that is included, without what is left out', we, nat: 'none' },
    ...{ phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] },
  };
  interopTest(lineOf(cell), async (lab) => {
    const pair = await buildPair(lab, cell, withUnity(we));
    await establish(cell, pair);
    const { left, right } = withAssigned(pair.network, we);
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
    if (we === 'responder') {
      expect(await pair.charon.policies()).toMatch(new RegExp(`Unity \\(.*: ${ROUND.left}\\), PASS`));
      return;
    }
    const deviceTo = async (address: string): Promise<string | undefined> =>
      / dev (\S+)/.exec(await left.namespace.must(['ip', 'route', 'get', address]))?.[1];
    expect(await Promise.all(['10.2.0.9', '10.2.0.70', '10.3.0.9'].map(deviceTo))).toEqual([
      'sallyport0',
      'wan',
      'wan',
    ]);
  });
}
