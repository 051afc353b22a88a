import { type UdpEndpoint, ipBytes } from '../base/address.ts';
import { ByteWriter, sameBytes } from '../base/bytes.ts';
import type { HashName } from '../crypto/hashes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { NatDPayload } from '../ike/wire/nat-d.ts';

/** The cookies of the ISAKMP SA; both must be known, so no NAT-D can be in the very first message. */
export interface Cookies {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
}

/** HASH(CKY-I | CKY-R | IP | Port), RFC 3947 §3.2, with the negotiated hash: 4 or 16 octets of address, 2 of port. */
export function natDHash(crypto: CryptoProvider, hash: HashName, cookies: Cookies, endpoint: UdpEndpoint): Uint8Array {
  const { initiator, responder } = cookies;
  const data = new ByteWriter().bytes(initiator).bytes(responder).bytes(ipBytes(endpoint.address)).u16(endpoint.port);
  return crypto.hash(hash, data.finish());
}

/** The hashes of both ends of a flow. */
export interface NatDHashes {
  /** Of where a datagram goes. */
  readonly destination: Uint8Array;
  /** Of where it comes from. */
  readonly source: Uint8Array;
}

export function natDHashes(
  crypto: CryptoProvider,
  hash: HashName,
  cookies: Cookies,
  flow: { readonly destination: UdpEndpoint; readonly source: UdpEndpoint },
): NatDHashes {
  return {
    destination: natDHash(crypto, hash, cookies, flow.destination),
    source: natDHash(crypto, hash, cookies, flow.source),
  };
}

/**
 * The NAT-D payloads of a message, in their order: first the destination, then every source that we may have (RFC 3947 §3.2).
 *
 * `forced` are random octets in the place of the sources. Nobody has an address with that hash, so the peer sees a NAT before us and
 * encapsulates; it is how both sides come to ESP in UDP where only a firewall asks for it.
 */
export function natDPayloads(
  destination: Uint8Array,
  sources: readonly Uint8Array[],
  forced?: Uint8Array,
): readonly NatDPayload[] {
  return [destination, ...(forced === undefined ? sources : [forced])].map((data) => ({ data }));
}

/** Where the NATs are, seen from one end. */
export interface NatJudgement {
  /** The one who is behind a NAT sends the keepalives (RFC 3948 §4). */
  readonly localBehindNat: boolean;
  readonly remoteBehindNat: boolean;
}

/**
 * What the NAT-D payloads of a peer say, `received` in their order.
 *
 * `seen` are the hashes of the peer's flow as its datagram arrived: `destination` is our own endpoint, `source` the peer's. The first
 * payload is the destination as the peer sees it, so if it is not our endpoint there is a NAT before us; the others are
 * the sources that the peer may have, so if none is where we see it, there is one before the peer (RFC 3947 §3.2).
 *
 * With fewer than two payloads nothing was detected: no NAT, as with a peer that does not speak NAT traversal at all.
 */
export function judgeNat(received: readonly Uint8Array[], seen: NatDHashes): NatJudgement {
  const [destination, ...sources] = received;
  if (destination === undefined || sources.length === 0) return { localBehindNat: false, remoteBehindNat: false };
  return {
    localBehindNat: !sameBytes(destination, seen.destination),
    remoteBehindNat: !sources.some((source) => sameBytes(source, seen.source)),
  };
}
