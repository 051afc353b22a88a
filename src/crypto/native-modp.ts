import { createDiffieHellmanGroup, DiffieHellman } from 'node:crypto';
import { GROUPS, type ModpName } from './groups.ts';
import { badPublicValue, modpPublicValue, paddedTo } from './public-value.ts';

/** Node's names are those of the Internet-Drafts behind RFC 3526: modp14 is group 14. */
const GROUP_NAMES = {
  modp768: 'modp1',
  modp1024: 'modp2',
  modp1536: 'modp5',
  modp2048: 'modp14',
  modp3072: 'modp15',
  modp4096: 'modp16',
  modp6144: 'modp17',
  modp8192: 'modp18',
} as const satisfies Record<ModpName, string>;

/** g^x mod p with g = 2 (RFC 2409 §6, RFC 3526), as long as p. */
export function publicValueModp(group: ModpName, privateValue: Uint8Array): Uint8Array {
  // generateKeys() keeps a private value that is there already; the public value comes without its leading zeros.
  return withPrivateValue(group, privateValue, (dh) => paddedTo(GROUPS[group].publicBytes, dh.generateKeys()));
}

/** y^x mod p, as long as p (RFC 2409 §5); INVALID_KEY_INFORMATION unless 1 < y < p-1 (RFC 6989 §2.1). */
export function agreeModp(group: ModpName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  return withPrivateValue(group, privateValue, (dh) => {
    const y = modpPublicValue(group, dh.getPrime(), peerPublic);
    try {
      return paddedTo(GROUPS[group].secretBytes, dh.computeSecret(y));
    } catch (cause) {
      // Node 22 also refuses a value outside the subgroup that 2 generates, the others do not. No honest peer sends one, and with
      // a safe prime only one bit of x, which is never used again, could leak by it (RFC 6989 §2.1).
      throw badPublicValue(group, 'OpenSSL refuses the value', {}, cause);
    }
  });
}

/** OpenSSL tests the primes of these, which it does not know by name, for 30 ms at each construction: so they are kept. */
const kept: { modp768?: DiffieHellman; modp1024?: DiffieHellman } = {};

function groupObject(group: ModpName): DiffieHellman {
  return group === 'modp768' || group === 'modp1024' ? (kept[group] ??= settableGroup(group)) : settableGroup(group);
}

/**
 * Node's group objects lack setPrivateKey, though what is underneath has it: with the sister class as prototype it is there (Node 20
 * to 26). What the API offers instead, createDiffieHellman with the prime, tests the prime on Node 24 and later: 0.2 s for 2048
 * bits, 3.3 s for 4096.
 */
function settableGroup(group: ModpName): DiffieHellman {
  const dh: DiffieHellman = Object.setPrototypeOf(
    createDiffieHellmanGroup(GROUP_NAMES[group]),
    DiffieHellman.prototype,
  );
  return dh;
}

/** Runs `work` on a group object that holds our private value. */
function withPrivateValue<T>(group: ModpName, privateValue: Uint8Array, work: (dh: DiffieHellman) => T): T {
  const dh = groupObject(group);
  dh.setPrivateKey(privateValue);
  try {
    return work(dh);
  } finally {
    // OpenSSL overwrites the value that this one displaces.
    dh.setPrivateKey(Uint8Array.of(1));
  }
}
