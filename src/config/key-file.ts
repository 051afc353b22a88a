import { fromHex } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import type { KnownKeys, KnownSaKeys } from '../decode/known-keys.ts';
import type { ConfigIssue, ConfigPath } from './config-error.ts';
import { yamlDocument } from './document.ts';
import type { SecretSource } from './leaves.ts';
import type { Refusal } from './reading.ts';
import { resolveSecret, type SecretSources } from './secrets.ts';
import { suggestion } from './suggest.ts';
import { issueAt } from './translate.ts';

export interface CheckedKeyFile {
  readonly keys: KnownKeys;
  /** Where there are some, `keys` is not to be used. */
  readonly errors: readonly ConfigIssue[];
}

type Report = (path: ConfigPath, refusal: Refusal) => void;
type Mapping = Readonly<Record<string, unknown>>;

const COOKIE = /^[0-9a-f]{16}$/i;
/** A line of Wireshark's `ikev1_decryption_table`: initiator cookie, encryption key. */
const TABLE_LINE = /^\s*"?([0-9a-f]{16})"?\s*,\s*"?([0-9a-f]*)"?\s*$/i;
const ENTRY_KEYS = ['psk', 'gxy', 'privateValue', 'skeyidE', 'encryptionKey'] as const;

/**
 * The keys for reading a capture: YAML (or JSON) with initiator cookies as keys and `psk` beside them, all else in hexadecimal, or Wireshark's
 * `ikev1_decryption_table`. Secrets are read only through `sources`; issues never repeat what stands in the file as a value.
 */
export function parseKeyFile(text: string, sources: SecretSources): CheckedKeyFile {
  const lines = text.split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  if (first === undefined) return { keys: { psks: [], sas: new Map() }, errors: [] };
  return /^\s*"?[0-9a-f]{16}"?\s*,/i.test(first) ? parseTable(lines) : parseYaml(text, sources);
}

function parseTable(lines: readonly string[]): CheckedKeyFile {
  const sas = new Map<string, KnownSaKeys>();
  const errors: ConfigIssue[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, cookie, key = ''] = TABLE_LINE.exec(line) ?? [];
    if (cookie !== undefined && key.length > 0 && key.length % 2 === 0)
      sas.set(cookie.toLowerCase(), { encryptionKey: new Secret(fromHex(key)) });
    else
      errors.push({
        ...{ severity: 'error', code: 'INVALID_VALUE', path: [], line: i + 1, column: 1 },
        message: 'not a line of an ikev1_decryption_table',
        hint: 'write 16 digits of the initiator cookie, a comma, and the key in hexadecimal',
      });
  }
  return { keys: { psks: [], sas }, errors };
}

function parseYaml(text: string, sources: SecretSources): CheckedKeyFile {
  const document = yamlDocument(text, 'failsafe');
  const errors: ConfigIssue[] = [...document.issues];
  const psks: Secret[] = [];
  const sas = new Map<string, KnownSaKeys>();
  const keys = { psks, sas };
  if (errors.length > 0) return { keys, errors };
  const report: Report = (path, refusal) => {
    const isKey = refusal.code === 'UNKNOWN_KEY';
    const issue = issueAt(document, path, refusal, isKey);
    // A key that is none may be a secret in the wrong place: its path ends before it.
    errors.push(isKey ? { ...issue, path: path.slice(0, -1) } : issue);
  };
  if (!isMapping(document.data)) {
    report([], { code: 'WRONG_TYPE', message: 'expected initiator cookies as keys, and psk', hint: EXAMPLE });
    return { keys, errors };
  }
  for (const [name, value] of Object.entries(document.data)) {
    if (name === 'psk') psks.push(...readPsks(value, sources, report));
    else if (COOKIE.test(name)) sas.set(name.toLowerCase(), readEntry(name, value, sources, report));
    else report([name], { code: 'UNKNOWN_KEY', message: 'neither an initiator cookie nor psk', hint: EXAMPLE });
  }
  return { keys, errors };
}

const EXAMPLE = 'like 59cedc5dcea558fe: { gxy: 19b6… }, or psk: { file: plant.psk }';

function readPsks(value: unknown, sources: SecretSources, report: Report): Secret[] {
  const entries = Array.isArray(value)
    ? value.map((each, i) => [['psk', i], each] as const)
    : [[['psk'], value] as const];
  return entries.flatMap(([path, each]) => readSecret(path, each, sources, report) ?? []);
}

function readEntry(cookie: string, value: unknown, sources: SecretSources, report: Report): KnownSaKeys {
  if (!isMapping(value)) {
    report([cookie], { code: 'WRONG_TYPE', message: `expected a mapping with some of ${ENTRY_KEYS.join(', ')}` });
    return {};
  }
  for (const name of Object.keys(value).filter((key) => !ENTRY_KEYS.some((known) => known === key)))
    report([cookie, name], { code: 'UNKNOWN_KEY', message: 'unknown key', hint: suggestion(name, ENTRY_KEYS) });
  const read = ENTRY_KEYS.flatMap((name) => {
    if (!(name in value)) return [];
    const secret = readSecret([cookie, name], value[name], sources, report);
    const octets = secret === undefined || name === 'psk' ? secret : inHex([cookie, name], secret, report);
    return octets === undefined ? [] : [[name, octets] as const];
  });
  return Object.fromEntries(read);
}

function readSecret(path: ConfigPath, value: unknown, sources: SecretSources, report: Report): Secret | undefined {
  const source = secretSourceOf(value);
  if (source === undefined) {
    report(path, { code: 'WRONG_TYPE', message: 'expected { env: NAME }, { file: PATH } or text' });
    return undefined;
  }
  const reading = resolveSecret(source, sources);
  if (reading.ok) return reading.value;
  report(path, reading.refusal);
  return undefined;
}

function secretSourceOf(value: unknown): SecretSource | undefined {
  if (typeof value === 'string') return new Secret(new TextEncoder().encode(value));
  if (!isMapping(value) || Object.keys(value).length !== 1) return undefined;
  if (typeof value['env'] === 'string') return { env: value['env'] };
  return typeof value['file'] === 'string' ? { file: value['file'] } : undefined;
}

function inHex(path: ConfigPath, text: Secret, report: Report): Secret | undefined {
  try {
    return new Secret(fromHex(new TextDecoder().decode(text.reveal()).replace(/^0x/i, '')));
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    report(path, { code: 'INVALID_VALUE', message: 'expected octets in hexadecimal, two digits each' });
    return undefined;
  }
}

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
