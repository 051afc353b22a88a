import { IkeError } from '../base/errors.ts';
import { addressesOf } from '../base/identity.ts';
import type { Instant } from '../base/instant.ts';
import { isPlace } from '../base/remote-address.ts';
import type { Connection } from './connection.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import { isProved, peerOf, standingIn } from './peer.ts';

/** A connection with all that its peers have. */
interface Peopled {
  readonly policy: ConnectionPolicy;
  readonly settings: Settings;
  readonly sas: ReadonlySet<IsakmpSa>;
  readonly pairs: ReadonlyMap<number, IpsecPair>;
}

/** How many peers a connection may have at a time. */
export const mostPeers = ({ policy, settings }: Pick<Peopled, 'policy' | 'settings'>): number =>
  policy.maxPeers ?? settings.limits.established;

/** Whether it is a template, and not for one peer alone. */
export const isTemplate = ({ remote: { address, id } }: ConnectionPolicy): boolean =>
  !isPlace(address) || id === 'any' || addressesOf(id) !== undefined;

/** Those that have anything here: IPsec SAs outlive the ISAKMP SA that made them. */
export function peersOf({ sas, pairs }: Pick<Peopled, 'sas' | 'pairs'>): ReadonlySet<string> {
  return new Set([...standingIn(sas).map(peerOf), ...[...pairs.values()].map(({ peer }) => peer)]);
}

/** Whether a peer that has proved itself may stand beside the others of its connection: one that has something already may. */
export function hasRoom(connection: Peopled, sa: IsakmpSa): boolean {
  const { sas, pairs } = connection;
  const most = mostPeers(connection);
  if (sas.size + pairs.size <= most) return true;
  const others = peersOf({ sas: new Set([...sas].filter((other) => other !== sa)), pairs });
  return others.size < most || others.has(peerOf(sa));
}

/**
 * Whether one more may be asked for its user or told its settings: who has only the key of a group has not shown yet who it is. Whom nothing
 * proves but a user has a half-open place still, and would take the room of all others here.
 */
export const hasRoomToAsk = (connection: Peopled, sa: IsakmpSa): boolean =>
  !isProved(sa) ||
  [...connection.sas].filter((other) => isProved(other) && !other.isOpen).length <= mostPeers(connection);

/** There are as many peers as may be: one that has proved itself goes again, and is told. */
export function turnAway(connection: Connection, sa: IsakmpSa, now: Instant): void {
  const limit = mostPeers(connection);
  connection.troubles.failed(
    1,
    undefined,
    new IkeError('LIMIT_REACHED', { what: 'peers of this connection', limit }),
    now,
  );
  connection.endSa(sa, 'limit', now, true);
}
