import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { watchClearTraffic } from '../lab/clear-traffic.ts';
import { interopTest } from '../lab/interop-test.ts';
import { knock } from '../lab/knock.ts';
import { behind, inIpv6, type Network } from '../lab/network.ts';
import { buildPair, buildPairOn, establish, lineOf, type Pair } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const ALL_PINGS = { sent: 3, received: 3 };
const NO_PING = { sent: 1, received: 0 };
const ONCE = { count: 1, wait: 1 };

for (const we of ['initiator', 'responder'] as const) {
  const cell: Cell = { name: 'selectors', we, ...SUITES };

  interopTest(lineOf(cell, 'a tunnel for one protocol'), async (lab) => {
    const icmp = { ours: '[1/0]', charons: '[icmp]' };
    const pair = await buildPair(lab, cell, {
      ours: { localNetwork: `10.1.0.0/24${icmp.ours}`, remoteNetwork: `10.2.0.0/24${icmp.ours}` },
      charons: { localNetwork: `10.2.0.0/24${icmp.charons}`, remoteNetwork: `10.1.0.0/24${icmp.charons}` },
    });
    const { left, right, router } = pair.network;
    const clear = await watchClearTraffic(router);
    await establish(cell, pair);
    expect(await ping(left, right)).toEqual(ALL_PINGS);
    expect(await ping(right, left)).toEqual(ALL_PINGS);
    expect(await tunnelOf(pair)).toMatchObject({ local: '10.1.0.0/24[1/0]', remote: '10.2.0.0/24[1/0]' });
    // Of another protocol nothing goes through, and nothing in clear.
    expect(await knock(left, right, 7)).toBe('nothing');
    expect(await dropped(pair)).toBeGreaterThan(0);
    expect(await clear()).toBe(0);
    // What no tunnel is about leaves as it is, and the router sees it.
    await ping(left, { ...right, inner: right.address }, ONCE);
    expect(await clear()).toBe(1);
  });

  interopTest(lineOf(cell, "a tunnel for one port of the peer's network"), async (lab) => {
    const pair = await buildPair(lab, cell, {
      ours: { localNetwork: '10.1.0.0/24[6/0]', remoteNetwork: '10.2.0.0/24[6/80]' },
      charons: { localNetwork: '10.2.0.0/24[tcp/80]', remoteNetwork: '10.1.0.0/24[tcp]' },
    });
    const { left, right, router } = pair.network;
    const clear = await watchClearTraffic(router);
    await establish(cell, pair);
    expect(await knock(left, right, 80)).toBe('ECONNREFUSED');
    expect(await knock(right, left, 81, 80)).toBe('ECONNREFUSED');
    expect(await tunnelOf(pair)).toMatchObject({ local: '10.1.0.0/24[6/0]', remote: '10.2.0.0/24[6/80]' });
    expect(await knock(left, right, 81)).toBe('nothing');
    expect(await ping(left, right, ONCE)).toEqual(NO_PING);
    expect(await dropped(pair)).toBeGreaterThan(1);
    expect(await clear()).toBe(0);
  });

  interopTest(lineOf(cell, 'everything behind the peer, the own network not'), async (lab) => {
    const pair = await buildPair(lab, cell, {
      ours: { remoteNetwork: '0.0.0.0/0' },
      charons: { localNetwork: '0.0.0.0/0' },
    });
    const { network } = pair;
    await establish(cell, pair);
    await passesBothWays(network);
    // Another network behind the peer, which no tunnel names.
    expect(await ping(network.left, behind(network.right, 3))).toEqual(ALL_PINGS);
    expect(await routeTo('10.1.0.77', network)).not.toContain('sallyport');
  });

  interopTest(lineOf(cell, 'everything behind the peer in IPv6, neighbours not'), async (lab) => {
    const network = inIpv6(await lab.network(), { outside: true, inside: true });
    const pair = await buildPairOn(lab, network, cell, {
      ours: { remoteNetwork: '::/0' },
      charons: { localNetwork: '::/0' },
    });
    const { left, router } = network;
    await establish(cell, pair);
    await passesBothWays(network);
    expect(await routeTo('fd00:1::77', network)).not.toContain('sallyport');
    // Who has to ask for its neighbour now, outside the tunnel, finds it.
    await left.namespace.ip(['neigh flush dev wan']);
    await router.ip(['neigh flush dev left']);
    await passesBothWays(network);
  });

  interopTest(lineOf(cell, "a network that contains the peer's"), async (lab) => {
    const pair = await buildPair(lab, cell, {
      ours: { localNetwork: '10.0.0.0/8' },
      charons: { remoteNetwork: '10.0.0.0/8' },
    });
    const { network } = pair;
    await establish(cell, pair);
    await passesBothWays(network);
    expect(await ping(network.right, behind(network.left, 3))).toEqual(ALL_PINGS);
    // Its own part of our network is the peer's alone, the rest is no way through the tunnel.
    expect(await routeTo('10.1.0.77', network)).not.toContain('sallyport');
    expect(await routeTo('10.2.0.77', network)).toContain('sallyport');
  });
}

async function passesBothWays({ left, right }: Network): Promise<void> {
  expect(await ping(left, right)).toEqual(ALL_PINGS);
  expect(await ping(right, left)).toEqual(ALL_PINGS);
}

async function routeTo(address: string, { left }: Network): Promise<string> {
  return (await left.namespace.exec(['ip', 'route', 'get', address, 'from', left.inner])).stdout;
}

async function tunnelOf({ we }: Pair): Promise<{ readonly local: string; readonly remote: string }> {
  const [tunnel] = (await we.status()).connections.flatMap(({ tunnels }) => tunnels);
  if (tunnel === undefined) throw new Error('no tunnel');
  return tunnel;
}

const dropped = async ({ we }: Pair): Promise<number> => (await we.status()).esp.drops['no-sa'];
