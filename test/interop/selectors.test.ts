import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { behind } from '../lab/network.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const ALL_PINGS = { sent: 3, received: 3 };

for (const we of ['initiator', 'responder'] as const) {
  const cell: Cell = { name: 'selectors', we, ...SUITES };

  interopTest(lineOf(cell, 'a tunnel for one protocol'), async (lab) => {
    const icmp = { ours: '[1/0]', charons: '[icmp]' };
    const pair = await buildPair(lab, cell, {
      ours: { localNetwork: `10.1.0.0/24${icmp.ours}`, remoteNetwork: `10.2.0.0/24${icmp.ours}` },
      charons: { localNetwork: `10.2.0.0/24${icmp.charons}`, remoteNetwork: `10.1.0.0/24${icmp.charons}` },
    });
    await establish(cell, pair);
    expect(await ping(pair.network.left, pair.network.right)).toEqual(ALL_PINGS);
    expect(await ping(pair.network.right, pair.network.left)).toEqual(ALL_PINGS);
    const { local, remote } = await tunnelOf(pair);
    expect([local, remote]).toEqual(['10.1.0.0/24[1/0]', '10.2.0.0/24[1/0]']);
    // Of another protocol nothing goes through, and nothing in clear: the router would say that it has no way.
    const { namespace } = pair.network.left;
    const tried = await namespace.exec(['bash', '-c', 'timeout 2 bash -c "echo > /dev/tcp/10.2.0.1/7"']);
    expect(tried.status).not.toBe(0);
    expect(await dropped(pair)).toBeGreaterThan(0);
  });

  interopTest(lineOf(cell, 'everything behind the peer, the own network not'), async (lab) => {
    const pair = await buildPair(lab, cell, {
      ours: { remoteNetwork: '0.0.0.0/0' },
      charons: { localNetwork: '0.0.0.0/0' },
    });
    const { network } = pair;
    await establish(cell, pair);
    expect(await ping(network.left, network.right)).toEqual(ALL_PINGS);
    expect(await ping(network.right, network.left)).toEqual(ALL_PINGS);
    // Another network behind the peer, which no tunnel names.
    expect(await ping(network.left, behind(network.right, 3))).toEqual(ALL_PINGS);
    const route = await network.left.namespace.exec(['ip', 'route', 'get', '10.1.0.77', 'from', network.left.inner]);
    expect(route.stdout).not.toContain('sallyport');
  });
}

type Pair = Awaited<ReturnType<typeof buildPair>>;

async function tunnelOf({ we }: Pair): Promise<{ readonly local: string; readonly remote: string }> {
  const [tunnel] = (await we.status()).connections.flatMap(({ tunnels }) => tunnels);
  if (tunnel === undefined) throw new Error('no tunnel');
  return tunnel;
}

const dropped = async ({ we }: Pair): Promise<number> => (await we.status()).esp.drops['no-sa'];
