import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { knock } from '../lab/knock.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;

for (const we of ['initiator', 'responder'] as const) {
  const cell: Cell = { name: 'a tunnel for ICMP and one for TCP to port 22', we, ...SUITES };
  interopTest(lineOf(cell), async (lab) => {
    const pair = await buildPair(lab, cell, {
      ours: {
        localNetwork: '10.1.0.0/24[1/0]',
        remoteNetwork: '10.2.0.0/24[1/0]',
        besides: [{ name: 'ssh', local: '10.1.0.0/24[6/0]', remote: '10.2.0.0/24[6/22]' }],
      },
      charons: {
        localNetwork: '10.2.0.0/24[icmp]',
        remoteNetwork: '10.1.0.0/24[icmp]',
        more: [{ name: 'ssh', localNetwork: '10.2.0.0/24[tcp/22]', remoteNetwork: '10.1.0.0/24[tcp]' }],
      },
    });
    const { network, we: ours, charon } = pair;
    await (we === 'initiator' ? ours.up() : establish(cell, pair));
    if (we === 'responder') expect(await charon.initiate(undefined, 'ssh')).toMatchObject({ status: 0 });
    expect((await ours.holdings()).phase2).toHaveLength(2);
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
    expect(await knock(network.left, network.right, 22)).toBe('ECONNREFUSED');
    expect(await knock(network.left, network.right, 23)).not.toBe('ECONNREFUSED');
  });
}
