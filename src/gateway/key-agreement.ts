import type { GroupName } from '../crypto/groups.ts';

/**
 * Who does Diffie-Hellman for the jobs, at once or on another thread. What is called with is read before the call returns, so the
 * caller may wipe it then; errors are those of `CryptoProvider`, thrown or as a rejection.
 */
export interface KeyAgreement {
  publicValue(group: GroupName, privateValue: Uint8Array): Uint8Array | Promise<Uint8Array>;
  agree(group: GroupName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
