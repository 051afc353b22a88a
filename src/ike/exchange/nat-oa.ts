import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { ID_TYPE } from '../../base/identity.ts';
import type { NegotiatedSa } from '../effects.ts';
import type { Ends } from '../ends.ts';
import type { Role } from '../events.ts';
import type { Phase2Agreement } from '../negotiate/phase2-choice.ts';
import { payload } from '../wire/payload.ts';
import type { Payloads } from '../wire/payloads.ts';
import type { OutgoingPayload } from './exchange.ts';
import type { NatSituation } from './nat-discovery.ts';

export type OriginalAddresses = NonNullable<NegotiatedSa['originalAddresses']>;

/**
 * NAT-OAi, NAT-OAr: "In the case of transport mode, both ends MUST send both original Initiator and Responder addresses", and none in
 * tunnel mode (RFC 3947 §5.2). The drafts before it have the sender's own alone.
 */
export function natOaPayloads(
  mode: 'tunnel' | 'transport',
  { encapsulate, dialect }: NatSituation,
  role: Role,
  { local, remote }: Ends,
): OutgoingPayload[] {
  if (mode === 'tunnel' || !encapsulate || dialect === undefined) return [];
  const both = role === 'initiator' ? [local, remote] : [remote, local];
  const told = dialect.name === 'rfc3947' ? both : [local];
  return told.map(({ address }) => payload('nat-oa', natOa(address), dialect.natOa));
}

const natOa = (address: IpAddress): { idType: number; address: Uint8Array } => ({
  idType: isIpv6(address) ? ID_TYPE.IPV6_ADDR : ID_TYPE.IPV4_ADDR,
  address: ipBytes(address),
});

/**
 * What the NAT-OA payloads of the peer, who has this role, say of the packets that it will send; undefined where it is not in transport
 * mode in UDP, and where a peer says too little: drafts 02 and 03 §5.2 have "MUST NOT fail a negotiation if it does not receive a
 * NAT-OA payload".
 *
 * @throws IkeError PAYLOAD_MALFORMED where one of the two of RFC 3947 is missing; INVALID_ID_INFORMATION where an address is of the other
 * IP version, or not the one that we see on a side that has no NAT before it
 */
export function originalAddresses(
  payloads: Payloads,
  { mode, encapsulation }: Pick<Phase2Agreement, 'mode' | 'encapsulation'>,
  nat: NatSituation,
  peer: Role,
  ends: Ends,
): OriginalAddresses | undefined {
  const [first, second] = payloads.all('nat-oa').map(({ value }) => ipAddress(value.address));
  if (mode === 'tunnel' || encapsulation === 'none' || first === undefined) return undefined;
  if (second === undefined && nat.dialect?.name === 'rfc3947')
    throw new IkeError('PAYLOAD_MALFORMED', { missing: 'nat-oa', need: 2, have: 1 });
  const [remote, local] = second === undefined || peer === 'initiator' ? [first, second] : [second, first];
  requireLikely('its own address', remote, ends.remote.address, nat.remoteBehindNat);
  requireLikely('our address', local ?? ends.local.address, ends.local.address, nat.localBehindNat);
  if (local !== undefined) return { local, remote };
  return nat.localBehindNat ? undefined : { local: ends.local.address, remote };
}

function requireLikely(what: string, said: IpAddress, seen: IpAddress, behindNat: boolean): void {
  if (said === seen || (behindNat && isIpv6(said) === isIpv6(seen))) return;
  throw new IkeError('INVALID_ID_INFORMATION', { what: `NAT-OA, ${what}`, theirs: said, ours: seen });
}
