import { expect } from 'vitest';
import type { ConnectionSnapshot } from '../../src/ike/snapshot.ts';
import type { Cell } from '../lab/cells.ts';
import { watchClearTraffic } from '../lab/clear-traffic.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Lab } from '../lab/lab.ts';
import { buildPair, charonSettings, establish, lineOf, type Pair } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BY_US: Cell = { name: 'dead peers', we: 'initiator', ...SUITES };
const BY_CHARON: Cell = { name: 'dead peers', we: 'responder', ...SUITES };

/** Asked after a second, dead after four, by the times of `TIMES`. */
const TIMES = { delay: '1s', timeout: '3s' } as const;
const DEAD_AFTER = 4000;
/** A second for a machine that is busy, and what the status is late. */
const LATE = 2000;

const NOTHING = { sent: 1, received: 0 };
/** Where no answer is to come. */
const SOON = { count: 1, wait: 1 } as const;
const ALL = { sent: 3, received: 3 };

async function build(lab: Lab, cell: Cell, action: string, more: object = {}): Promise<Pair> {
  const pair = await buildPair(lab, cell, {
    ours: { startup: 'on-demand', more: { dpd: { ...TIMES, action, ...more } } },
  });
  await establish(cell, pair);
  return pair;
}

async function connection({ we }: Pair): Promise<ConnectionSnapshot> {
  const [only] = (await we.status()).connections;
  if (only === undefined) throw new Error('no connection');
  return only;
}

/** Waits until we have found charon dead, and gives what it was found dead by. */
async function death(pair: Pair): Promise<NonNullable<ConnectionSnapshot['lastDeath']>> {
  return until('charon to be found dead', async () => (await connection(pair)).lastDeath);
}

/** Nothing goes from one side to the other, in this direction or in both. */
async function cut({ network: { router } }: Pair, from: 'left' | 'right' | 'both'): Promise<() => Promise<unknown>> {
  const lost = from === 'both' ? 'drop' : `iifname "${from}" drop`;
  await router.nft(`table ip cut {
  chain between {
    type filter hook forward priority -10;
    ${lost}
  }
}
`);
  return () => router.must(['nft', 'delete', 'table', 'ip', 'cut']);
}

interopTest(lineOf(BY_US, 'we ask charon over several intervals'), async (lab) => {
  const pair = await build(lab, BY_US, 'hold');
  const asked = await until('four answers', async () => {
    const [liveness] = (await connection(pair)).liveness;
    return liveness !== undefined && liveness.answered >= 4 ? liveness : undefined;
  });
  expect(asked).toMatchObject({ state: 'alive', unanswered: 0 });
  expect(asked.roundTripsMilliseconds.length).toBeGreaterThanOrEqual(4);
  expect(await pair.charon.log()).toMatch(/parsed INFORMATIONAL_V1 request \d+ \[ HASH N\(DPD\) \]/);
  expect((await connection(pair)).lastDeath).toBeUndefined();
});

for (const cell of [BY_US, BY_CHARON]) {
  interopTest(lineOf(cell, 'charon is killed: dead at its time, and hold lets nothing out'), async (lab) => {
    const pair = await build(lab, cell, 'hold');
    const { network, charon } = pair;
    expect(await ping(network.left, network.right)).toEqual(ALL);
    await charon.crash();
    const { evidence, action } = await death(pair);
    expect(action).toBe('hold');
    expect(evidence.lastSign.agoMilliseconds).toBeGreaterThanOrEqual(DEAD_AFTER - 1);
    expect(evidence.lastSign.agoMilliseconds).toBeLessThan(DEAD_AFTER + LATE);
    expect(evidence).toMatchObject({ unanswered: 3, route: { from: network.left.address } });
    expect((await pair.we.view()).ended).toBe('dead-peer');
    const clear = await watchClearTraffic(network.router);
    expect(await ping(network.left, network.right, SOON)).toEqual(NOTHING);
    expect(await clear()).toBe(0);
  });
}

interopTest(lineOf(BY_US, 'charon is killed and comes back: after hold, traffic brings the tunnel up'), async (lab) => {
  const pair = await build(lab, BY_US, 'hold');
  const { network } = pair;
  await pair.charon.crash();
  await death(pair);
  await lab.charon(network.right, charonSettings(BY_US, network));
  await until('traffic to bring it up', async () => {
    await ping(network.left, network.right, SOON);
    return pair.we.agreement();
  });
  expect(await ping(network.left, network.right)).toEqual(ALL);
});

interopTest(lineOf(BY_US, 'charon is killed: with clear, packets leave in clear, until it is back'), async (lab) => {
  const pair = await build(lab, BY_US, 'clear');
  const { network } = pair;
  await pair.charon.crash();
  expect((await death(pair)).action).toBe('clear');
  const clear = await watchClearTraffic(network.router);
  await until('packets to leave in clear', async () => {
    await ping(network.left, network.right, SOON);
    return (await clear()) > 0 ? true : undefined;
  });
  await lab.charon(network.right, charonSettings(BY_US, network));
  await pair.we.up();
  const before = await clear();
  expect(await ping(network.left, network.right)).toEqual(ALL);
  expect(await clear()).toBe(before);
});

interopTest(lineOf(BY_US, 'charon is killed and comes back: with restart, the tunnel does too'), async (lab) => {
  const pair = await build(lab, BY_US, 'restart');
  const { network } = pair;
  const before = await pair.we.agreement();
  await pair.charon.crash();
  await death(pair);
  await lab.charon(network.right, charonSettings(BY_US, network));
  const after = await until('the tunnel', () => pair.we.agreement());
  expect(after.initiatorCookie).not.toBe(before?.initiatorCookie);
  expect(await ping(network.left, network.right)).toEqual(ALL);
});

for (const from of ['left', 'right', 'both'] as const) {
  const what = { left: 'what we send is', right: 'what charon sends is', both: 'everything is' }[from];
  interopTest(lineOf(BY_US, `${what} dropped on the way: dead, and restart brings it back`), async (lab) => {
    const pair = await build(lab, BY_US, 'restart');
    const mend = await cut(pair, from);
    const { evidence } = await death(pair);
    expect(evidence.unanswered).toBe(3);
    await mend();
    await until('the tunnel', () => pair.we.agreement());
    expect(await ping(pair.network.left, pair.network.right)).toEqual(ALL);
  });
}

interopTest(lineOf(BY_US, 'only IKE is dropped: ESP keeps charon alive'), async (lab) => {
  const pair = await build(lab, BY_US, 'restart');
  const { network } = pair;
  await network.router.nft(`table ip cut {
  chain between {
    type filter hook forward priority -10;
    udp dport 500 drop
    udp dport 4500 @th,64,32 0 drop
  }
}
`);
  const end = performance.now() + DEAD_AFTER + LATE;
  while (performance.now() < end) expect(await ping(network.left, network.right)).toEqual(ALL);
  expect((await connection(pair)).lastDeath).toBeUndefined();
  expect((await connection(pair)).liveness[0]?.lastSign.kind).toBe('esp');
});
