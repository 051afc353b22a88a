import { expect, test } from 'vitest';
import { IKE_ERRORS } from '../../src/base/errors.ts';
import { expectGenerated, markdownTable } from './generated.ts';

/** What each fault means for what happens next; `satisfies` makes a new fault a missing line here. */
const FAULTS = {
  'peer-malformed': 'bytes that do not decode; dropped and counted before authentication, told to the peer after it',
  'peer-misbehaved': 'decodes, but has no place here; treated as malformed is',
  'peer-incompatible': 'a well-behaved peer that we cannot agree with; it is told, and the exchange fails',
  'auth-failed': 'no proof of identity; the exchange fails',
  local: 'something on this side is missing or full',
  'api-misuse': 'the caller is wrong; thrown to it',
  internal: 'a defect; thrown to the caller',
} as const satisfies Record<(typeof IKE_ERRORS)[keyof typeof IKE_ERRORS]['fault'], string>;

interface Row {
  readonly fault: string;
  readonly notify?: number;
  readonly text: string;
  readonly advice?: string;
}

test('docs/errors.md lists every error', () => {
  const faults = Object.entries(FAULTS).map(([fault, meaning]) => [`\`${fault}\``, meaning]);
  const errors = Object.entries<Row>(IKE_ERRORS).map(([code, { fault, notify, text, advice }]) => [
    `\`${code}\``,
    `\`${fault}\``,
    notify === undefined ? '' : String(notify),
    text,
    advice ?? '',
  ]);
  expectGenerated(
    'docs/errors.md',
    `# Errors

Generated from \`src/base/errors.ts\` (\`npm run docs\` writes it anew).

An \`IkeError\` has a \`code\`; branch on it, not on the text. \`fault\` says who has to change something, and decides what the
engine does. A number under "notify" is the Notify Message Type (RFC 2408 §3.14.1) that the peer may be told; without one it is
told nothing. \`details\` name the field, the numbers and the names that the case is about, never a secret.

${markdownTable(['fault', 'what it means'], faults)}

${markdownTable(['code', 'fault', 'notify', 'what happened', 'what to do'], errors)}
`,
  );
});

test('error texts are lower-case sentences without a full stop', () => {
  // A leading acronym is fine: SPI, HASH.
  const wrong = Object.entries<Row>(IKE_ERRORS).filter(([, { text }]) => /^[A-Z][a-z]|\.$|failed to/.test(text));
  expect(wrong).toEqual([]);
});
