import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import { watchClearTraffic } from '../lab/clear-traffic.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Lab } from '../lab/lab.ts';
import { connect } from '../lab/namespaces.ts';
import { behind, type Network } from '../lab/network.ts';
import {
  buildPair,
  charonConnection,
  charonSettings,
  establish,
  lineOf,
  type Pair,
  type PairChanges,
  sallyportConnection,
} from '../lab/pair.ts';
import type { Sallyport } from '../lab/sallyport.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;
const DIRECT: Cell = { name: 'own address', we: 'initiator', ...SUITES, nat: 'none' };
const BY_CHARON: Cell = { ...DIRECT, we: 'responder' };
const BEHIND_NAT: Cell = { ...DIRECT, nat: 'before us' };

const ALL = { sent: 3, received: 3 };
const NEW = '198.51.100.77';
const ROUTER = '198.51.100.1';
/** The wire of the second uplink. */
const SECOND = '192.0.2';

/** We speak from wherever the way to charon begins, and charon takes us from anywhere. */
async function build(lab: Lab, cell: Cell, local = 'auto', ours: PairChanges['ours'] = {}): Promise<Pair> {
  const pair = await buildPair(lab, cell, {
    ours: { local, listen: [], ...ours },
    charons: { remote: cell.we === 'initiator' ? '%any' : '198.51.100.2, 198.51.100.0/24' },
  });
  await establish(cell, pair);
  expect(await ping(pair.network.left, pair.network.right)).toEqual(ALL);
  return pair;
}

/** As a new lease does it: the old address goes with its routes, and another comes. */
const readdress = ({ network: { left } }: Pair, from: string = left.address, to: string = NEW): Promise<void> =>
  left.namespace.ip([
    `addr del ${from}/24 dev wan`,
    `addr add ${to}/24 dev wan`,
    `route replace default via ${ROUTER}`,
  ]);

/** Both ends hold one pair, the same. */
const onePair = ({ we, charon }: Pair): Promise<true> =>
  until('one pair at both ends', async () => {
    const ours = await we.agreement();
    const theirs = mirrored(agreementOfCharon(await charon.sas()));
    return JSON.stringify(ours) === JSON.stringify(theirs) ? true : undefined;
  });

/** From which addresses the ISAKMP SAs are, in the order of the connections. */
const addresses = async (we: Sallyport): Promise<(string | undefined)[]> =>
  (await we.status()).connections.map(({ phase1 }) => phase1.at(-1)?.local.address);

interopTest(lineOf(DIRECT, 'our address changes: negotiated anew from the other one within seconds'), async (lab) => {
  const pair = await build(lab, DIRECT);
  const { network, we } = pair;
  const before = await we.agreement();
  const clear = await watchClearTraffic(network.router);
  const began = performance.now();
  await readdress(pair);
  const after = await until('another SA', async () => {
    await ping(network.left, network.right, { count: 1, wait: 1 });
    const agreement = await we.agreement();
    return agreement?.initiatorCookie === before?.initiatorCookie ? undefined : agreement;
  });
  expect(await ping(network.left, network.right)).toEqual(ALL);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(after.spiIn).not.toBe(before?.spiIn);
  expect(await addresses(pair.we)).toEqual([NEW]);
  await onePair(pair);
  expect(await clear()).toBe(0);
  expect(we.log()).toMatch(/connection\.moved .*from=198\.51\.100\.2 to=198\.51\.100\.77 how=renegotiation/);
  expect(we.log()).not.toContain('peer.dead');
});

interopTest(lineOf(BY_CHARON, 'our address changes where charon began: we begin from the other one'), async (lab) => {
  const pair = await build(lab, BY_CHARON);
  const { network, we } = pair;
  // It takes us from the other address too: what it does by itself still goes to the old one.
  const before = await we.agreement();
  await readdress(pair);
  await until('a phase 1 from the other address', async () =>
    (await addresses(pair.we)).includes(NEW) ? true : undefined,
  );
  expect((await we.agreement())?.initiatorCookie).not.toBe(before?.initiatorCookie);
  await onePair(pair);
  expect(await ping(network.left, network.right)).toEqual(ALL);
});

interopTest(lineOf(BEHIND_NAT, 'our address changes: charon follows us, and the ISAKMP SA stays'), async (lab) => {
  const pair = await build(lab, BEHIND_NAT);
  const { network, we } = pair;
  const clear = await watchClearTraffic(network.router);
  const before = await we.holdings();
  await readdress(pair);
  await until('the SAs to be there', async () => ((await addresses(pair.we)).includes(NEW) ? true : undefined));
  await until('echoes to come back', async () =>
    (await ping(network.left, network.right, { wait: 1 })).received === 3 ? true : undefined,
  );
  expect(await ping(network.right, network.left)).toEqual(ALL);
  expect(we.log()).toMatch(/connection\.moved .*how=in-place/);
  // Charon's user-space ESP cannot change the address of an SA, so that it makes another under the same ISAKMP SA.
  expect((await we.holdings()).phase1).toEqual(before.phase1);
  expect(await clear()).toBe(0);
});

interopTest(lineOf(DIRECT, 'our link goes down and comes back: nothing ends, and nobody is dead'), async (lab) => {
  const pair = await build(lab, DIRECT, 'auto', { more: { dpd: { delay: '1s', timeout: '2s', action: 'restart' } } });
  const { network, we } = pair;
  const clear = await watchClearTraffic(network.router);
  const before = await we.holdings();
  await network.left.namespace.ip(['link set wan down']);
  await until('more questions that could not be sent than a dead peer is asked', () =>
    (we.log().match(/socket\.failed .*ENETUNREACH/g) ?? []).length >= 5 ? true : undefined,
  );
  await network.left.namespace.ip(['link set wan up', `route replace default via ${ROUTER}`]);
  await until('echoes to come back', async () =>
    (await ping(network.left, network.right, { wait: 1 })).received === 3 ? true : undefined,
  );
  expect(await we.holdings()).toEqual(before);
  expect(we.log()).not.toContain('peer.dead');
  expect(await clear()).toBe(0);
});

/** A second way to the router, which is used where the first is not there; packets from its address go it in any case. */
async function secondUplink({ left, router }: Network): Promise<void> {
  await connect(left.namespace, 'wan2', router, 'second');
  await router.ip([`addr add ${SECOND}.1/24 dev second`, 'link set second up']);
  await left.namespace.ip([
    `addr add ${SECOND}.2/24 dev wan2`,
    'link set wan2 up',
    `route add default via ${ROUTER} dev wan table 100`,
    `route add default via ${SECOND}.1 dev wan2 table 200`,
    `rule add from ${left.address} lookup 100`,
    `rule add from ${SECOND}.2 lookup 200`,
    `route add default via ${SECOND}.1 dev wan2 metric 200`,
  ]);
}

interopTest(
  lineOf(DIRECT, 'two uplinks: one connection goes where the route goes, one stays on its own'),
  async (lab) => {
    const network = await lab.network();
    await secondUplink(network);
    const bound = { ...network, left: behind(network.left, 1), right: behind(network.right, 1) };
    const settings = {
      bound: { place: bound, local: 'wan2', id: '@bound.example.org' },
      auto: { place: network, local: 'auto', id: '@auto.example.org' },
    };
    const connections = Object.entries(settings).map(([name, { place, local, id }]) => ({ name, place, local, id }));
    const charon = await lab.charon(network.right, {
      ...charonSettings(DIRECT, network),
      connections: connections.map(({ name, place, id }) => ({
        ...charonConnection(DIRECT, place),
        name,
        remote: '%any',
        remoteId: id,
      })),
    });
    const we = await lab.sallyport(network.left, {
      listen: [],
      connections: connections.map(({ name, place, local, id }) => ({
        ...sallyportConnection(DIRECT, place),
        name,
        local,
        localId: id,
      })),
    });
    for (const { name, place } of connections) {
      await establish(DIRECT, { network, we, charon }, { ours: name, charons: name });
      expect(await ping(place.left, place.right)).toEqual(ALL);
    }
    const clear = await watchClearTraffic(network.router);
    const stays = await we.holdings('bound');
    const moves = await we.holdings('auto');
    expect(await addresses(we)).toEqual([`${SECOND}.2`, network.left.address]);
    await network.left.namespace.ip([`route del default via ${ROUTER}`]);
    await until('the other uplink', async () => ((await addresses(we)).at(1) === `${SECOND}.2` ? true : undefined));
    await until('the tunnel', () => we.agreement('auto'));
    for (const { place } of connections) expect(await ping(place.left, place.right)).toEqual(ALL);
    expect(await we.holdings('bound')).toEqual(stays);
    expect((await we.holdings('auto')).phase1).not.toEqual(moves.phase1);
    // The first uplink is the better one again.
    await network.left.namespace.ip([`route add default via ${ROUTER}`]);
    await until('the first uplink', async () =>
      (await addresses(we)).at(1) === network.left.address ? true : undefined,
    );
    await until('the tunnel', () => we.agreement('auto'));
    for (const { place } of connections) expect(await ping(place.left, place.right)).toEqual(ALL);
    expect(await we.holdings('bound')).toEqual(stays);
    expect(await clear()).toBe(0);
  },
);

/** We stop answering, and asking: charon does not ask, and has nothing to find out. */
interopTest(
  lineOf(DIRECT, 'our process is stopped for longer than a peer may be silent: nothing ends, nobody is dead'),
  async (lab) => {
    const pair = await build(lab, DIRECT, 'auto', { more: { dpd: { delay: '1s', timeout: '2s', action: 'restart' } } });
    const { network, we } = pair;
    const before = await we.holdings();
    process.kill(we.daemon.pid, 'SIGSTOP');
    try {
      // Nobody answers for the time, and what charon says meanwhile waits in the socket.
      await new Promise((resolve) => setTimeout(resolve, 5000));
    } finally {
      process.kill(we.daemon.pid, 'SIGCONT');
    }
    expect(await ping(network.left, network.right)).toEqual(ALL);
    const questions = async () => (await we.status()).connections[0]?.liveness[0]?.answered ?? 0;
    const answered = await questions();
    await until('two more answers', async () => ((await questions()) >= answered + 2 ? true : undefined));
    expect(await we.holdings()).toEqual(before);
    expect(we.log()).not.toContain('peer.dead');
  },
);
