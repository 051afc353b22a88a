import { requirePrivateValue } from './arguments.ts';
import { type EcpName, isEcp, isModp, type ModpName } from './groups.ts';
import type { CryptoProvider } from './provider.ts';

/** Diffie-Hellman in the groups of one kind. */
interface Kind<Group> {
  publicValue(group: Group, privateValue: Uint8Array): Uint8Array;
  agree(group: Group, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array;
}

/** A provider's Diffie-Hellman from that of each kind of group: every provider checks private values alike. */
export function overGroups(kinds: {
  readonly modp: Kind<ModpName>;
  readonly ecp: Kind<EcpName>;
  readonly x25519: {
    publicValue(privateValue: Uint8Array): Uint8Array;
    agree(privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array;
  };
}): Pick<CryptoProvider, 'publicValue' | 'agree'> {
  const { modp, ecp, x25519 } = kinds;
  return {
    publicValue(group, privateValue) {
      requirePrivateValue(group, privateValue);
      if (isModp(group)) return modp.publicValue(group, privateValue);
      return isEcp(group) ? ecp.publicValue(group, privateValue) : x25519.publicValue(privateValue);
    },
    agree(group, privateValue, peerPublic) {
      requirePrivateValue(group, privateValue);
      if (isModp(group)) return modp.agree(group, privateValue, peerPublic);
      return isEcp(group) ? ecp.agree(group, privateValue, peerPublic) : x25519.agree(privateValue, peerPublic);
    },
  };
}
