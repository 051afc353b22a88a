import type { Random } from '../base/random.ts';
import { IkeError } from '../base/errors.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { SignatureVerifier } from '../crypto/signatures.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import { RETRANSMIT_SCHEDULE, type RetransmitSchedule } from './retransmit.ts';

/** What an endpoint is made of. */
export interface EndpointOptions {
  readonly crypto: CryptoProvider;
  /** Needed where a connection authenticates with certificates. */
  readonly signatures?: SignatureVerifier;
  readonly random: Random;
  readonly connections: readonly ConnectionPolicy[];
  /** UDP ports, ours and by default the peers'; 500 and 4500 (RFC 2408 §2.5.1, RFC 3947 §4). */
  readonly ports?: { readonly ike: number; readonly natt: number };
  readonly retransmit?: RetransmitSchedule;
  readonly limits?: Partial<Limits>;
  /**
   * Danger: makes the endpoint hand out the encryption key of each ISAKMP SA as an effect, for reading a capture of its messages, as
   * SSLKEYLOGFILE does for TLS. Whoever gets the keys reads everything that the peers said under them. Default false.
   */
  readonly unsafeKeyLog?: boolean;
}

const noSignatures: SignatureVerifier = {
  verify() {
    throw new IkeError('UNSUPPORTED_ALGORITHM', { what: 'signatures', advice: 'make the endpoint with a verifier' });
  },
};

export type Settings = Required<Omit<EndpointOptions, 'limits' | 'connections'>> & { readonly limits: Limits };

export function settingsOf(options: EndpointOptions): Settings {
  const {
    crypto,
    signatures = noSignatures,
    random,
    ports = { ike: 500, natt: 4500 },
    retransmit = RETRANSMIT_SCHEDULE,
    unsafeKeyLog = false,
  } = options;
  return { crypto, signatures, random, ports, retransmit, unsafeKeyLog, limits: { ...LIMITS, ...options.limits } };
}
