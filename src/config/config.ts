import type { IpAddress } from '../base/address.ts';
import type { DnMatching } from '../base/distinguished-name.ts';
import type { Identity } from '../base/identity.ts';
import type { Duration } from '../base/instant.ts';
import type { OwnInterface } from '../base/local-address.ts';
import type { RemoteAddress } from '../base/remote-address.ts';
import type { Secret } from '../base/secret.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { Phase1Suite, Phase2Suite } from '../crypto/suites.ts';
import type { Lifetime, ModeConfigPolicy, Phase1Exchange, RenewalPolicy } from '../ike/negotiate/policy.ts';
import type { DpdConfig } from './dead-peers.ts';
import type { FileConfig } from './secrets.ts';

/** A configuration that can be used: checked, with its defaults, and with its secrets, which print as `[secret]`. */
export interface GatewayConfig {
  readonly gateway: {
    readonly name: string;
    /** Empty means every local address. */
    readonly listen: readonly IpAddress[];
    readonly ports: { readonly ike: number; readonly natt: number };
    readonly crypto: 'native' | 'portable';
    readonly diffieHellman: 'auto' | 'inline' | 'parallel';
    readonly limits: {
      readonly tunnels: number;
      readonly halfOpen: number;
      readonly halfOpenPerSource: number;
      readonly keyExchanges: number;
    };
  };
  readonly control: { readonly socket: string; readonly mode: number };
  readonly esp: {
    readonly backend: 'auto' | 'kernel' | 'userspace';
    readonly device: 'auto' | 'tun' | 'memory';
    /** In octets. */
    readonly mtu: number;
    /** In packets; 0 is no check, else a multiple of 32. */
    readonly replayWindow: number;
  };
  readonly credentials: {
    readonly psks: readonly PskConfig[];
    readonly users: readonly UserConfig[];
    readonly certificates: readonly CertificateConfig[];
    readonly authorities: readonly FileConfig[];
    readonly intermediates: readonly FileConfig[];
    readonly crls: readonly FileConfig[];
    readonly revocation: 'off' | 'soft' | 'hard';
    readonly allow: readonly ('sha1' | 'rsa1024')[];
  };
  readonly connections: readonly ConnectionConfig[];
}

/** A certificate of ours with its key: from one PKCS #12 file, or from two. */
export interface CertificateConfig {
  readonly files: { readonly pkcs12: FileConfig } | { readonly cert: FileConfig; readonly key: FileConfig };
  readonly passphrase: Secret | undefined;
}

/** A user of XAUTH: one that may come, or one that we are. */
export interface UserConfig {
  readonly name: string;
  readonly secret: Secret;
}

export interface PskConfig {
  /** An identity that is a range of addresses is any one of them. */
  readonly peers: readonly (Identity | 'any')[];
  readonly secret: Secret;
}

export interface ConnectionConfig {
  readonly name: string;
  readonly startup: 'initiate' | 'wait' | 'on-demand';
  readonly local: {
    readonly address: IpAddress | OwnInterface | 'auto';
    readonly id: Identity;
    /** `xauth`: not in phase 1, but as a user after it. */
    readonly auth: 'psk' | 'certificate' | 'xauth';
    readonly sendCertificate: 'if-asked' | 'always' | 'never';
    /** The user that we are where the peer asks by XAUTH. */
    readonly user?: string | undefined;
  };
  readonly remote: {
    readonly address: RemoteAddress;
    readonly id: Identity | 'any';
    readonly nameMatching: DnMatching;
    readonly auth: 'psk' | 'certificate' | 'xauth';
    /** Absent where the peer needs an authority that vouches for it. */
    readonly certificate?: FileConfig;
    /** Those that may vouch for it; absent: those of `credentials`. */
    readonly authorities?: readonly FileConfig[];
    /** The users of which the peer has to be one, by XAUTH; absent where it is not asked. */
    readonly users?: readonly string[] | 'any' | undefined;
  };
  readonly phase1: {
    readonly exchange: Phase1Exchange;
    readonly proposals: readonly Phase1Suite[];
    readonly lifetime: Lifetime;
    /** False lets its SAs expire. */
    readonly rekey: RenewalPolicy | false;
  };
  readonly phase2: {
    readonly proposals: readonly Phase2Suite[];
    readonly lifetime: Lifetime;
    readonly rekey: RenewalPolicy | false;
  };
  readonly natt: { readonly mode: 'auto' | 'force' | 'off'; readonly keepalive: Duration };
  readonly onPeerDelete: 'restart' | 'hold';
  readonly keyingTries: number | 'forever';
  readonly unique: 'replace' | 'keep' | 'never';
  /** How many peers may have it at a time where it is for several. */
  readonly maxPeers: number;
  /** `size` is in octets of an IP packet. */
  readonly fragmentation: { readonly mode: 'auto' | 'off'; readonly size: number };
  /** Whether and how often the host name of the peer is resolved beside each attempt. */
  readonly dynDns: { readonly monitor: boolean; readonly interval: Duration };
  /** False: the peer is never asked. */
  readonly dpd: DpdConfig | false;
  readonly modeConfig?: ModeConfigPolicy | undefined;
  /** What only ESP in the kernel does. */
  readonly kernel?:
    | {
        readonly mark?: { readonly value: number; readonly mask: number } | undefined;
        /** `if_id` of an XFRM interface. */
        readonly interface?: number | undefined;
        readonly offload?: string | undefined;
        readonly copyDscp?: 'out' | 'in' | 'both' | 'no' | undefined;
        readonly pathMtuDiscovery?: boolean | undefined;
      }
    | undefined;
  /** Packets may go from its tunnels to those of others that forward, and back. */
  readonly forward: boolean;
  readonly tunnels: readonly TunnelConfig[];
}

export interface TunnelConfig {
  readonly name: string;
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
  readonly mode: 'tunnel' | 'transport';
  /** The side that has one address, which Mode Config assigns. */
  readonly assigned?: 'local' | 'remote';
}
