import { ipAddress } from '../base/address.ts';
import { addressesOf, ID_TYPE, type Identity, sameIdentity } from '../base/identity.ts';
import { isOwnInterface } from '../base/local-address.ts';
import type { Secret } from '../base/secret.ts';
import { type AddressRange, rangesMeet, selectorWithin } from '../base/selector.ts';
import type { ConnectionConfig, GatewayConfig, PskConfig } from './config.ts';
import { connectionNamed } from './connection-named.ts';
import { placeIdentity } from './place-identity.ts';
import { keysThatMayFit } from './psk-index.ts';

/** A key, and what it is good for. */
export interface PreSharedKey {
  readonly psk: Secret;
  /** The connections that it may authenticate, of those that were asked for. */
  readonly connections: readonly string[];
  /** Who may use it: a connection to anybody would else take one peer's key for another's identity. */
  readonly identities: readonly Identity[] | 'any';
}

/**
 * The keys that these connections may use, the closest first.
 *
 * In Main Mode the key is needed before the peer's identity is known (RFC 2409 §5.4), so a responder may get several to try. In Aggressive
 * Mode the peer has claimed an identity: keys that are for others are left out.
 */
export function findPreSharedKeys(
  config: Pick<GatewayConfig, 'credentials' | 'connections'>,
  connectionNames: readonly string[],
  claimed?: Identity,
): PreSharedKey[] {
  const { psks } = config.credentials;
  const served = new Map<number, NamedFit[]>();
  for (const connection of connectionNames.flatMap((name) => connectionNamed(config.connections, name) ?? [])) {
    for (const { at, ...fit } of fittingKeys(
      psks,
      claimed === undefined ? connection : claimedBy(connection, claimed),
    )) {
      const fits = served.get(at);
      if (fits === undefined) served.set(at, [{ name: connection.name, ...fit }]);
      else fits.push({ name: connection.name, ...fit });
    }
  }
  const found = [...served]
    .sort(([a], [b]) => a - b)
    .flatMap(([at, fits]) => {
      const { secret } = psks[at] ?? {};
      return secret === undefined ? [] : groupByIdentities(fits).map((group) => ({ psk: secret, ...group }));
    });
  return found
    .sort((a, b) => b.closeness - a.closeness)
    .map(({ psk, connections: names, identities }) => ({ psk, connections: names, identities }));
}

/** A connection to anybody, once somebody has come. Nobody is a range of addresses, whoever says so. */
function claimedBy(connection: ConnectionConfig, claimed: Identity): ConnectionConfig {
  const { remote } = connection;
  if (namesOne(remote.id) || !namesOne(claimed)) return connection;
  return { ...connection, remote: { ...remote, id: claimed } };
}

export interface PskFit {
  /** Greater is closer: identities before addresses before ranges before `%any`, the remote side before the local one. */
  readonly closeness: number;
  readonly identities: readonly Identity[] | 'any';
}

/** The keys that fit a connection, by their places in the list and in its order. */
export const fittingKeys = (
  psks: readonly PskConfig[],
  connection: ConnectionConfig,
): readonly (PskFit & { readonly at: number })[] =>
  keysThatMayFit(psks, connection).flatMap((at) => {
    const entry = psks[at];
    const fit = entry && pskFit(entry, connection);
    return fit === undefined ? [] : [{ at, ...fit }];
  });

/** How well a key fits a connection. One entry in `peers` names the remote side; with more, both sides must be among them. */
export function pskFit(entry: Pick<PskConfig, 'peers'>, connection: ConnectionConfig): PskFit | undefined {
  const fits = entry.peers.flatMap((peer, i) => {
    const remote = remoteCloseness(peer, connection.remote);
    const local =
      entry.peers.length === 1
        ? 1
        : Math.max(0, ...entry.peers.map((other, j) => (i === j ? 0 : localCloseness(other, connection.local))));
    return remote === 0 || local === 0 ? [] : [{ peer, remote, closeness: remote * 8 + local }];
  });
  const closest = fits.reduce((best, fit) => Math.max(best, fit.closeness), 0);
  if (closest === 0) return undefined;
  // Where the connection itself names the peer, its own check of the identity is the stricter one.
  const open = !namesOne(connection.remote.id) && fits.every(({ remote }) => remote === CLOSENESS.possible);
  return { closeness: closest, identities: open ? fits.flatMap(({ peer }) => (peer === 'any' ? [] : [peer])) : 'any' };
}

const CLOSENESS = { none: 0, any: 1, possible: 2, range: 3, address: 4, identity: 5 } as const;

function remoteCloseness(peer: Identity | 'any', remote: ConnectionConfig['remote']): number {
  if (peer === 'any') return CLOSENESS.any;
  if (remote.id !== 'any' && sameIdentity(peer, remote.id)) return CLOSENESS.identity;
  const place = remote.address === 'any' ? 'any' : placeIdentity(remote.address);
  if (place !== 'any' && sameIdentity(peer, place)) return CLOSENESS.address;
  if (isWithin(remote.id, peer) || isWithin(place, peer)) return CLOSENESS.range;
  if (remote.id === 'any') return CLOSENESS.possible;
  return meets(remote.id, peer) ? CLOSENESS.possible : CLOSENESS.none;
}

function localCloseness(peer: Identity | 'any', local: ConnectionConfig['local']): number {
  if (peer === 'any') return CLOSENESS.any;
  if (sameIdentity(peer, local.id)) return CLOSENESS.identity;
  const place = local.address === 'auto' || isOwnInterface(local.address) ? 'any' : placeIdentity(local.address);
  if (place !== 'any' && sameIdentity(peer, place)) return CLOSENESS.address;
  return isWithin(local.id, peer) || isWithin(place, peer) ? CLOSENESS.range : CLOSENESS.none;
}

/** Whether this is one party, and not several or anybody. */
export const namesOne = (identity: Identity | 'any'): identity is Identity =>
  identity !== 'any' && addressesOf(identity) === undefined;

/** Whether somebody is at an address of a range, whichever of its own it is. */
function isWithin(somebody: Identity | 'any', range: Identity): boolean {
  const [own, all] = [addressesNamed(somebody), addressesOf(range)];
  return own !== undefined && all !== undefined && selectorWithin(own, all);
}

function meets(a: Identity, b: Identity): boolean {
  const [one, other] = [addressesNamed(a), addressesNamed(b)];
  return one !== undefined && other !== undefined && rangesMeet(one, other);
}

function addressesNamed(identity: Identity | 'any'): AddressRange | undefined {
  if (identity === 'any') return undefined;
  const { idType, data } = identity;
  if (idType !== ID_TYPE.IPV4_ADDR && idType !== ID_TYPE.IPV6_ADDR) return addressesOf(identity);
  if (data.length !== 4 && data.length !== 16) return undefined;
  return { first: ipAddress(data), last: ipAddress(data) };
}

interface NamedFit extends PskFit {
  readonly name: string;
}

/** One key may serve a connection to anybody and one to somebody: they differ in whom they let in, so they are told apart. */
function groupByIdentities(
  fits: readonly NamedFit[],
): { closeness: number; identities: PskFit['identities']; connections: string[] }[] {
  const groups: { closeness: number; identities: PskFit['identities']; connections: string[] }[] = [];
  for (const { name, closeness, identities } of fits) {
    const group = groups.find((candidate) => sameIdentities(candidate.identities, identities));
    if (group === undefined) groups.push({ closeness, identities, connections: [name] });
    else {
      group.connections.push(name);
      group.closeness = Math.max(group.closeness, closeness);
    }
  }
  return groups;
}

function sameIdentities(a: PskFit['identities'], b: PskFit['identities']): boolean {
  if (a === 'any' || b === 'any') return a === b;
  return a.length === b.length && a.every((identity, i) => b[i] !== undefined && sameIdentity(identity, b[i]));
}
