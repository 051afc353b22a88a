import type { Random } from '../base/random.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { EspBackend } from '../esp/backend.ts';
import type { Resolve } from './peer-places.ts';
import type { UserCheck } from './users.ts';

export interface GatewayOptions {
  /** Default: what `gateway.crypto` in the configuration says. */
  readonly crypto?: CryptoProvider;
  /** Default: the system's generator. */
  readonly random?: Random;
  /** Default: what `esp` in the configuration says. */
  readonly backend?: EspBackend;
  /** Resolves the host names of peers. Default: as this machine does. */
  readonly resolve?: Resolve;
  /** Says whether a user of XAUTH is let in. Default: whoever has the password that stands under `credentials.users`. */
  readonly verifyUser?: UserCheck;
  /**
   * Danger: called with the encryption key of each ISAKMP SA, as a line of Wireshark's `ikev1_decryption_table`: whoever gets it reads
   * everything that the peers said. Nothing else of this library ever shows a key.
   */
  readonly unsafeKeyLog?: (line: string) => void;
}
