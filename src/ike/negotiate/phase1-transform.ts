import { CIPHERS } from '../../crypto/ciphers.ts';
import { DESCRIBED_GROUP, GROUPS } from '../../crypto/groups.ts';
import { HASHES } from '../../crypto/hashes.ts';
import type { Phase1Suite } from '../../crypto/suites.ts';
import { type DataAttribute, basicAttribute } from '../wire/attributes.ts';
import { KEY_IKE, PHASE1_ATTRIBUTE } from '../wire/numbers.ts';
import type { Transform } from '../wire/transform.ts';
import { authenticationName, groupName, hashName, ikeCipherName } from './algorithm-names.ts';
import { AUTHENTICATION_METHODS, type AuthenticationMethod, authenticationNumber } from './authentication.ts';
import { attributeValues } from './attribute-values.ts';
import { PHASE1_LIFE, lifetimeAttributes } from './lifetime.ts';
import type { Lifetime } from './policy.ts';
import type { Traits } from './traits.ts';

const { ENCRYPTION_ALGORITHM, HASH_ALGORITHM, GROUP_DESCRIPTION, KEY_LENGTH } = PHASE1_ATTRIBUTE;
/** The classes that a suite decides (RFC 2409 App. A). */
const KNOWN: readonly number[] = [
  ENCRYPTION_ALGORITHM,
  HASH_ALGORITHM,
  GROUP_DESCRIPTION,
  PHASE1_ATTRIBUTE.AUTHENTICATION_METHOD,
  KEY_LENGTH,
];

/** A suite of ours with a method as a transform, its attributes in the order that most peers use. */
export function phase1Transform(
  number: number,
  suite: Phase1Suite,
  method: AuthenticationMethod,
  lifetime: Lifetime,
): Transform {
  const cipher = CIPHERS[suite.cipher];
  const attributes: DataAttribute[] = [
    basicAttribute(ENCRYPTION_ALGORITHM, cipher.ikeId),
    ...(cipher.keyLengthAttribute ? [basicAttribute(KEY_LENGTH, cipher.keyBytes * 8)] : []),
    basicAttribute(HASH_ALGORITHM, HASHES[suite.hash].ikeId),
    basicAttribute(GROUP_DESCRIPTION, GROUPS[suite.group].ikeId),
    basicAttribute(PHASE1_ATTRIBUTE.AUTHENTICATION_METHOD, authenticationNumber(method)),
    ...lifetimeAttributes(lifetime, PHASE1_LIFE),
  ];
  return { number, transformId: KEY_IKE, attributes };
}

/** What a suite of ours with a method is in words. */
export function phase1SuiteTraits(suite: Phase1Suite, method: AuthenticationMethod): Traits {
  return {
    protocol: 'ISAKMP',
    'transform id': 'KEY_IKE',
    'encryption algorithm': suite.cipher,
    hash: suite.hash,
    'authentication method': authenticationName(authenticationNumber(method)),
    group: suite.group,
    'other attributes': 'none',
  };
}

/**
 * What a transform of a peer is in words.
 *
 * Interop: AES without Key Length, which RFC 3602 §5.3 demands, is what some peers send for 128 bits; `missingKeyLength`
 * says whether to read it so. An answer to our own offer has no such excuse.
 */
export function phase1Traits(transform: Transform, missingKeyLength: 'as-128' | 'missing'): Traits {
  const values = attributeValues(transform.attributes, [PHASE1_LIFE.type, PHASE1_LIFE.duration]);
  const name = (type: number, of: (value: number) => string): string => {
    const value = values.get(type);
    return value === undefined ? 'missing' : of(value);
  };
  const cipher = values.get(ENCRYPTION_ALGORITHM);
  const implied = missingKeyLength === 'as-128' && cipher === CIPHERS.aes128.ikeId ? 128 : undefined;
  return {
    protocol: 'ISAKMP',
    'transform id': transform.transformId === KEY_IKE ? 'KEY_IKE' : String(transform.transformId),
    'encryption algorithm': name(ENCRYPTION_ALGORITHM, (value) =>
      ikeCipherName(value, values.get(KEY_LENGTH) ?? implied),
    ),
    hash: name(HASH_ALGORITHM, hashName),
    'authentication method': name(PHASE1_ATTRIBUTE.AUTHENTICATION_METHOD, authenticationName),
    group: values.has(PHASE1_ATTRIBUTE.GROUP_PRIME) ? DESCRIBED_GROUP : name(GROUP_DESCRIPTION, groupName),
    'other attributes': otherAttributes([...values.keys()], KNOWN),
  };
}

/** The classes that no suite of ours has: `13, 16384`, a few of them, or `none`. */
export function otherAttributes(classes: readonly number[], known: readonly number[]): string {
  const others = classes.filter((type) => !known.includes(type));
  if (others.length === 0) return 'none';
  return others.length <= 4 ? others.join(', ') : `${others.slice(0, 4).join(', ')} and ${others.length - 4} more`;
}

/** The suite behind traits that came from a transform of ours; undefined where they did not. */
export function phase1SuiteOf(traits: Traits): Phase1Suite | undefined {
  const { 'encryption algorithm': cipher = '', hash = '', group = '' } = traits;
  return isKey(CIPHERS, cipher) && isKey(HASHES, hash) && isKey(GROUPS, group) ? { cipher, hash, group } : undefined;
}

/** The method behind such traits. */
export const methodOf = (traits: Traits): AuthenticationMethod | undefined =>
  AUTHENTICATION_METHODS.find(
    (method) => authenticationName(authenticationNumber(method)) === traits['authentication method'],
  );

const isKey = <T extends object>(table: T, key: string): key is Extract<keyof T, string> => Object.hasOwn(table, key);
