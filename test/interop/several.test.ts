import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import type { CharonSa } from '../lab/charon.ts';
import { interopTest } from '../lab/interop-test.ts';
import { charonsOf, membersOf } from '../lab/members.ts';
import { behind, type Network } from '../lab/network.ts';
import { buildPair, charonConnection, charonSettings, establish, lineOf, sallyportConnection } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BY_US: Cell = { name: 'several', we: 'initiator', ...SUITES };
const BY_CHARON: Cell = { name: 'several', we: 'responder', ...SUITES };

/** The SPIs of all that charon has, our inbound one first, in order; of two pairs of one tunnel it calls the older one REKEYED. */
const pairsOf = (sas: readonly CharonSa[]): string[] =>
  sas
    .flatMap(({ children }) => children)
    .filter(({ state }) => state === 'INSTALLED' || state === 'REKEYED')
    .map(({ spiIn, spiOut }) => `${spiOut} ${spiIn}`)
    .sort();

interopTest(lineOf(BY_US, 'both sides initiate at once'), async (lab) => {
  const { network, we, charon } = await buildPair(lab, BY_US);
  await Promise.allSettled([we.up(), charon.initiate()]);
  // One pair or two, as the messages crossed: what both hold has to be the same.
  const held = await until('both sides to hold the same', async () => {
    const [ours, charons] = [(await we.holdings()).phase2, pairsOf(await charon.sas())];
    return charons.length > 0 && JSON.stringify(ours) === JSON.stringify(charons) ? charons : undefined;
  });
  expect(held.length).toBeLessThanOrEqual(2);
  expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
});

/** The second network behind each gateway of a pair. */
const second = (network: Network): Network => ({
  ...network,
  left: behind(network.left, 1),
  right: behind(network.right, 1),
});

// As responder charon tries only the first key that fits the addresses, so it begins.
for (const cell of [BY_CHARON]) {
  interopTest(lineOf(cell, 'two connections to one peer stand side by side'), async (lab) => {
    const network = await lab.network();
    const places = [network, second(network)];
    const named = places.map((place, i) => ({ place, own: { name: `c${i}`, psk: `the secret of connection ${i}` } }));
    const charon = await lab.charon(network.right, {
      ...charonSettings(cell, network),
      connections: named.map(({ place, own }, i) => ({
        ...charonConnection(cell, place),
        ...own,
        localId: `@charon-${i}.example.org`,
      })),
    });
    const we = await lab.sallyport(network.left, {
      listen: [network.left.address],
      connections: named.map(({ place, own }, i) => ({
        ...sallyportConnection(cell, place),
        ...own,
        remoteId: `@charon-${i}.example.org`,
      })),
    });
    for (const { own } of named) await establish(cell, { network, we, charon }, { ours: own.name, charons: own.name });
    for (const { place } of named) {
      expect(await ping(place.left, place.right)).toEqual({ sent: 3, received: 3 });
      expect(await ping(place.right, place.left)).toEqual({ sent: 3, received: 3 });
    }
    await we.down('c0');
    await until('the first to be gone at charon', async () =>
      (await charon.sas('c0')).length === 0 ? true : undefined,
    );
    expect(await ping(places[1]?.left ?? network.left, places[1]?.right ?? network.right)).toEqual({
      sent: 3,
      received: 3,
    });
  });
}

const ANY: Cell = { name: 'crowd', we: 'responder', ...SUITES, nat: 'before charon' };

interopTest(lineOf(ANY, 'ten peers behind one NAT, each with a key of its own'), async (lab) => {
  const crowd = await lab.crowd(10);
  const { right } = crowd;
  const members = membersOf(crowd);
  const we = await lab.sallyport(right, { listen: [right.address], connections: members.map(({ ours }) => ours) });
  const charons = await charonsOf(lab, members);
  const results = await Promise.all(charons.map((charon) => charon.initiate()));
  expect(results.map(({ status }) => status)).toEqual(members.map(() => 0));
  for (const [i, { peer, name }] of members.entries()) {
    await until(`our tunnel to ${name}`, () => we.agreement(name));
    const charon = charons[i];
    expect((await we.holdings(name)).phase2).toEqual(charon === undefined ? [] : pairsOf(await charon.sas()));
    expect(await ping(peer, right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(right, peer)).toEqual({ sent: 3, received: 3 });
  }
});

interopTest(lineOf(BY_CHARON, 'the first of two keys that the peer may have is the wrong one'), async (lab) => {
  const pair = await buildPair(lab, BY_CHARON, {
    ours: {
      remote: '%any',
      psks: [
        { peers: ['%any'], secret: 'the key of somebody else' },
        { peers: ['@sallyport.example.org', '@charon.example.org'], secret: 'a secret for the lab' },
      ],
    },
  });
  await establish(BY_CHARON, pair);
  expect(await ping(pair.network.left, pair.network.right)).toEqual({ sent: 3, received: 3 });
});
