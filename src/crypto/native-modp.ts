import { createDiffieHellmanGroup, DiffieHellman } from 'node:crypto';
import { IkeError } from '../base/errors.ts';
import { compareBytes } from '../base/selector.ts';
import { GROUPS, type GroupName } from './groups.ts';

type ModpName = Extract<GroupName, `modp${number}`>;

/** Node's names are those of the Internet-Drafts behind RFC 3526: modp14 is group 14. */
const GROUP_NAMES = {
  modp1024: 'modp2',
  modp1536: 'modp5',
  modp2048: 'modp14',
  modp3072: 'modp15',
  modp4096: 'modp16',
} as const satisfies Record<ModpName, string>;

/** g^x mod p with g = 2 (RFC 2409 §6, RFC 3526), as long as p. */
export function publicValueModp(group: ModpName, privateValue: Uint8Array): Uint8Array {
  // generateKeys() keeps a private value that is there already; the public value comes without its leading zeros.
  return withPrivateValue(group, privateValue, (dh) => paddedTo(GROUPS[group].publicBytes, dh.generateKeys()));
}

/** y^x mod p, as long as p (RFC 2409 §5); INVALID_KEY_INFORMATION unless 1 < y < p-1 (RFC 6989 §2.1). */
export function agreeModp(group: ModpName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  const { publicBytes, secretBytes } = GROUPS[group];
  if (peerPublic.length > publicBytes)
    throw refused(group, 'longer than the prime', { want: publicBytes, have: peerPublic.length });
  // Interop: RFC 2409 §5 has the value padded to the prime's length, but old stacks strip leading zeros; the number is the same.
  const y = paddedTo(publicBytes, peerPublic);
  return withPrivateValue(group, privateValue, (dh) => {
    if (isOneOrLess(y)) throw refused(group, 'public value is 0 or 1');
    if (compareBytes(y, minusOne(dh.getPrime())) >= 0) throw refused(group, 'public value is p-1 or more');
    try {
      return paddedTo(secretBytes, dh.computeSecret(y));
    } catch (cause) {
      // Node 22 also refuses a value outside the subgroup that 2 generates, the others do not. No honest peer sends one, and with
      // a safe prime only one bit of x, which is never used again, could leak by it (RFC 6989 §2.1).
      throw refused(group, 'OpenSSL refuses the value', {}, cause);
    }
  });
}

/** OpenSSL tests the prime of this one, which it does not know by name, for 30 ms at each construction: so it is kept. */
let modp1024: DiffieHellman | undefined;

function groupObject(group: ModpName): DiffieHellman {
  if (group !== 'modp1024') return settableGroup(group);
  modp1024 ??= settableGroup(group);
  return modp1024;
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

function paddedTo(length: number, value: Uint8Array): Uint8Array {
  const out = new Uint8Array(length);
  out.set(value, length - value.length);
  return out;
}

function isOneOrLess(y: Uint8Array): boolean {
  return y.every((octet, i) => octet === 0 || (octet === 1 && i === y.length - 1));
}

/** For an odd number, as primes are. */
function minusOne(prime: Uint8Array): Uint8Array {
  return prime.map((octet, i) => (i === prime.length - 1 ? octet - 1 : octet));
}

function refused(group: ModpName, reason: string, details = {}, cause?: unknown): IkeError {
  return new IkeError(
    'INVALID_KEY_INFORMATION',
    { group, reason, ...details },
    cause === undefined ? undefined : { cause },
  );
}
