import { createRequire } from 'node:module';
import type * as Zod from 'zod';
import type { Duration } from '../base/instant.ts';
import { durationText, parseDuration } from './durations.ts';
import { type Reading, read, type Refusal, refuse } from './reading.ts';
import { Secret } from '../base/secret.ts';
import { utf8Bytes } from '../base/bytes.ts';

export type ZodModule = typeof Zod;

/** Loaded when the first configuration is parsed: zod's import takes longer than all of ours. */
export function loadZod(): ZodModule {
  return createRequire(import.meta.url)('zod') as ZodModule;
}

interface IssueSink {
  readonly issues: {
    push(issue: { code: 'custom'; message: string; input: undefined; params: { refusal: Refusal } }): unknown;
  };
}

/** Hands the refusal to zod. Without the input: issues must never hold a secret. */
function accept<T>(reading: Reading<T>, context: IssueSink, never: never): T {
  if (reading.ok) return reading.value;
  context.issues.push({
    code: 'custom',
    message: reading.refusal.message,
    input: undefined,
    params: { refusal: reading.refusal },
  });
  return never;
}

/** Text that `parse` turns into a value. */
export function textOf<T>(z: ZodModule, parse: (text: string) => Reading<T>) {
  return z.string().transform((text, context): T => accept(parse(text), context, z.NEVER));
}

/** `30s`, or a number of seconds; between two lengths, both included. */
export function durationOf(z: ZodModule, least: Duration, most: Duration) {
  return z
    .union([z.string(), z.number()], { error: 'expected a duration, like 30s or 8h' })
    .transform((value, context) => {
      return accept(within(parseDuration(value), least, most), context, z.NEVER);
    });
}

function within(reading: Reading<Duration>, least: Duration, most: Duration): Reading<Duration> {
  if (!reading.ok || (reading.value >= least && reading.value <= most)) return reading;
  return refuse(
    'OUT_OF_RANGE',
    `${durationText(reading.value)} is outside ${durationText(least)} to ${durationText(most)}`,
  );
}

/** Where a secret is, or the secret itself. */
export type SecretSource = { readonly env: string } | { readonly file: string } | Secret;

export function secretSource(z: ZodModule) {
  return z.union(
    [
      z.strictObject({ env: z.string().min(1).describe('Name of the environment variable that holds the secret') }),
      z.strictObject({
        file: z
          .string()
          .min(1)
          .describe('File that holds the secret, one line break at its end not counted; relative to the configuration'),
      }),
      z.string().transform((text): SecretSource => new Secret(utf8Bytes(text))),
    ],
    { error: 'expected { env: NAME }, { file: PATH } or text in quotes' },
  );
}

/** `0660`, as text, because YAML reads the bare number as a decimal one. */
export function parseMode(text: string): Reading<number> {
  return /^0?[0-7]{3}$/.test(text)
    ? read(Number.parseInt(text, 8))
    : refuse(
        'INVALID_VALUE',
        `${JSON.stringify(text)} is no file mode`,
        'write three octal digits in quotes, like "0660"',
      );
}
