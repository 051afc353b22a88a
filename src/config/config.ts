import type { IpAddress } from '../base/address.ts';
import type { Identity } from '../base/identity.ts';
import type { Duration } from '../base/instant.ts';
import type { Secret } from '../base/secret.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { Phase1Suite, Phase2Suite } from '../crypto/suites.ts';
import type { Lifetime, Phase1Exchange, RenewalPolicy } from '../ike/negotiate/policy.ts';
import type { RemoteAddress } from './addresses.ts';

/** A configuration that can be used: checked, with its defaults, and with its secrets, which print as `[secret]`. */
export interface GatewayConfig {
  readonly gateway: {
    readonly name: string;
    /** Empty means every local address. */
    readonly listen: readonly IpAddress[];
    readonly ports: { readonly ike: number; readonly natt: number };
    readonly crypto: 'native' | 'portable';
    readonly limits: {
      readonly tunnels: number;
      readonly halfOpen: number;
      readonly halfOpenPerSource: number;
      readonly keyExchanges: number;
    };
  };
  readonly control: { readonly socket: string; readonly mode: number };
  readonly esp: {
    readonly backend: 'auto' | 'userspace';
    readonly device: 'auto' | 'tun' | 'memory';
    /** In octets. */
    readonly mtu: number;
    /** In packets; 0 is no check, else a multiple of 32. */
    readonly replayWindow: number;
  };
  readonly credentials: { readonly psks: readonly PskConfig[] };
  readonly connections: readonly ConnectionConfig[];
}

export interface PskConfig {
  readonly peers: readonly (Identity | 'any')[];
  readonly secret: Secret;
}

export interface ConnectionConfig {
  readonly name: string;
  readonly startup: 'initiate' | 'wait' | 'on-demand';
  readonly local: { readonly address: IpAddress | 'auto'; readonly id: Identity; readonly auth: 'psk' };
  readonly remote: { readonly address: RemoteAddress; readonly id: Identity | 'any'; readonly auth: 'psk' };
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
  readonly dpd: { readonly delay: Duration; readonly timeout: Duration; readonly action: 'hold' | 'clear' | 'restart' };
  readonly tunnels: readonly TunnelConfig[];
}

export interface TunnelConfig {
  readonly name: string;
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
  readonly mode: 'tunnel' | 'transport';
}
