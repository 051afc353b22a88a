import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { ConfigIssue, ConfigPath } from './config-error.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A configuration as it came: the data, and where in the text each part of it stands. */
export interface SourceDocument {
  readonly data: unknown;
  readonly issues: readonly ConfigIssue[];
  /** The place of a value; of its key where `key` says so; of the nearest thing around it where it is not there. */
  place(path: ConfigPath, key?: boolean): Place | undefined;
}

/** A configuration that is an object already has no places. */
export function objectDocument(data: unknown): SourceDocument {
  return { data, issues: [], place: () => undefined };
}

/**
 * YAML 1.2, one document. Its errors are put in our words, because the parser's quote the text, and with it secrets. With the schema
 * `failsafe` every scalar is text: hexadecimal digits may look like numbers.
 */
export function yamlDocument(text: string, schema: 'core' | 'failsafe' = 'core'): SourceDocument {
  const yaml = createRequire(import.meta.url)('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  // Without the tags that YAML's schemas do not have: sets and ordered maps become objects that pass for empty mappings.
  const options = { lineCounter: lines, prettyErrors: false, resolveKnownTags: false, schema };
  const document = yaml.parseDocument(text, options);
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const complaints = [...document.errors, ...document.warnings];
  const issues = complaints.map(({ code, pos }) => syntaxIssue(SYNTAX[code] ?? 'not valid YAML', at(pos[0])));
  if (issues.length > 0) return { data: undefined, issues, place: () => undefined };
  return { ...content(yaml, document, at), place: (path, key) => placeOf(yaml, document, path, key === true, at) };
}

function content(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  at: (offset: number) => Place,
): Pick<SourceDocument, 'data' | 'issues'> {
  const issues: ConfigIssue[] = [];
  yaml.visit(document, {
    // The parser would make text of it, secrets included, and warn the whole process.
    Pair: (_, { key }) => {
      const named = yaml.isAlias(key) ? key.resolve(document) : key;
      if (yaml.isCollection(named)) issues.push(syntaxIssue(NO_TEXT_KEY, at(named.range?.[0] ?? 0)));
    },
    Alias: (_, node) => {
      if (node.resolve(document) === undefined) issues.push(syntaxIssue(NO_ANCHOR, at(node.range?.[0] ?? 0)));
    },
  });
  if (issues.length > 0) return { data: undefined, issues };
  try {
    return { data: document.toJS(), issues };
  } catch {
    // The parser counts aliases only here, so that a few lines cannot stand for gigabytes.
    return { data: undefined, issues: [syntaxIssue('aliases that stand for too much', { line: 1, column: 1 })] };
  }
}

function syntaxIssue(message: string, place: Place): ConfigIssue {
  return { severity: 'error', code: 'YAML_SYNTAX', path: [], ...place, message };
}

function placeOf(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  path: ConfigPath,
  key: boolean,
  at: (offset: number) => Place,
): Place | undefined {
  let node: unknown = document.contents;
  let found = startOf(yaml, node);
  for (const [i, part] of path.entries()) {
    const next = step(yaml, node, part);
    if (next === undefined) break;
    node = next.value;
    const wantsKey = (key && i === path.length - 1) || startOf(yaml, node) === undefined;
    found = (wantsKey ? startOf(yaml, next.key) : startOf(yaml, node)) ?? found;
  }
  return found === undefined ? undefined : at(found);
}

function step(yaml: typeof Yaml, node: unknown, part: string | number): { key: unknown; value: unknown } | undefined {
  if (yaml.isSeq(node) && typeof part === 'number')
    return part < node.items.length ? { key: undefined, value: node.items[part] } : undefined;
  if (!yaml.isMap(node)) return undefined;
  const pair = node.items.find((item) => String(yaml.isScalar(item.key) ? item.key.value : item.key) === String(part));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}

function startOf(yaml: typeof Yaml, node: unknown): number | undefined {
  // An empty value (`key:` and nothing behind it) has a place, but one that says nothing; its key's is better.
  if (!yaml.isNode(node) || (yaml.isScalar(node) && node.value === null && node.source === '')) return undefined;
  return node.range?.[0];
}

const NO_TEXT_KEY = 'a list or mapping as a key; text that begins with [ or { needs quotes';
const NO_ANCHOR = 'an alias (*name) without its anchor (&name); text that begins with * needs quotes';

const SYNTAX: Readonly<Partial<Record<string, string>>> = {
  BAD_ALIAS: NO_ANCHOR,
  BAD_DIRECTIVE: 'a directive (%NAME) that YAML does not have; text that begins with % needs quotes',
  BAD_DQ_ESCAPE: 'an escape that double-quoted text does not have; a backslash is written as two',
  BAD_INDENT: 'the indentation does not fit the lines above, or a bracket is not closed',
  BAD_SCALAR_START: 'text may not begin with this character without quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two keys in one line, or a nested value that must begin on the next line',
  BLOCK_IN_FLOW: 'a list or mapping by indentation inside of brackets',
  DUPLICATE_KEY: 'this key is there already',
  MISSING_CHAR: 'a closing quote, bracket, or a comma is missing',
  MULTILINE_IMPLICIT_KEY: 'a key may not go over several lines; perhaps a colon is missing above',
  MULTIPLE_DOCS: 'more than one document (---) in the text',
  TAB_AS_INDENT: 'tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'a tag (!name) that is not known; text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'not expected here',
};
