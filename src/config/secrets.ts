import { Secret } from '../base/secret.ts';
import { utf8Bytes } from '../base/bytes.ts';
import type { Report } from './assemble.ts';
import type { ConfigPath } from './config-error.ts';
import type { SecretSource } from './leaves.ts';
import { type Reading, read, refuse } from './reading.ts';

/** Where secrets may come from. What is not given cannot be read: nothing here opens a file by itself. */
export interface SecretSources {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The octets of a file. A throw means that it cannot be read. */
  readonly readFile?: (path: string) => Uint8Array;
  /** What relative paths are relative to; as they are, where it is not given. */
  readonly baseDirectory?: string;
}

/** The secret itself. What cannot be read is told by the name of its place, and never by what stands there. */
export function resolveSecret(source: SecretSource, sources: SecretSources): Reading<Secret> {
  if (source instanceof Secret) return notEmpty(source, 'the secret');
  if ('env' in source) {
    if (sources.env === undefined) {
      const message = `environment variable ${source.env} cannot be read: this configuration was parsed without access to the environment`;
      return refuse('SECRET_UNAVAILABLE', message, 'in a program: parseConfig(input, { env: process.env })');
    }
    const value = sources.env[source.env];
    if (value === undefined) return refuse('SECRET_UNAVAILABLE', `environment variable ${source.env} is not set`);
    return notEmpty(new Secret(utf8Bytes(value)), `environment variable ${source.env}`);
  }
  const file = resolveFile(source.file, sources);
  return file.ok ? notEmpty(new Secret(withoutLineBreak(file.value.bytes)), file.value.file) : file;
}

/** A file that the configuration names, and what is in it. */
export interface FileConfig {
  /** As absolute as it can be made. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

export function resolveFile(path: string, sources: SecretSources): Reading<FileConfig> {
  const file = absolute(path, sources.baseDirectory);
  if (sources.readFile === undefined)
    return refuse(
      'SECRET_UNAVAILABLE',
      `${file} cannot be read: this configuration was parsed without access to files`,
      'in a program: parseConfig(input, { readFile: readFileSync })',
    );
  try {
    return read({ file, bytes: sources.readFile(file) });
  } catch (error) {
    return refuse('SECRET_UNAVAILABLE', `${file} cannot be read${reasonOf(error)}`);
  }
}

function notEmpty(secret: Secret, place: string): Reading<Secret> {
  return secret.length === 0 ? refuse('SECRET_UNAVAILABLE', `${place} is empty`) : read(secret);
}

/** Editors end the last line; a key that shall end in a line break has two. */
function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) !== 10 ? bytes.length : bytes.at(-2) === 13 ? bytes.length - 2 : bytes.length - 1;
  return bytes.slice(0, end);
}

function absolute(path: string, base: string | undefined): string {
  return base === undefined || path.startsWith('/') ? path : `${base.replace(/\/$/, '')}/${path}`;
}

/** The code alone: a message may quote anything. */
function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return '';
  return `: ${{ ENOENT: 'there is no such file', EACCES: 'permission denied', EISDIR: 'it is a directory' }[code] ?? code}`;
}

/** A secret of the configuration; what cannot be read is reported, and so is one that stands in the file itself. */
export function ownSecret(source: SecretSource, path: ConfigPath, sources: SecretSources, report: Report): Secret {
  const secret = resolveSecret(source, sources);
  if (!secret.ok) report(path, secret.refusal);
  if (source instanceof Secret) {
    const hint = 'keep it outside: secret: { env: NAME } or secret: { file: PATH }';
    report(path, { code: 'PLAIN_SECRET', message: 'the secret stands in the configuration itself', hint });
  }
  return secret.ok ? secret.value : new Secret(new Uint8Array());
}
