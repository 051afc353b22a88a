import type { CharonConnection, CharonSettings } from './charon-config.ts';
import type { Charon } from './charon.ts';
import type { Lab } from './lab.ts';
import type { Crowd, Site } from './network.ts';
import { OUR_ID } from './pair.ts';
import type { SallyportConnection } from './sallyport-config.ts';
import { strongSwanProposals } from './suite-names.ts';

/** One of a crowd: the connection that we have for it, and its own. */
export interface Member {
  readonly name: string;
  readonly peer: Site;
  readonly ours: SallyportConnection;
  readonly charons: CharonConnection;
}

export interface MemberChanges {
  readonly ours?: Partial<SallyportConnection>;
  readonly charons?: Partial<CharonConnection>;
}

const PHASE1 = ['aes128-sha256-ecp256'];
const PHASE2 = ['aes128gcm16'];

/** Each may come from anywhere, and has an identity, a key and a network of its own where the changes do not say otherwise. */
export function membersOf(crowd: Crowd, changes: (nth: number, peer: Site) => MemberChanges = () => ({})): Member[] {
  const { right } = crowd;
  return crowd.peers.map((peer, nth) => {
    const name = `peer-${nth}`;
    const [psk, id] = [`the secret of peer ${nth}`, `@peer-${nth}.example.org`];
    const { ours, charons } = changes(nth, peer);
    return {
      ...{ name, peer },
      ours: {
        ...{ name, psk, local: right.address, remote: '%any', localId: OUR_ID, remoteId: id },
        ...{ localNetwork: right.network, remoteNetwork: peer.network, phase1: PHASE1, phase2: PHASE2 },
        ...ours,
      },
      charons: {
        ...{ psk, local: peer.address, remote: right.address, localId: id, remoteId: OUR_ID },
        ...{ localNetwork: peer.network, remoteNetwork: right.network },
        ...{ proposals: strongSwanProposals(PHASE1), espProposals: strongSwanProposals(PHASE2) },
        ...charons,
      },
    };
  });
}

/** The charon of each member, in their order; nobody has begun. */
export function charonsOf(
  lab: Lab,
  members: readonly Member[],
  settings: Pick<CharonSettings, 'patience'> = {},
): Promise<Charon[]> {
  return Promise.all(
    members.map(({ peer, charons }) => lab.charon(peer, { esp: 'userspace', ...settings, connections: [charons] })),
  );
}
