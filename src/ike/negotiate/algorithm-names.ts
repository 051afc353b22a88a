import { ESP_INTEGRITY } from '../../crypto/esp-transforms.ts';
import { GROUPS, REFUSED_GROUPS } from '../../crypto/groups.ts';
import { HASHES } from '../../crypto/hashes.ts';

/** Names by number. No two numbers of a table share a name, so comparing names is comparing numbers. */
type Names = Readonly<Record<number, string>>;

const named = (names: Names, number: number): string => names[number] ?? String(number);

/** A `#` in a cipher's name is where its key length in bits goes; ciphers without one have a fixed key. */
function keyed(name: string, keyLength: number | undefined): string {
  if (!name.includes('#')) return keyLength === undefined ? name : `${name} with key length ${keyLength}`;
  return keyLength === undefined ? `${name.replace('#', '')} without key length` : name.replace('#', String(keyLength));
}

/** Of two names with one number, what a peer means is the first: `sha256_96` differs from `sha256` in nothing that is sent. */
const idsOf = <S extends object>(specs: Readonly<Record<string, S>>, id: (spec: S) => number): Names =>
  Object.fromEntries(
    Object.entries(specs)
      .toReversed()
      .map(([name, spec]) => [id(spec), name]),
  );

/** Those that we do not have ourselves are named all the same, because a name tells more than a number. */
const IKE_CIPHER: Names = {
  1: 'des',
  2: 'idea',
  3: 'blowfish#',
  4: 'rc5#',
  5: '3des',
  6: 'cast#',
  7: 'aes#',
  8: 'camellia#',
};
const HASH: Names = { 3: 'tiger', ...idsOf(HASHES, (hash) => hash.ikeId) };
const GROUP: Names = {
  3: 'ec2n155',
  4: 'ec2n185',
  25: 'ecp192',
  26: 'ecp224',
  27: 'brainpoolp224r1',
  28: 'brainpoolp256r1',
  29: 'brainpoolp384r1',
  30: 'brainpoolp512r1',
  ...idsOf(REFUSED_GROUPS, (group) => group.ikeId),
  ...idsOf(GROUPS, (group) => group.ikeId),
};
const AUTHENTICATION: Names = {
  1: 'pre-shared key',
  2: 'DSS signatures',
  3: 'RSA signatures',
  4: 'RSA encryption',
  5: 'revised RSA encryption',
  9: 'ECDSA-256',
  10: 'ECDSA-384',
  11: 'ECDSA-521',
  64221: 'hybrid RSA (initiator)',
  64222: 'hybrid RSA (responder)',
  65001: 'XAUTH with pre-shared key (initiator)',
  65002: 'XAUTH with pre-shared key (responder)',
  65005: 'XAUTH with RSA signatures (initiator)',
  65006: 'XAUTH with RSA signatures (responder)',
};
const ESP_TRANSFORM: Names = {
  1: 'des-iv64',
  2: 'des',
  3: '3des',
  4: 'rc5#',
  5: 'idea',
  6: 'cast#',
  7: 'blowfish#',
  11: 'null',
  12: 'aes#',
  13: 'aes#ctr',
  14: 'aes#ccm8',
  15: 'aes#ccm12',
  16: 'aes#ccm16',
  18: 'aes#gcm8',
  19: 'aes#gcm12',
  20: 'aes#gcm16',
  22: 'camellia#',
  23: 'aes#gmac',
};
const INTEGRITY: Names = {
  3: 'des-mac',
  4: 'kpdk',
  8: 'ripemd',
  ...idsOf(ESP_INTEGRITY, (integrity) => integrity.attributeValue),
};

export const hashName = (number: number): string => named(HASH, number);
export const groupName = (number: number): string => named(GROUP, number);
export const authenticationName = (number: number): string => named(AUTHENTICATION, number);
export const integrityName = (number: number): string => named(INTEGRITY, number);
/** `aes256`, `3des`, `aes without key length`, `65004`. */
export const ikeCipherName = (number: number, keyLength: number | undefined): string =>
  keyed(named(IKE_CIPHER, number), keyLength);
/** `aes256`, `aes256gcm16`, `null`, `3des with key length 192`. */
export const espCipherName = (number: number, keyLength: number | undefined): string =>
  keyed(named(ESP_TRANSFORM, number), keyLength);
