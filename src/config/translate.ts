import type { core } from 'zod';
import { type ConfigIssue, type ConfigPath, CONFIG_CODES } from './config-error.ts';
import type { SourceDocument } from './document.ts';
import { NOT_YET } from './not-yet.ts';
import type { Refusal } from './reading.ts';
import { suggestion } from './suggest.ts';

type ZodIssue = core.$ZodIssue;

/** An issue at its place in the document. */
export function issueAt(document: SourceDocument, path: ConfigPath, refusal: Refusal, key = false): ConfigIssue {
  const { severity } = CONFIG_CODES[refusal.code];
  const { code, message, hint } = refusal;
  return { severity, code, path, ...document.place(path, key), message, ...(hint === undefined ? {} : { hint }) };
}

/** zod's issues in our words. `keysAt` gives the keys that the schema knows at a place. */
export function translate(
  issue: ZodIssue,
  document: SourceDocument,
  keysAt: (path: ConfigPath) => readonly string[],
): ConfigIssue[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(document, path, key, keysAt(path)));
  }
  const inner = issue.code === 'invalid_union' ? unionIssues(issue, path, document, keysAt) : undefined;
  if (inner !== undefined) return inner;
  const value = valueAt(document.data, path);
  return [issueAt(document, path, notYet(path, value) ?? inWords(issue, path, value))];
}

function inWords(issue: Exclude<ZodIssue, { code: 'unrecognized_keys' }>, path: ConfigPath, value: unknown): Refusal {
  switch (issue.code) {
    case 'custom':
      return issue.params?.['refusal'] as Refusal;
    case 'invalid_type':
      return wrongType(issue.expected, value);
    case 'invalid_value':
      return notAllowed(issue.values, value);
    case 'invalid_union':
      return unionMismatch(issue.message, value);
    case 'too_small':
      return { code: 'OUT_OF_RANGE', message: `${amount(issue.origin, path)} at least ${String(issue.minimum)}` };
    case 'too_big':
      return { code: 'OUT_OF_RANGE', message: `${amount(issue.origin, path)} at most ${String(issue.maximum)}` };
    case 'not_multiple_of':
      return { code: 'OUT_OF_RANGE', message: `must be a multiple of ${issue.divisor}` };
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
      return { code: 'INVALID_VALUE', message: issue.message };
  }
}

/** A union says only that nothing fitted: the branch that fitted by its type knows more. */
function unionIssues(
  issue: Extract<ZodIssue, { code: 'invalid_union' }>,
  path: ConfigPath,
  document: SourceDocument,
  keysAt: (path: ConfigPath) => readonly string[],
): ConfigIssue[] | undefined {
  if (mayBeSecret(path)) return undefined;
  const branches = issue.errors.filter(
    (errors) =>
      !errors.some((error) => error.path.length === 0 && ['invalid_type', 'invalid_union'].includes(error.code)),
  );
  const [branch, other] = branches;
  if (branch === undefined || other !== undefined) return undefined;
  return branch.flatMap((error) => translate({ ...error, path: [...path, ...error.path] }, document, keysAt));
}

function unionMismatch(message: string, value: unknown): Refusal {
  if (value === undefined) return { code: 'MISSING_KEY', message: message.replace(/^expected/, 'must be given:') };
  return { code: 'WRONG_TYPE', message };
}

function unknownKey(document: SourceDocument, path: ConfigPath, key: string, known: readonly string[]): ConfigIssue {
  const hint = suggestion(key, known);
  if (mayBeSecret(path)) {
    const issue = issueAt(
      document,
      [...path, key],
      { code: 'UNKNOWN_KEY', message: 'unknown key; text with a comma needs quotes', hint },
      true,
    );
    return { ...issue, path };
  }
  const later = NOT_YET[placeName([...path, key])];
  const refusal: Refusal =
    later === undefined
      ? { code: 'UNKNOWN_KEY', message: `unknown key ${JSON.stringify(key)}`, hint }
      : { code: 'NOT_SUPPORTED_YET', message: later };
  return issueAt(document, [...path, key], refusal, true);
}

/** What is written beside or instead of a secret may be one, or the end of one, also as a key: none of it is repeated. */
const mayBeSecret = (path: ConfigPath): boolean => path[0] === 'credentials' && path.length > 2;

function notYet(path: ConfigPath, value: unknown): Refusal | undefined {
  const shown = typeof value === 'string' ? value : typeof value;
  const message = NOT_YET[`${placeName(path)}=${shown}`];
  return message === undefined ? undefined : { code: 'NOT_SUPPORTED_YET', message };
}

const placeName = (path: ConfigPath): string => path.filter((part) => typeof part === 'string').join('.');

function wrongType(expected: string, value: unknown): Refusal {
  const wanted = TYPES[expected] ?? expected;
  if (value === undefined) return { code: 'MISSING_KEY', message: `must be given: ${wanted}` };
  const refusal: Refusal = { code: 'WRONG_TYPE', message: `expected ${wanted}, not ${kindOf(value)}` };
  return expected === 'string' && typeof value !== 'object' ? { ...refusal, hint: 'put it in quotes' } : refusal;
}

function notAllowed(values: readonly unknown[], value: unknown): Refusal {
  const known = values.map(String);
  if (value === undefined) return { code: 'MISSING_KEY', message: `must be given: ${known.join(', ')}` };
  if (typeof value !== 'string')
    return { code: 'WRONG_TYPE', message: `expected one of ${known.join(', ')}, not ${kindOf(value)}` };
  return {
    code: 'INVALID_VALUE',
    message: `${JSON.stringify(value)} is not allowed here`,
    hint: suggestion(value, known),
  };
}

function amount(origin: string, path: ConfigPath): string {
  if (origin === 'array') return `${String(path.at(-1))} must have`;
  return origin === 'string' ? 'must have a length of' : 'must be';
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  int: 'a whole number',
  number: 'a number',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return (
    { string: 'text', number: 'a number', boolean: 'true or false', object: 'a mapping' }[typeof value as string] ??
    typeof value
  );
}

/** What stands at a place of plain data, or undefined. */
function valueAt(data: unknown, path: ConfigPath): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
}
