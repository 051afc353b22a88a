import type { IpAddress } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { sameSelector, type TrafficSelector } from '../../base/selector.ts';
import type { Ends } from '../ends.ts';
import { betweenEnds, hostsMay, pairText, type SelectorsOfSa } from '../negotiate/host-selectors.ts';
import { hostSelector, identificationSelector } from '../negotiate/identification.ts';
import type { Phase2Agreement } from '../negotiate/phase2-choice.ts';
import type { TunnelPolicy } from '../negotiate/policy.ts';
import { matchTunnel, unityTunnel } from '../negotiate/tunnel-match.ts';
import type { IdentificationPayload } from '../wire/identification.ts';
import type { Phase1Outcome } from './main-mode.ts';
import type { OriginalAddresses } from './nat-oa.ts';

/** IDci is the peer's side and IDcr ours; where they are absent they are the two gateways themselves (RFC 2409 §5.5). */
export function askedSelectors(identities: readonly IdentificationPayload[], ends: Ends): SelectorsOfSa {
  const [remote, local] = identities.map(identificationSelector);
  if (remote !== undefined && local !== undefined) return { local, remote };
  return { local: hostSelector(ends.local.address), remote: hostSelector(ends.remote.address) };
}

/**
 * The tunnel that a peer asks for, with the selectors that its SAs will have here.
 *
 * @throws IkeError INVALID_ID_INFORMATION
 */
export function askedTunnel(
  { connection, peer, nat }: Pick<Phase1Outcome, 'connection' | 'peer' | 'nat'>,
  asked: SelectorsOfSa,
  ends: Ends,
): TunnelPolicy {
  const unity = peer.unity ? unityTunnel(connection, asked.remote, asked.local) : undefined;
  if (unity !== undefined) return unity;
  const tunnels = connection.tunnels.map((tunnel) => betweenEnds(tunnel, ends));
  if (!tunnels.some((tunnel) => tunnel.mode === 'tunnel' && samePair(tunnel, asked))) {
    const seen = nat.encapsulate ? asSeen(asked, ends) : asked;
    const hosts = tunnels.filter((tunnel) => hostsMay(tunnel, seen));
    const own = hosts.find((tunnel) => samePair(tunnel, seen)) ?? hosts[0];
    if (own !== undefined) return { ...own, ...seen };
  }
  return matchTunnel(tunnels, asked.remote, asked.local);
}

/**
 * RFC 2409 §5.5 knows no narrowing: what comes back is what we asked for. Absent identities mean the same as ours.
 *
 * Interop: in transport mode behind a NAT, strongSwan answers with the addresses that it sees, and not with those that it was asked.
 *
 * @throws IkeError INVALID_ID_INFORMATION
 */
export function requireOurSelectors(
  tunnel: TunnelPolicy,
  identities: readonly IdentificationPayload[],
  { encapsulation, originals }: Pick<Phase2Agreement, 'encapsulation'> & { originals: OriginalAddresses | undefined },
  ends: Ends,
): void {
  const [local, remote] = identities.map(identificationSelector);
  if (local === undefined || remote === undefined) return;
  const answered = { local, remote };
  requireOriginals(answered, originals, ends);
  const natted = tunnel.mode === 'transport' && encapsulation === 'udp';
  if (samePair(natted ? asSeen(answered, ends) : answered, tunnel)) return;
  throw new IkeError('INVALID_ID_INFORMATION', { ours: pairText(tunnel), theirs: pairText(answered) });
}

/**
 * Behind a NAT a peer names the two hosts by the addresses that it sees, or before the NAT has: by others it would mean other hosts.
 *
 * @throws IkeError INVALID_ID_INFORMATION
 */
export function requireOriginals(
  { local, remote }: SelectorsOfSa,
  originals: OriginalAddresses | undefined,
  ends: Ends,
): void {
  if (originals === undefined) return;
  requireNamed(local, [ends.local.address, originals.local]);
  requireNamed(remote, [ends.remote.address, originals.remote]);
}

function requireNamed({ first, last }: TrafficSelector, hosts: readonly IpAddress[]): void {
  if (first === last && hosts.includes(first)) return;
  throw new IkeError('INVALID_ID_INFORMATION', {
    what: 'host of transport mode behind a NAT',
    theirs: first,
    ours: hosts.join(' or '),
  });
}

/** Where a NAT is between, the addresses of hosts are not those that we see, and what we see is what the SA is between. */
function asSeen({ local, remote }: SelectorsOfSa, ends: Ends): SelectorsOfSa {
  return { local: hostSeen(local, ends.local.address), remote: hostSeen(remote, ends.remote.address) };
}

function hostSeen(selector: TrafficSelector, seen: IpAddress): TrafficSelector {
  return selector.first === selector.last ? { ...selector, first: seen, last: seen } : selector;
}

const samePair = (a: SelectorsOfSa, b: SelectorsOfSa): boolean =>
  sameSelector(a.local, b.local) && sameSelector(a.remote, b.remote);
