import { CIPHERS, type CipherName } from '../crypto/ciphers.ts';
import { GROUPS, type GroupName } from '../crypto/groups.ts';
import { HASHES, type HashName } from '../crypto/hashes.ts';
import { hashName, ikeCipherName } from '../ike/negotiate/algorithm-names.ts';
import { attributeMagnitude } from '../ike/negotiate/attribute-values.ts';
import { AUTHENTICATION_METHOD, PHASE1_ATTRIBUTE } from '../ike/wire/numbers.ts';
import type { Transform } from '../ike/wire/transform.ts';

/** The algorithms of an ISAKMP SA; undefined where the crypto provider has none of that number. */
export interface Phase1Algorithms {
  readonly hash: HashName | undefined;
  readonly cipher: CipherName | undefined;
  readonly group: GroupName | undefined;
  /** How SKEYID is made (RFC 2409 §5). */
  readonly skeyid: 'pre-shared-key' | 'signatures' | 'public-key-encryption';
  /** Cipher and hash in words. */
  readonly text: string;
}

const M = AUTHENTICATION_METHOD;
const PRE_SHARED: readonly number[] = [M.PRE_SHARED_KEY, M.XAUTH_INIT_PRE_SHARED, M.XAUTH_RESP_PRE_SHARED];
const ENCRYPTION: readonly number[] = [M.RSA_ENCRYPTION, M.RSA_REVISED_ENCRYPTION];

/** Interop: AES without Key Length, which RFC 3602 §5.3 demands, is what some peers send for 128 bits. */
const MISSING_KEY_LENGTH = 128;

export function phase1Algorithms(transform: Transform): Phase1Algorithms {
  const number = (type: number): number | undefined => {
    const attribute = transform.attributes.find((each) => each.type === type);
    return attribute === undefined ? undefined : attributeMagnitude(attribute);
  };
  const cipher = number(PHASE1_ATTRIBUTE.ENCRYPTION_ALGORITHM) ?? 0;
  const keyLength = number(PHASE1_ATTRIBUTE.KEY_LENGTH);
  const hash = number(PHASE1_ATTRIBUTE.HASH_ALGORITHM) ?? 0;
  const authentication = number(PHASE1_ATTRIBUTE.AUTHENTICATION_METHOD) ?? M.PRE_SHARED_KEY;
  return {
    hash: named(HASHES, ({ ikeId }) => ikeId === hash),
    cipher: named(
      CIPHERS,
      ({ ikeId, keyBytes, keyLengthAttribute }) =>
        ikeId === cipher && (!keyLengthAttribute || keyBytes * 8 === (keyLength ?? MISSING_KEY_LENGTH)),
    ),
    group: named(GROUPS, ({ ikeId }) => ikeId === number(PHASE1_ATTRIBUTE.GROUP_DESCRIPTION)),
    skeyid: PRE_SHARED.includes(authentication)
      ? 'pre-shared-key'
      : ENCRYPTION.includes(authentication)
        ? 'public-key-encryption'
        : 'signatures',
    text: `${ikeCipherName(cipher, keyLength)} with ${hashName(hash)}`,
  };
}

function named<N extends string, S>(table: Readonly<Record<N, S>>, is: (spec: S) => boolean): N | undefined {
  return (Object.keys(table) as N[]).find((name) => is(table[name]));
}
