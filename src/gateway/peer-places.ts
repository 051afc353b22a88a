import { lookup } from 'node:dns/promises';
import { type IpAddress, isIpv6, parseIpAddress } from '../base/address.ts';
import { isFixed, type OwnInterface } from '../base/local-address.ts';
import { IkeError } from '../base/errors.ts';
import type { Job, PeerPlace } from '../ike/effects.ts';
import { ownAddresses } from './listening.ts';
import { type OpenSocket, sourceAddressFor } from './udp.ts';

/** The addresses that a host name has now, the best first. Rejects where it has none. */
export type Resolve = (host: string) => Promise<readonly IpAddress[]>;

/** As every program of this machine resolves names: its files and its DNS servers. */
const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.flatMap(({ address }) => parseIpAddress(address) ?? []);
};

/** How the gateway's own packets leave: past the tunnels, where its sockets are marked for that. */
export interface WaysOut {
  readonly openSocket?: OpenSocket | undefined;
}

/**
 * Where a peer is, and from which of our addresses it is reached: addresses without a way are left out.
 *
 * @throws IkeError NAME_NOT_RESOLVED, NO_WAY_TO_PEER
 */
export async function placesOf(
  { peer, local }: Pick<Extract<Job, { kind: 'locate-peer' }>, 'peer' | 'local'>,
  { resolve = systemResolve, ...look }: WaysOut & { readonly resolve?: Resolve | undefined } = {},
): Promise<PeerPlace[]> {
  const literal = parseIpAddress(peer);
  const remotes = literal === undefined ? await resolved(peer, resolve) : [literal];
  if (isFixed(local)) {
    const same = remotes.filter((remote) => isIpv6(remote) === isIpv6(local));
    if (same.length === 0)
      throw new IkeError('NAME_NOT_RESOLVED', { host: peer, reason: `no address of the kind of ${local}` });
    return same.map((remote) => ({ local, remote }));
  }
  const found = await Promise.allSettled(
    remotes.map(async (remote) => ({ local: await wayTo(remote, local, look), remote })),
  );
  const places = found.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [why] = found.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (places.length === 0) throw new IkeError('NO_WAY_TO_PEER', { peer }, { cause: why });
  return places;
}

/** From where packets to an address leave: from where the system's routes say, or from the first address of an interface that has a way there. */
async function wayTo(remote: IpAddress, local: OwnInterface | 'any', { openSocket }: WaysOut): Promise<IpAddress> {
  if (local === 'any') return sourceAddressFor(remote, { openSocket });
  const own = ownAddresses().filter(
    ({ interface: name, address }) => name === local.interface && isIpv6(address) === isIpv6(remote),
  );
  let why: unknown;
  for (const { address: from } of own) {
    try {
      return await sourceAddressFor(remote, { from, openSocket });
    } catch (error) {
      why = error;
    }
  }
  throw new IkeError('NO_WAY_TO_PEER', { peer: remote, interface: local.interface }, { cause: why });
}

async function resolved(host: string, resolve: Resolve): Promise<readonly IpAddress[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IkeError('NAME_NOT_RESOLVED', { host, reason }, { cause });
  }
}
