import { availableParallelism } from 'node:os';
import type { GatewayConfig } from '../config/config.ts';
import type { GroupName } from '../crypto/groups.ts';
import { nativeProvider } from '../crypto/native.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { ParallelKeyAgreement } from './parallel-key-agreement.ts';

/**
 * Who does Diffie-Hellman for the jobs, at once or on another thread. What it is called with is read before the call returns, so the
 * caller may wipe it then; errors are those of `CryptoProvider`, thrown or as a rejection.
 */
export interface KeyAgreement {
  publicValue(group: GroupName, privateValue: Uint8Array): Uint8Array | Promise<Uint8Array>;
  agree(group: GroupName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * Other threads where the configuration has them and OpenSSL is what the gateway uses; else the provider itself, which does everything at
 * once, and so it does where this Node does not show OpenSSL's functions.
 */
export function keyAgreementFor(
  crypto: CryptoProvider,
  where: GatewayConfig['gateway']['diffieHellman'],
  threads: (inline: KeyAgreement) => KeyAgreement = (inline) => new ParallelKeyAgreement(inline),
): KeyAgreement {
  const parallel = where === 'auto' ? availableParallelism() > 1 : where === 'parallel';
  if (crypto !== nativeProvider || !parallel) return crypto;
  try {
    return threads(crypto);
  } catch {
    return crypto;
  }
}
