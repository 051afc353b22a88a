import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import type { IkeErrorCode } from '../base/errors.ts';
import type { Identity } from '../base/identity.ts';
import type { Duration } from '../base/instant.ts';
import type { LocalAddress, OwnAddress } from '../base/local-address.ts';
import type { AddressRange, TrafficSelector } from '../base/selector.ts';
import type { EspSuite } from '../crypto/esp-transforms.ts';
import type { GroupName } from '../crypto/groups.ts';
import type { SignatureMethod } from '../crypto/signatures.ts';
import type { PairTraffic } from '../dpd/traffic.ts';
import type { PeerProof } from './auth/proof.ts';
import type { Route } from './death.ts';
import type { IkeEvent } from './events.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';

/** A UDP payload and where it goes between; on the NAT-T port `bytes` begins with the non-ESP marker (RFC 3948 §2.2). */
export interface Datagram {
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
  readonly bytes: Uint8Array;
}

export type JobId = number & { readonly __brand: 'JobId' };

/**
 * Work that is slow or belongs to somebody else. Data only, because it may cross to another thread; private values and keys in
 * it are copies that belong to whoever does the job, are never logged, and never become part of an event.
 */
export type Job =
  /** Initiators: g^xi. */
  | { readonly kind: 'dh-public'; readonly group: GroupName; readonly privateValue: Uint8Array }
  /** Initiators, when the peer's value has come: g^xy. */
  | {
      readonly kind: 'dh-agree';
      readonly group: GroupName;
      readonly privateValue: Uint8Array;
      readonly peerPublic: Uint8Array;
    }
  /** Responders: both at once. */
  | {
      readonly kind: 'dh-exchange';
      readonly group: GroupName;
      readonly privateValue: Uint8Array;
      readonly peerPublic: Uint8Array;
    }
  /**
   * The pre-shared keys that one of these connections may use, the closest first: by addresses in Main Mode, which has no identity yet,
   * and in Aggressive Mode by the identity that the peer claims (RFC 2409 §5.4).
   */
  | {
      readonly kind: 'find-psk';
      readonly connections: readonly string[];
      readonly local: IpAddress;
      readonly remote: IpAddress;
      readonly identity?: Identity;
    }
  /** Our signature over HASH_I or HASH_R, and the certificates that go with the key. */
  | {
      readonly kind: 'sign';
      readonly connection: string;
      /** Who we say to be: the certificate has to say so too. */
      readonly identity: Identity;
      readonly method: SignatureMethod;
      readonly hash: Uint8Array;
      /** The peer's Certificate Request payloads. */
      readonly requests: readonly EncodedCertificate[];
    }
  /** Whose key speaks for the peer; the first of these connections that trusts its certificate is it. */
  | {
      readonly kind: 'verify-peer';
      readonly connections: readonly string[];
      readonly identity: Identity;
      readonly method: SignatureMethod;
      /** The peer's Certificate payloads, none of them proved. */
      readonly certificates: readonly EncodedCertificate[];
    }
  /** XAUTH: whether this is the user's password. It is compared in constant time, and wiped. */
  | {
      readonly kind: 'verify-user';
      readonly connection: string;
      readonly user: string;
      readonly password: Uint8Array;
      /** Where the peer is. */
      readonly remote: IpAddress;
    }
  /** XAUTH: the password of the user that we are. */
  | { readonly kind: 'user-secret'; readonly connection: string; readonly user: string }
  /**
   * Where a peer is now, an address or a host name, and from which address of ours it is reached, where `local` does not say that. Places
   * of the family of `local`, the best first.
   */
  | { readonly kind: 'locate-peer'; readonly peer: string; readonly local: LocalAddress }
  /**
   * What the ESP back end has counted of these pairs, which are all with one peer; and, where `route` is true, whether there is a way to
   * that peer at all.
   */
  | {
      readonly kind: 'look-for-life';
      readonly pairs: readonly number[];
      readonly local: IpAddress;
      readonly remote: IpAddress;
      readonly route: boolean;
    }
  /** A fresh SPI for an inbound SA. */
  | { readonly kind: 'allocate-spi'; readonly local: IpAddress; readonly remote: IpAddress };

/** What Certificate and Certificate Request payloads carry. IKE does not look into it. */
export interface EncodedCertificate {
  readonly encoding: number;
  readonly data: Uint8Array;
}

/** What of a peer's certificate is worth telling. */
export interface PeerCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  /** `2030-01-01T00:00:00Z` */
  readonly notAfter: string;
  readonly trustedBy: string;
  /** What was let pass although it could not be checked, in words. */
  readonly unchecked: readonly string[];
}

/** The answer to `verify-peer`. The peer has still to have signed with the private key that belongs to `publicKey`. */
export type PeerVerdict =
  | {
      readonly accepted: true;
      readonly connection: string;
      /** SubjectPublicKeyInfo. */
      readonly publicKey: Uint8Array;
      readonly certificate: PeerCertificate;
    }
  | {
      readonly accepted: false;
      readonly code: IkeErrorCode;
      /** Which check failed, by its name. */
      readonly check: string;
      /** Which certificate it failed on, and why. */
      readonly reason: string;
      /** The key of that certificate, where it can be read: it tells whether the peer itself is refused, or somebody else's message. */
      readonly publicKey?: Uint8Array;
    };

/** An address of a peer, and the one of ours that packets to it bear. */
export interface PeerPlace {
  readonly local: IpAddress;
  readonly remote: IpAddress;
}

/** One key and the connections that it is for. */
export interface PskCandidate {
  readonly psk: Uint8Array;
  readonly connections: readonly string[];
  /** Who may use it, where the connection itself does not say: one peer's key must not serve for another's identity. */
  readonly identities: readonly Identity[] | 'any';
}

/** What an exchange may get for a job of its own. */
export type ExchangeJobResult = Exclude<JobResult, { readonly kind: 'locate-peer' | 'look-for-life' }>;

export type JobResult =
  | { readonly kind: 'dh-public'; readonly publicValue: Uint8Array }
  | { readonly kind: 'dh-agree'; readonly gxy: Uint8Array }
  | { readonly kind: 'dh-exchange'; readonly publicValue: Uint8Array; readonly gxy: Uint8Array }
  | { readonly kind: 'find-psk'; readonly candidates: readonly PskCandidate[] }
  | { readonly kind: 'sign'; readonly signature: Uint8Array; readonly certificates: readonly EncodedCertificate[] }
  | { readonly kind: 'verify-peer'; readonly verdict: PeerVerdict }
  /** The message is for the user to read; `tooMany`: nobody has looked, after so many wrong passwords. */
  | {
      readonly kind: 'verify-user';
      readonly accepted: boolean;
      readonly message?: string;
      readonly tooMany?: boolean;
    }
  | { readonly kind: 'user-secret'; readonly secret: Uint8Array }
  | { readonly kind: 'locate-peer'; readonly places: readonly PeerPlace[] }
  /** Without `route` where nobody asked for it, or can tell. */
  | { readonly kind: 'look-for-life'; readonly traffic: readonly PairTraffic[]; readonly route?: Route }
  | { readonly kind: 'allocate-spi'; readonly spi: number }
  | { readonly kind: 'failed'; readonly code: IkeErrorCode; readonly reason: string };

/** One direction of an IPsec SA as Quick Mode agreed it. Holds keys: never logged. */
export interface NegotiatedSa {
  readonly spi: number;
  readonly direction: 'inbound' | 'outbound';
  /** The same for both directions of one Quick Mode and fresh for each. */
  readonly pair: number;
  readonly connection: string;
  readonly tunnel: string;
  readonly suite: EspSuite;
  readonly keys: { readonly encryption: Uint8Array; readonly integrity: Uint8Array };
  readonly mode: 'tunnel' | 'transport';
  readonly encapsulation: 'none' | 'udp';
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
  /** In transport mode one address each, that of `local` and that of `remote`. */
  readonly localSelector: TrafficSelector;
  readonly remoteSelector: TrafficSelector;
  /** Transport mode in UDP alone: the addresses that the peer writes into its packets, its own and ours as it sees us (RFC 3947 §5.2). */
  readonly originalAddresses?: { readonly local: IpAddress; readonly remote: IpAddress };
  readonly lifetime: { readonly duration: Duration; readonly kilobytes?: number };
}

/**
 * What the engine decided. The driver carries the effects of one call out in their order: an inbound SA stands in the back end
 * before the message that follows it leaves.
 */
export type Effect =
  | { readonly type: 'send'; readonly datagram: Datagram }
  | { readonly type: 'job'; readonly id: JobId; readonly job: Job }
  /** There is no installing without proof of who the peer is. */
  | { readonly type: 'install-sa'; readonly sa: NegotiatedSa; readonly proof: PeerProof }
  | { readonly type: 'remove-sa'; readonly pair: number; readonly direction: 'inbound' | 'outbound' }
  /** What there is of a pair goes between other endpoints from now on, with its keys and counts. */
  | { readonly type: 'move-sa'; readonly pair: number; readonly local: UdpEndpoint; readonly remote: UdpEndpoint }
  /** Gives back an SPI that no SA will use. */
  | { readonly type: 'release-spi'; readonly spi: number }
  /** Mode Config has given us an address: from now on these tunnels carry it on our side, and nothing else. */
  | {
      readonly type: 'assign';
      readonly connection: string;
      readonly address: IpAddress;
      readonly tunnels: readonly {
        readonly name: string;
        readonly local: TrafficSelector;
        readonly remote: TrafficSelector;
        /** Networks among the remote ones that go round the tunnel. */
        readonly round: readonly AddressRange[];
      }[];
      /** Tunnels for which the peer has no network: nobody guards them any more. */
      readonly idle: readonly string[];
    }
  /** Whether packets of a connection's tunnels are kept from leaving in clear, as they are from the beginning. */
  | { readonly type: 'guard'; readonly connection: string; readonly guarded: boolean }
  | { readonly type: 'event'; readonly event: IkeEvent }
  | UnsafeKeyLog;

/**
 * The key of an ISAKMP SA, among the effects with which it is first used: only where the option `unsafeKeyLog` asks for it. With it all messages of the
 * SA can be read; the keys of ESP do not follow from it, and nothing can be forged that a HASH protects.
 */
export interface UnsafeKeyLog {
  readonly type: 'unsafe-key-log';
  readonly initiatorCookie: Uint8Array;
  /** Ka of RFC 2409 App. B; a copy. */
  readonly encryptionKey: Uint8Array;
}

/** What the embedder asks for. Names are those of the configuration. */
export type Command =
  /** Bring a connection up and keep it up: attempts go on with back-off until `terminate`. */
  | { readonly type: 'initiate'; readonly connection: string }
  /** Negotiate successors of its SAs of one phase now; those that stand carry on until they are there. */
  | { readonly type: 'renew'; readonly connection: string; readonly phase: 1 | 2 }
  /** Take it down, tell the peer, stop trying, and let the peer not in again: until `initiate` or `allow`. */
  | { readonly type: 'terminate'; readonly connection: string }
  /** Leave it to the peer: it may come, whatever `terminate` said, what stands stays, and nothing is begun from here. */
  | { readonly type: 'allow'; readonly connection: string }
  /** These are all addresses of this machine from now on, or the ways to peers may be others: connections go along. */
  | { readonly type: 'network'; readonly addresses: readonly OwnAddress[] }
  /** We were suspended, or our clock was set: nobody is taken for dead before it has been asked anew. */
  | { readonly type: 'awake' }
  /**
   * These are all connections from now on. One that is as it was keeps its SAs; one that changed, or that `renegotiate` names because
   * something outside its policy did, loses them, at the peer too, and begins anew where it was meant to be up; others are removed.
   */
  | {
      readonly type: 'configure';
      readonly connections: readonly ConnectionPolicy[];
      readonly renegotiate?: readonly string[];
    }
  /** Take everything down: the Deletes are in the effects, nobody acknowledges them (RFC 2408 §3.15). */
  | { readonly type: 'shutdown' };

/** What the ESP back end saw. */
export type EspNotice =
  | { readonly type: 'inbound-used'; readonly pair: number }
  /** An authentic packet in UDP, no replay, came from another endpoint than the pair's remote one. */
  | { readonly type: 'moved'; readonly pair: number; readonly remote: UdpEndpoint }
  | { readonly type: 'expired'; readonly pair: number; readonly hard: boolean }
  /** Traffic for a tunnel that is not up. */
  | { readonly type: 'acquire'; readonly connection: string; readonly tunnel: string }
  /** The back end could not install or lost an SA. */
  | { readonly type: 'failed'; readonly pair: number; readonly reason: string };
