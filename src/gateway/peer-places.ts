import { lookup } from 'node:dns/promises';
import { type IpAddress, isIpv6, parseIpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Job, PeerPlace } from '../ike/effects.ts';
import { sourceAddressFor } from './udp.ts';

/** The addresses that a host name has now, the best first. Rejects where it has none. */
export type Resolve = (host: string) => Promise<readonly IpAddress[]>;

/** As every program of this machine resolves names: its files and its DNS servers. */
const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.flatMap(({ address }) => parseIpAddress(address) ?? []);
};

/**
 * Where a peer is, and from which of our addresses it is reached: addresses without a way are left out.
 *
 * @throws IkeError NAME_NOT_RESOLVED, NO_WAY_TO_PEER
 */
export async function placesOf(
  { peer, local }: Pick<Extract<Job, { kind: 'locate-peer' }>, 'peer' | 'local'>,
  resolve: Resolve = systemResolve,
): Promise<PeerPlace[]> {
  const literal = parseIpAddress(peer);
  const remotes = literal === undefined ? await resolved(peer, resolve) : [literal];
  if (local !== 'any') {
    const same = remotes.filter((remote) => isIpv6(remote) === isIpv6(local));
    if (same.length === 0)
      throw new IkeError('NAME_NOT_RESOLVED', { host: peer, reason: `no address of the kind of ${local}` });
    return same.map((remote) => ({ local, remote }));
  }
  const found = await Promise.allSettled(
    remotes.map(async (remote) => ({ local: await sourceAddressFor(remote), remote })),
  );
  const places = found.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [why] = found.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (places.length === 0) throw new IkeError('NO_WAY_TO_PEER', { peer }, { cause: why });
  return places;
}

async function resolved(host: string, resolve: Resolve): Promise<readonly IpAddress[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IkeError('NAME_NOT_RESOLVED', { host, reason }, { cause });
  }
}
