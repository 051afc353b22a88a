import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import type { Duration } from '../base/instant.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { EspSuite } from '../crypto/esp-transforms.ts';

/** Security Parameters Index, RFC 4303 §2.1: 256 and above; below is reserved. */
export type Spi = number;
export const FIRST_SPI: Spi = 256;

/** The keys of one direction, cut from KEYMAT in its order (RFC 2409 §5.5): encryption (with the salt behind it), then integrity. */
export interface EspKeys {
  readonly encryption: Uint8Array;
  /** Empty where the cipher authenticates by itself. */
  readonly integrity: Uint8Array;
}

/** Everything that a back end needs for one direction of a tunnel. Holds keys: never logged. Plain data: it may cross a thread. */
export interface EspSa {
  readonly spi: Spi;
  readonly direction: 'inbound' | 'outbound';
  /** Connects the two directions of one tunnel and the events about them: the same for both, fresh for each Quick Mode. */
  readonly pair: number;
  readonly connection: string;
  readonly tunnel: string;
  readonly suite: EspSuite;
  readonly keys: EspKeys;
  readonly mode: 'tunnel' | 'transport';
  /** The gateways' addresses as we see them; the ports matter where `encapsulation` is `udp`. */
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
  /** `none` is IP protocol 50, `udp` is RFC 3948. */
  readonly encapsulation: 'none' | 'udp';
  /** In transport mode one address each, that of `local` and that of `remote`. */
  readonly localSelector: TrafficSelector;
  readonly remoteSelector: TrafficSelector;
  /**
   * Transport mode in UDP alone: the addresses that the peer writes into its packets before any NAT, its own and ours as it sees us
   * (NAT-OA, RFC 3947 §5.2). Absent where it did not say, and then checksums are made anew (RFC 3948 §3.1.2).
   */
  readonly originalAddresses?: { readonly local: IpAddress; readonly remote: IpAddress };
  /** 0 switches the replay check off (RFC 4303 §3.4.3); else a multiple of 32. Inbound only. */
  readonly replayWindow: number;
  /** The end by the back end's own count: octets and packets exactly, time as a backstop behind the engine's clock. */
  readonly limits: { readonly bytes?: number; readonly packets?: number; readonly time?: Duration };
  /** Back ends other than the kernel's take none. */
  readonly handling?: KernelHandling | undefined;
}

/** What only the kernel can do with the packets of a connection. Everything absent is as the kernel does it by itself. */
export interface KernelHandling {
  /** Only packets that bear this mark are the tunnel's; of those that come in ESP, too. */
  readonly mark?: { readonly value: number; readonly mask: number } | undefined;
  /** The XFRM interface (`if_id`) through which they go; the routes to it are the administrator's. */
  readonly interface?: number | undefined;
  /** The network device that is to encrypt them. */
  readonly offload?: string | undefined;
  /** Whether the outer header gets the DSCP of the inner one (`out`, which is what happens by itself), the inner that of the outer, or both. */
  readonly copyDscp?: 'out' | 'in' | 'both' | 'no' | undefined;
  /** Whether outer packets say Don't Fragment where the inner ones do; default yes. */
  readonly pathMtuDiscovery?: boolean | undefined;
}

/** Between which endpoints the packets of a pair go. */
export interface SaEnds {
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
}

/** What an SA has carried so far. Octets are those of the inner packets. */
export interface EspCounters {
  readonly packets: number;
  readonly bytes: number;
  /** How long ago the last one came; absent where none did, or nobody knows. */
  readonly idle?: Duration;
}
