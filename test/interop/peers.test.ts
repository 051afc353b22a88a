import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import type { Charon } from '../lab/charon.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Lab } from '../lab/lab.ts';
import { charonsOf, type Member, type MemberChanges, membersOf } from '../lab/members.ts';
import type { Site } from '../lab/network.ts';
import { lineOf, OUR_ID } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import type { LabKey } from '../lab/sallyport-config.ts';
import type { Sallyport } from '../lab/sallyport.ts';
import { until } from '../lab/until.ts';

/** Two charons at addresses of their own, with nothing between them and us but a router. */
const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BY_CHARON: Cell = { name: 'peers', we: 'responder', ...SUITES };
const BY_US: Cell = { name: 'peers', we: 'initiator', ...SUITES };

/** A network that is behind both. */
const ROAMING = { network: '10.1.7.0/24', inner: '10.1.7.1' } as const;

interface Stage {
  readonly right: Site;
  readonly members: readonly Member[];
  readonly charons: readonly Charon[];
  readonly we: Sallyport;
}

async function twoPeers(
  lab: Lab,
  changes: (nth: number, peer: Site) => MemberChanges,
  psks?: (members: readonly Member[]) => readonly LabKey[],
): Promise<Stage> {
  const crowd = await lab.crowd(2, { hidden: false });
  for (const { namespace } of crowd.peers) await namespace.ip([`addr add ${ROAMING.inner}/24 dev lo`]);
  const members = membersOf(crowd, changes);
  const we = await lab.sallyport(crowd.right, {
    listen: [crowd.right.address],
    connections: members.map(({ ours }) => ours),
    ...(psks === undefined ? {} : { psks: psks(members) }),
  });
  return { right: crowd.right, members, charons: await charonsOf(lab, members, { patience: 5 }), we };
}

/** Each has come up with its own connection, and echoes go both ways. */
async function expectEachItsOwn({ right, members, charons, we }: Stage): Promise<void> {
  for (const [i, { name, peer }] of members.entries()) {
    const ours = await until(`our tunnel to ${name}`, () => we.agreement(name));
    expect(ours).toEqual(mirrored(agreementOfCharon((await charons[i]?.sas()) ?? [])));
    expect(await ping(peer, right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(right, peer)).toEqual({ sent: 3, received: 3 });
  }
}

async function initiateAll(charons: readonly Charon[]): Promise<void> {
  for (const charon of charons) expect(await charon.initiate()).toMatchObject({ status: 0 });
}

interopTest(lineOf(BY_CHARON, 'keys by name, for peers from anywhere'), async (lab) => {
  const keys = (members: readonly Member[]): LabKey[] =>
    members.map(({ charons }) => ({ peers: [OUR_ID, charons.localId], secret: charons.psk }));
  const stage = await twoPeers(lab, () => ({}), keys);
  await initiateAll(stage.charons);
  await expectEachItsOwn(stage);
});

const byAddress = (_: number, peer: Site): MemberChanges => ({
  ours: { remote: peer.address, remoteId: peer.address },
  charons: { localId: peer.address },
});

for (const cell of [BY_US, BY_CHARON]) {
  interopTest(lineOf(cell, 'keys by address, which is the identity too'), async (lab) => {
    const keys = (members: readonly Member[]): LabKey[] =>
      members.map(({ peer, charons }) => ({ peers: [peer.address], secret: charons.psk }));
    const stage = await twoPeers(lab, byAddress, keys);
    if (cell.we === 'responder') await initiateAll(stage.charons);
    else for (const { name } of stage.members) await stage.we.up(name);
    await expectEachItsOwn(stage);
  });
}

interopTest(lineOf(BY_CHARON, "a peer with another's key and name is refused, and the other comes in"), async (lab) => {
  const stage = await twoPeers(lab, (nth) => (nth === 0 ? { charons: { psk: 'the secret of peer 1' } } : {}));
  const [wrong, right] = stage.charons;
  expect((await wrong?.initiate())?.status).not.toBe(0);
  expect(await right?.initiate()).toMatchObject({ status: 0 });
  await until('the tunnel of the other', () => stage.we.agreement('peer-1'));
  expect(await stage.we.agreement('peer-0')).toBeUndefined();
  // Nor does the way of the one lead into the network of the other.
  expect((await wrong?.sas())?.flatMap(({ children }) => children)).toEqual([]);
});

const SUITE_OF = [
  { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] },
  { phase1: ['3des-sha1-modp1536'], phase2: ['3des-sha1'] },
] as const;

interopTest(lineOf(BY_CHARON, 'two peers from anywhere, each with suites that the other may not use'), async (lab) => {
  const stage = await twoPeers(lab, (nth) => {
    const { phase1, phase2 } = SUITE_OF[nth] ?? SUITE_OF[0];
    return { ours: { phase1, phase2 }, charons: { proposals: phase1.join(), espProposals: phase2.join() } };
  });
  await initiateAll(stage.charons);
  await expectEachItsOwn(stage);
  const told = await Promise.all(stage.charons.map(async (charon) => agreementOfCharon(await charon.sas()).phase1));
  expect(told.map(({ encryption }) => encryption)).toEqual(['AES_CBC-128', '3DES_CBC']);
});

interopTest(lineOf(BY_CHARON, 'keys for ranges of addresses, each with suites of its own'), async (lab) => {
  const ranges = ['192.168.0.0/28', '192.168.1.2-192.168.1.9'];
  const changes = (nth: number, peer: Site): MemberChanges => {
    const { phase1, phase2 } = SUITE_OF[nth] ?? SUITE_OF[0];
    const range = ranges[nth] ?? peer.address;
    return {
      ours: { remote: range, remoteId: range, phase1, phase2 },
      charons: { localId: peer.address, proposals: phase1.join(), espProposals: phase2.join() },
    };
  };
  const keys = (members: readonly Member[]): LabKey[] =>
    members.map(({ ours, charons }) => ({ peers: [ours.remote], secret: charons.psk }));
  const stage = await twoPeers(lab, changes, keys);
  await initiateAll(stage.charons);
  await expectEachItsOwn(stage);
});

interopTest(lineOf(BY_CHARON, 'a peer that comes from another address takes its own place'), async (lab) => {
  const stage = await twoPeers(lab, (nth) => {
    const id = '@wanderer.example.org';
    const charons = { localId: id, psk: 'the secret of the wanderer', localNetwork: ROAMING.network };
    // The second connection of ours is nobody's: both charons are the same peer, at one place after the other.
    return nth === 0
      ? { ours: { remoteId: id, psk: charons.psk, remoteNetwork: ROAMING.network }, charons }
      : { charons };
  });
  const [there, here] = stage.charons;
  expect(await there?.initiate()).toMatchObject({ status: 0 });
  const before = await until('the first tunnel', () => stage.we.agreement('peer-0'));
  expect(await here?.initiate()).toMatchObject({ status: 0 });
  const after = await until('the second alone', async () => {
    const ours = await stage.we.agreement('peer-0');
    return ours !== undefined && ours.initiatorCookie !== before.initiatorCookie ? ours : undefined;
  });
  expect(after).toEqual(mirrored(agreementOfCharon((await here?.sas()) ?? [])));
  expect((await stage.we.view('peer-0')).ended).toBe('initial-contact');
  const { peer } = stage.members[1] ?? expect.unreachable();
  expect(await ping({ ...peer, inner: ROAMING.inner }, stage.right)).toEqual({ sent: 3, received: 3 });
});
