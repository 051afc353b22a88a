import { CIPHERS } from '../crypto/ciphers.ts';
import { ESP_CIPHERS, ESP_INTEGRITY, type EspCipherName, type EspSuite } from '../crypto/esp-transforms.ts';
import { GROUPS, refusedGroupReason } from '../crypto/groups.ts';
import { HASHES } from '../crypto/hashes.ts';
import type { Phase1Suite, Phase2Suite } from '../crypto/suites.ts';
import { type Reading, read, refuse } from './reading.ts';
import { nearest } from './suggest.ts';

/** The lengths of ICVs in bits, and the longest where none is said: `aes128gcm128`, `aes128gcm`. */
const icvAliases = (name: string): [string, string][] => [
  [name, `${name}16`],
  [`${name}128`, `${name}16`],
  [`${name}96`, `${name}12`],
  [`${name}64`, `${name}8`],
];

/** Names that other products write for what is called otherwise here. */
const ALIASES: Readonly<Record<string, string>> = {
  aes: 'aes128',
  des3: '3des',
  sha: 'sha1',
  sha2: 'sha256',
  sha2_256: 'sha256',
  sha2_256_96: 'sha256_96',
  aes_xcbc: 'aesxcbc',
  sha2_384: 'sha384',
  sha2_512: 'sha512',
  ...Object.fromEntries(
    ['gcm', 'ccm'].flatMap((mode) => ['aes128', 'aes192', 'aes256'].flatMap((cipher) => icvAliases(cipher + mode))),
  ),
  dh1: 'modp768',
  dh2: 'modp1024',
  dh5: 'modp1536',
  dh14: 'modp2048',
  dh15: 'modp3072',
  dh16: 'modp4096',
  dh17: 'modp6144',
  dh18: 'modp8192',
  dh19: 'ecp256',
  dh20: 'ecp384',
  dh21: 'ecp521',
  dh22: 'modp1024s160',
  dh23: 'modp2048s224',
  dh24: 'modp2048s256',
  dh31: 'x25519',
  curve25519: 'x25519',
};

/** `aes256-sha256-modp2048`: what protects phase 1. */
export function parsePhase1Proposal(text: string): Reading<Phase1Suite> {
  const [first = '', second, third, ...more] = split(text);
  if (isKeyOf(ESP_CIPHERS, first) && !isKeyOf(CIPHERS, first)) {
    return wrong(
      text,
      `${first} cannot protect phase 1, whose messages are encrypted in CBC mode`,
      known(CIPHERS, PHASE1_CIPHER),
    );
  }
  const cipher = named(text, first, CIPHERS, PHASE1_CIPHER);
  if (!cipher.ok) return cipher;
  const hash = named(text, second, HASHES, HASH);
  if (!hash.ok) return hash;
  const group = named(text, third, GROUPS, GROUP);
  if (!group.ok) return group;
  if (more.length > 0) return wrong(text, 'has something behind the group', 'write it like aes256-sha256-modp2048');
  return read({ cipher: cipher.value, hash: hash.value, group: group.value });
}

/**
 * `aes256-sha256`, `aes128gcm16`, each with a group behind it where phase 2 shall have perfect forward secrecy, and `esn` behind all
 * where sequence numbers shall have 64 bits.
 */
export function parsePhase2Proposal(text: string): Reading<Phase2Suite> {
  const parts = split(text);
  const suite = parseAlgorithms(text, parts.at(-1) === ESN ? parts.slice(0, -1) : parts);
  if (!suite.ok || parts.at(-1) !== ESN) return suite;
  const { cipher } = suite.value;
  if (ESP_CIPHERS[cipher].blockBytes === 8)
    return wrong(
      text,
      `${cipher} is not for so many packets that their numbers need 64 bits`,
      `leave ${ESN} out (RFC 4304 §4)`,
    );
  return read({ ...suite.value, esn: true });
}

const ESN = 'esn';

function parseAlgorithms(text: string, [first = '', ...rest]: readonly string[]): Reading<Phase2Suite> {
  const cipher = named(text, first, ESP_CIPHERS, PHASE2_CIPHER);
  if (!cipher.ok) return cipher;
  const suite =
    ESP_CIPHERS[cipher.value].icvBytes > 0
      ? combinedSuite(text, cipher.value, rest)
      : plainSuite(text, cipher.value, rest);
  if (!suite.ok) return suite;
  const { groupName, more, ...algorithms } = suite.value;
  if (more)
    return wrong(
      text,
      'has something behind the group',
      'write it like aes256-sha256-modp2048 or aes128gcm16-modp2048',
    );
  if (groupName === undefined) return read(algorithms);
  const group = named(text, groupName, GROUPS, GROUP);
  return group.ok ? read({ ...algorithms, group: group.value }) : group;
}

interface Parts extends EspSuite {
  readonly groupName?: string | undefined;
  readonly more: boolean;
}

function combinedSuite(text: string, cipher: EspCipherName, [groupName, ...more]: readonly string[]): Reading<Parts> {
  if (groupName !== undefined && isKeyOf(ESP_INTEGRITY, groupName))
    return wrong(text, `${cipher} authenticates by itself`, `leave ${groupName} out`);
  return read({ cipher, groupName, more: more.length > 0 });
}

function plainSuite(
  text: string,
  cipher: EspCipherName,
  [name, groupName, ...more]: readonly string[],
): Reading<Parts> {
  const integrity = named(text, name, ESP_INTEGRITY, INTEGRITY);
  return integrity.ok ? read({ cipher, integrity: integrity.value, groupName, more: more.length > 0 }) : integrity;
}

/**
 * RFC 2409 §5.5: one KE payload serves all proposals of a Quick Mode, so all have the same group or none has one.
 * The two that differ, or undefined.
 */
export function mixedPfs(suites: readonly Phase2Suite[]): readonly [Phase2Suite, Phase2Suite] | undefined {
  const [first] = suites;
  const other = suites.find((suite) => suite.group !== first?.group);
  return first === undefined || other === undefined ? undefined : [first, other];
}

/** Two suites that differ in nothing that is sent, so that nobody could say which of them was agreed on: `sha256` and `sha256_96`. */
export function alikeOnTheWire(suites: readonly Phase2Suite[]): readonly [Phase2Suite, Phase2Suite] | undefined {
  const sent = ({ integrity, ...rest }: Phase2Suite): string =>
    JSON.stringify([rest.cipher, rest.group, rest.esn, integrity && ESP_INTEGRITY[integrity].attributeValue]);
  for (const [i, suite] of suites.entries()) {
    const other = suites.slice(0, i).find((one) => one.integrity !== suite.integrity && sent(one) === sent(suite));
    if (other !== undefined) return [other, suite];
  }
  return undefined;
}

const split = (text: string): string[] => text.trim().toLowerCase().split('-');

/** What a part of a proposal is called: one, and all of them. */
type Kind = readonly [one: string, all: string];
const PHASE1_CIPHER: Kind = ['cipher', 'ciphers of phase 1'];
const PHASE2_CIPHER: Kind = ['cipher', 'ciphers of phase 2'];
const HASH: Kind = ['hash', 'hashes'];
const INTEGRITY: Kind = ['integrity algorithm', 'integrity algorithms'];
const GROUP: Kind = ['Diffie-Hellman group', 'groups'];

const known = (table: object, [, all]: Kind): string => `${all}: ${Object.keys(table).join(', ')}`;

function wrong(text: string, message: string, hint: string): Reading<never> {
  return refuse('INVALID_PROPOSAL', `${JSON.stringify(text)}: ${message}`, hint);
}

function isKeyOf<T extends object>(table: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(table, name);
}

/** The name of an algorithm in its table, or why it is none. */
function named<T extends object>(
  text: string,
  name: string | undefined,
  table: T,
  kind: Kind,
): Reading<Extract<keyof T, string>> {
  const [one] = kind;
  if (name === undefined || name === '') return wrong(text, `names no ${one}`, known(table, kind));
  if (isKeyOf(table, name)) return read(name);
  const meant = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  const reason = refusedGroupReason(meant ?? name);
  if (reason !== undefined) return wrong(text, `${name} is refused: it ${reason}`, known(table, kind));
  const near = meant ?? nearest(name, Object.keys(table));
  const guess = near !== undefined && Object.hasOwn(table, near) ? `did you mean ${near}? ` : '';
  return wrong(text, `${name} is no ${one}`, `${guess}${known(table, kind)}`);
}
