import type { IpAddress } from '../base/address.ts';
import type { Duration } from '../base/instant.ts';
import type { GuardedTraffic } from '../esp/backend.ts';
import type { EndpointOptions } from '../ike/options.ts';
import type { SimulatedCertificates } from './certificates.ts';
import type { SimulatedPsk } from './job-work.ts';

/** What a simulated gateway is made of. */
export interface HostOptions extends Omit<EndpointOptions, 'crypto' | 'signatures' | 'random' | 'unsafeKeyLog'> {
  readonly name: string;
  readonly address: IpAddress;
  readonly psks: readonly SimulatedPsk[];
  /** Needed where a connection has them. Signatures of ECDSA are others in each run, of the same length. */
  readonly certificates?: SimulatedCertificates;
  /** Passwords by user, for XAUTH in either role. */
  readonly users?: Readonly<Record<string, string>>;
  /** What names resolve to, looked at for each question, so that a scenario may change it. Default: none. */
  readonly names?: ReadonlyMap<string, readonly IpAddress[]>;
  /** Tunnels without which no packet of theirs leaves. Default none. */
  readonly guards?: readonly GuardedTraffic[];
  /** Hears of each packet that leaves in clear, because there is neither an SA nor a guard for it. */
  readonly onClear?: (source: IpAddress, destination: IpAddress) => void;
  /** Whether it has no way to anybody at the moment. Default: never. */
  readonly isCutOff?: () => boolean;
  /** How long a job takes. Default 0: it is done at once. */
  readonly jobDelay?: Duration;
  /** Keeps every call into the endpoint, to be replayed. Default false. */
  readonly record?: boolean;
  /** Keeps every packet that it sends and receives, and all keys, for Wireshark: `capture`. Default false. */
  readonly capture?: boolean;
}
