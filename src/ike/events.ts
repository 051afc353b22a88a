import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import type { IkeErrorCode } from '../base/errors.ts';
import type { DeathAction } from '../dpd/policy.ts';
import type { DeathEvidence } from './death.ts';
import type { NetworkSettings } from './negotiate/network-settings.ts';
import type { PeerCertificate } from './effects.ts';

/** Why a datagram or message was not acted on, or not answered. Each is a counter of this name. */
export const DROP_REASONS = [
  'malformed',
  'not-ikev1',
  'unknown-cookies',
  'unknown-exchange',
  'unexpected',
  'duplicate',
  'too-many-duplicates',
  'queue-full',
  'unprotected',
  'undecryptable',
  'hash-mismatch',
  /** Nobody can be said to have signed it. */
  'signature-mismatch',
  'replayed-message-id',
  /** A message of which not all fragments came in time, or for which there was no place any more. */
  'incomplete',
  'no-connection',
  'limit',
  /** A first message, or one that returned our cookie, for which there was no place. */
  'half-open-limit',
  /** A half-open exchange had to make room for another. */
  'displaced',
  /** A third message of Main Mode, or a first of Aggressive Mode, while enough Diffie-Hellmans are under way or have come to nothing. */
  'key-exchange-limit',
  /** What has to be signed or looked at for a peer that has proved nothing, where enough of that has come to nothing. */
  'signature-limit',
  /** What was to be answered would have been more than what came, to an address that has not shown that it receives. */
  'amplification',
  /** A first message that was refused, and nobody told, because so many were. */
  'refusal-limit',
  'keepalive',
  'not-ike',
  'internal',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export type Role = 'initiator' | 'responder';

/** Which ISAKMP SA: the cookies in hexadecimal; the responder's is zero until it is known. */
export interface SaReference {
  readonly connection: string | undefined;
  readonly role: Role;
  readonly initiatorCookie: string;
  readonly responderCookie: string;
}

/** An error in words: never a secret. */
export interface Failure {
  readonly code: IkeErrorCode;
  readonly text: string;
  readonly advice?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Why an SA ended. */
export type EndReason =
  | 'expired'
  | 'deleted-by-peer'
  | 'command'
  | 'replaced'
  | 'initial-contact'
  /** The same peer came from another place (`unique: replace`). */
  | 'displaced'
  /** The same peer stands already, somewhere else (`unique: keep`). */
  | 'not-unique'
  /** There are so many peers that there is no room for another. */
  | 'limit'
  | 'backend'
  | 'refused'
  /** The peer has said, under the keys, that it has no such SA. */
  | 'invalid-spi'
  | 'phase1-lost'
  /** It has given no sign of life for as long as `dpd` says. */
  | 'dead-peer'
  /** Our own address changed, and the peer did not follow. */
  | 'moved'
  | 'reconfigured';

/**
 * Everything that the engine tells. Observers must ignore events and fields that they do not know; nothing here is secret.
 */
export type IkeEvent =
  | {
      readonly name: 'message.sent' | 'message.received' | 'message.resent';
      readonly sa: SaReference;
      readonly exchange: string;
      readonly messageId: number;
      readonly payloads: readonly string[];
      readonly bytes: number;
      readonly encrypted: boolean;
      readonly local: UdpEndpoint;
      readonly remote: UdpEndpoint;
    }
  | {
      readonly name: 'datagram.dropped';
      readonly reason: DropReason;
      readonly remote: UdpEndpoint;
      readonly connection?: string;
      readonly failure?: Failure;
    }
  /** Unproved, so nothing follows from it but a better diagnosis. */
  | { readonly name: 'hint'; readonly sa: SaReference; readonly failure: Failure }
  | {
      readonly name: 'phase1.started';
      readonly sa: SaReference;
      readonly local: UdpEndpoint;
      readonly remote: UdpEndpoint;
    }
  | {
      readonly name: 'phase1.established';
      readonly sa: SaReference;
      readonly peerId: string;
      readonly suite: string;
      readonly lifetimeSeconds: number;
      readonly vendorIds: readonly string[];
      /** Absent where the peer proved itself by a pre-shared key. */
      readonly certificate?: PeerCertificate;
    }
  | { readonly name: 'phase1.failed'; readonly sa: SaReference; readonly failure: Failure }
  | { readonly name: 'phase1.ended'; readonly sa: SaReference; readonly reason: EndReason }
  /** XAUTH: the peer is this user. Passwords are never told. */
  | { readonly name: 'user.authenticated'; readonly sa: SaReference; readonly user: string }
  /** XAUTH: the peer is not the user that it says to be, or none that may come; undefined where it names none. */
  | {
      readonly name: 'user.refused';
      readonly sa: SaReference;
      readonly user: string | undefined;
      readonly reason?: string;
    }
  /** XAUTH: the peer takes us for this user. */
  | { readonly name: 'user.accepted'; readonly sa: SaReference; readonly user: string; readonly message?: string }
  /** Mode Config: the peer has this address as long as it is here. */
  | { readonly name: 'settings.assigned'; readonly sa: SaReference; readonly addresses: readonly IpAddress[] }
  /** Mode Config: what the peer has told us about the network behind it, and the address that we have there. */
  | { readonly name: 'settings.received'; readonly sa: SaReference; readonly settings: NetworkSettings }
  | {
      readonly name: 'nat.detected';
      readonly sa: SaReference;
      readonly localBehindNat: boolean;
      readonly remoteBehindNat: boolean;
      readonly forced: boolean;
      readonly dialect: string;
    }
  | {
      readonly name: 'phase2.started';
      readonly sa: SaReference;
      readonly tunnel: string;
      readonly messageId: number;
      readonly role: Role;
    }
  | {
      readonly name: 'phase2.established';
      readonly sa: SaReference;
      readonly tunnel: string;
      readonly pair: number;
      readonly inboundSpi: number;
      readonly outboundSpi: number;
      readonly suite: string;
      readonly pfs: string | undefined;
      readonly encapsulation: 'none' | 'udp';
      readonly lifetimeSeconds: number;
    }
  | {
      readonly name: 'phase2.failed';
      readonly sa: SaReference;
      readonly tunnel: string | undefined;
      readonly failure: Failure;
    }
  | {
      readonly name: 'phase2.ended';
      readonly connection: string;
      readonly tunnel: string;
      readonly pair: number;
      readonly reason: EndReason;
    }
  /** The name of a peer resolves to other addresses than before. */
  | {
      readonly name: 'peer.located';
      readonly connection: string;
      readonly host: string;
      readonly addresses: readonly IpAddress[];
    }
  /** A peer's name does not resolve, or no address of ours reaches it. */
  | { readonly name: 'peer.unknown'; readonly connection: string; readonly failure: Failure }
  /** A peer is somewhere else, and its SAs with it. */
  | {
      readonly name: 'peer.moved';
      readonly connection: string;
      /** Who it is, as text. */
      readonly peer: string;
      readonly from: UdpEndpoint;
      readonly to: UdpEndpoint;
    }
  /** We are at another address ourselves: its SAs went along, or are negotiated anew. */
  | {
      readonly name: 'connection.moved';
      readonly connection: string;
      /** With whom, as text. */
      readonly peer: string;
      readonly from: IpAddress;
      readonly to: IpAddress;
      readonly how: 'in-place' | 'renegotiation';
    }
  | { readonly name: 'peer.notify'; readonly sa: SaReference; readonly notify: string; readonly protected: boolean }
  | { readonly name: 'dpd.answered'; readonly sa: SaReference; readonly sequence: number }
  /** A peer that gave no sign of life is asked for one: by a question of DPD, or by a new phase 1 where no ISAKMP SA is left. */
  | {
      readonly name: 'dpd.asked';
      readonly connection: string;
      readonly peer: string;
      readonly by: 'r-u-there' | 'phase1';
      readonly sequence?: number;
    }
  /** It has answered. Without a round trip where the same number went out more than once. */
  | {
      readonly name: 'dpd.acknowledged';
      readonly sa: SaReference;
      readonly sequence: number;
      readonly roundTripMilliseconds?: number;
    }
  /** It has not, for too long: this is what shows it, and what becomes of its tunnels. */
  | ({
      readonly name: 'peer.dead';
      readonly connection: string;
      readonly peer: string;
      readonly action: DeathAction;
    } & DeathEvidence)
  | { readonly name: 'attempt.scheduled'; readonly connection: string; readonly inMilliseconds: number }
  /** So many attempts were enough: nothing is begun until traffic, a command or the peer does. */
  | { readonly name: 'attempts.given-up'; readonly connection: string; readonly attempts: number }
  | { readonly name: 'internal.error'; readonly text: string };

/** How loud an event is, for whoever writes logs. A negotiation that succeeds has nothing above `info`. */
export const EVENT_LEVELS = {
  'message.sent': 'debug',
  'message.received': 'debug',
  'message.resent': 'debug',
  'datagram.dropped': 'debug',
  hint: 'warn',
  'phase1.started': 'info',
  'phase1.established': 'info',
  'phase1.failed': 'warn',
  'phase1.ended': 'info',
  'user.authenticated': 'info',
  'user.refused': 'warn',
  'user.accepted': 'info',
  'settings.assigned': 'info',
  'settings.received': 'info',
  'nat.detected': 'info',
  'phase2.started': 'info',
  'phase2.established': 'info',
  'phase2.failed': 'warn',
  'phase2.ended': 'info',
  'peer.located': 'info',
  'peer.unknown': 'warn',
  'peer.moved': 'info',
  'connection.moved': 'info',
  'peer.notify': 'info',
  'dpd.answered': 'debug',
  'dpd.asked': 'debug',
  'dpd.acknowledged': 'debug',
  'peer.dead': 'warn',
  'attempt.scheduled': 'info',
  'attempts.given-up': 'warn',
  'internal.error': 'error',
} as const satisfies Record<IkeEvent['name'], 'debug' | 'info' | 'warn' | 'error'>;
