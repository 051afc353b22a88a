import { dirname, resolve } from 'node:path';
import { utf8Bytes, utf8Text } from '../../base/bytes.ts';
import { Secret } from '../../base/secret.ts';
import { parseKeyFile } from '../../config/key-file.ts';
import { resolveSecret, type SecretSources } from '../../config/secrets.ts';
import { type KnownKeys, NO_KEYS } from '../../decode/known-keys.ts';
import { issueLines } from '../check.ts';
import type { Terminal } from '../terminal.ts';

export interface KeyOptions {
  /** `@FILE`, `env:NAME`, or the key itself; as often as wanted. */
  readonly psk: readonly string[];
  /** A file for `parseKeyFile`. */
  readonly keys?: string;
}

/** The keys that the command line names; undefined where one cannot be had, and that has been told. */
export function knownKeys(options: KeyOptions, terminal: Terminal): KnownKeys | undefined {
  const psks = options.psk.map((text) => psk(text, terminal));
  const file = options.keys === undefined ? NO_KEYS : keyFile(options.keys, terminal);
  if (file === undefined || !psks.every((each) => each !== undefined)) return undefined;
  return { psks: [...psks, ...file.psks], sas: file.sas };
}

function psk(text: string, terminal: Terminal): Secret | undefined {
  const isPlain = !text.startsWith('@') && !text.startsWith('env:');
  if (isPlain) {
    terminal.err('--psk: the key stands in the command line, where others on this machine can see it');
    terminal.err('    write --psk @FILE or --psk env:NAME');
  }
  const source = isPlain
    ? new Secret(utf8Bytes(text))
    : text.startsWith('@')
      ? { file: text.slice(1) }
      : { env: text.slice('env:'.length) };
  const reading = resolveSecret(source, sources(terminal));
  if (reading.ok) return reading.value;
  terminal.err(`--psk: ${reading.refusal.message}`);
  return undefined;
}

function keyFile(path: string, terminal: Terminal): KnownKeys | undefined {
  let text: string;
  try {
    text = utf8Text(terminal.readFile(path));
  } catch (error) {
    terminal.err(`--keys: ${path}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const { keys, errors } = parseKeyFile(text, { ...sources(terminal), baseDirectory: dirname(resolve(path)) });
  for (const issue of errors) for (const line of issueLines(path, issue)) terminal.err(line);
  return errors.length === 0 ? keys : undefined;
}

const sources = (terminal: Terminal): SecretSources => ({
  env: terminal.env,
  readFile: (path) => terminal.readFile(path),
});
