import type { IpAddress } from '../../base/address.ts';
import type { DnMatching } from '../../base/distinguished-name.ts';
import type { Identity } from '../../base/identity.ts';
import type { Duration } from '../../base/instant.ts';
import type { LocalAddress } from '../../base/local-address.ts';
import type { NamedHost, RemoteAddress } from '../../base/remote-address.ts';
import type { AddressRange, TrafficSelector } from '../../base/selector.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import type { Phase1Suite, Phase2Suite } from '../../crypto/suites.ts';
import type { LivenessPolicy } from '../../dpd/policy.ts';

/** How long an SA may live, RFC 2409 App. A and RFC 2407 §4.5: what comes first ends it. */
export interface Lifetime {
  readonly duration: Duration;
  /** In units of 1024 octets; absent where volume does not matter. */
  readonly kilobytes?: number;
}

/** When an SA is renewed before it ends; both ours, the RFCs leave it open. */
export interface RenewalPolicy {
  /** How long before its end at the latest. */
  readonly margin: Duration;
  /** How much earlier than that by chance at most, as a part of the margin: 1 doubles it. */
  readonly fuzz: number;
}

/** What one tunnel carries and how: the policy behind one Quick Mode. */
export interface TunnelPolicy {
  readonly name: string;
  readonly mode: 'tunnel' | 'transport';
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
  /** The side whose address Mode Config assigns: of its selector, which says what may come, each peer has one address. */
  readonly assigned?: 'local' | 'remote';
  /** In order of preference; all with the same PFS group or all without (RFC 2409 §5.5 has one KE payload for all). */
  readonly suites: readonly Phase2Suite[];
  readonly lifetime: Lifetime;
  /** Absent: its SAs are let expire, and begun anew then. */
  readonly renewal?: RenewalPolicy;
}

/** Authentication with signatures and certificates. IKE passes certificates on and asks others about them. */
export interface CertificatePolicy {
  /** In order of preference. */
  readonly methods: readonly SignatureMethod[];
  /** Names of the authorities that a peer may come from, as DER, for its choice of a certificate; an empty one is any. */
  readonly authorities: readonly Uint8Array[];
  /** When our own certificate goes along: RFC 4945 §3.3.6 says where we are asked for it. */
  readonly send: 'if-asked' | 'always' | 'never';
}

/** The two exchanges that make an ISAKMP SA, RFC 2409 §5. */
export type Phase1Exchange = 'main' | 'aggressive';

/** `any` as address: a peer may come from anywhere; as id: it may be anybody who has the key. Of a range it comes from one address. */
export interface RemotePolicy {
  readonly address: RemoteAddress<PeerName>;
  /** A distinguished name may have `*` for values; a range of addresses is any one of them. */
  readonly id: Identity | 'any';
  /** How a distinguished name compares with that of the peer. Default `strict`. */
  readonly nameMatching?: DnMatching;
}

/**
 * XAUTH: one side says which user it is, beside what phase 1 proves (draft-beaulieu-ike-xauth-02). `alone`: phase 1 does not prove that
 * side at all (draft-ietf-ipsec-isakmp-hybrid-auth-05).
 */
export type UserPolicy =
  /** We are asked, and are this one. */
  | { readonly side: 'local'; readonly name: string; readonly alone?: true }
  /** The peer is asked, and has to be one of these. */
  | { readonly side: 'remote'; readonly names: readonly string[] | 'any'; readonly alone?: true };

/** What the side with the network tells the other by Mode Config. */
export interface GivenSettings {
  /** What each peer gets one address of, from each: one of IPv4, one of IPv6, or both. */
  readonly pools: readonly AddressRange[];
  readonly netmask?: IpAddress;
  readonly dns: readonly IpAddress[];
  readonly domain?: string;
  readonly banner?: string;
  /** Prefixes. */
  readonly splitInclude: readonly AddressRange[];
  /** Prefixes that lie beside the receiver, which may reach them round the tunnel. */
  readonly localLan: readonly AddressRange[];
}

/** Mode Config, draft-dukes-ike-mode-cfg-02. `pull`: who gets the settings asks for them; `push`: who gives them begins. */
export interface ModeConfigPolicy {
  readonly mode: 'pull' | 'push';
  /** What we give; absent where we get. */
  readonly gives?: GivenSettings;
  /** Where we get: our tunnels carry the networks that the peer includes, and those that it leaves to us go round them (Cisco's Unity). */
  readonly unity?: boolean;
}

/** A peer that is wherever its name resolves to. */
export interface PeerName extends NamedHost {
  /** How often the name is resolved beside each attempt; absent: only then. */
  readonly monitor?: Duration;
}

/** One peer and what may be agreed with it: the policy behind one phase 1. */
export interface ConnectionPolicy {
  readonly name: string;
  readonly local: { readonly address: LocalAddress; readonly id: Identity };
  readonly remote: RemotePolicy;
  /**
   * The one exchange that makes its ISAKMP SAs, whoever begins; absent means `main`. Aggressive Mode shows identities, and gives
   * whoever asks for it what a weak pre-shared key can be found with (CVE-2002-1623).
   */
  readonly exchange?: Phase1Exchange;
  /** In order of preference; with Aggressive Mode all of the same group (RFC 2409 §5). */
  readonly suites: readonly Phase1Suite[];
  readonly lifetime: Lifetime;
  /** Absent: both sides authenticate with a pre-shared key. */
  readonly certificates?: CertificatePolicy;
  /** Absent: nobody is asked for a user. */
  readonly user?: UserPolicy;
  /** Absent: neither side tells the other its settings. */
  readonly modeConfig?: ModeConfigPolicy;
  /** Absent: its ISAKMP SAs are let expire, and begun anew when one is needed. */
  readonly renewal?: RenewalPolicy;
  /** Octets of an IP packet above which messages go in fragments to a peer that joins them. Absent: none are sent or taken. */
  readonly fragmentSize?: number;
  readonly natt: { readonly mode: 'auto' | 'force' | 'off'; readonly keepalive: Duration };
  readonly tunnels: readonly TunnelPolicy[];
  /**
   * What follows where the peer deletes what is up: new attempts (`restart`), or nothing until traffic, a command or the peer asks
   * (`hold`). Absent: new attempts where the connection is wanted.
   */
  readonly onPeerDelete?: 'restart' | 'hold';
  /** The same identity from another place: it takes the place of what stands (`replace`, the default), is turned away (`keep`), or stands beside it (`never`). */
  readonly unique?: 'replace' | 'keep' | 'never';
  /** Peers that a connection may have at a time that is for several. Absent: as many as `limits.established` says. */
  readonly maxPeers?: number;
  /** How it is found out whether a peer is alive, and what becomes of one that is not (RFC 3706). Absent: nobody is asked. */
  readonly dpd?: LivenessPolicy;
  /** The attempts of a series that all failed, after which there is no other. Absent: no number of them is enough. */
  readonly keyingTries?: number;
}
