import type { ConfigPath } from './config-error.ts';

/** A fault at a place; unknown keys are named one by one. */
interface Fault {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

/** What is left of a configuration without its faulty parts, so that the rest can be checked in the same run. */
export interface Remainder {
  readonly data: unknown;
  /** Where something of the remainder stands in the whole: list elements have moved up. */
  original(path: ConfigPath): ConfigPath;
  /** Whether a part of what lies below this place was left out. */
  incomplete(path: ConfigPath): boolean;
}

/** Leaves out unknown keys, faulty elements of the outermost list, and faulty values that are in no list (their defaults serve). */
export function withoutFaults(data: unknown, faults: readonly Fault[]): Remainder {
  const cuts = faults.flatMap(cutsOf).map(key);
  const cut = new Set(cuts);
  const kept = new Map<string, readonly number[]>();
  const remaining = (value: unknown, path: ConfigPath): unknown => {
    if (Array.isArray(value)) {
      const indexes = value.map((_, i) => i).filter((i) => !cut.has(key([...path, i])));
      kept.set(key(path), indexes);
      return indexes.map((i) => remaining(value[i], [...path, i]));
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([name]) => !cut.has(key([...path, name])));
    return Object.fromEntries(entries.map(([name, item]) => [name, remaining(item, [...path, name])]));
  };
  return {
    data: cut.has(key([])) ? {} : remaining(data, []),
    original: (path) =>
      path.reduce<ConfigPath>(
        (whole, part) => [...whole, typeof part === 'number' ? (kept.get(key(whole))?.[part] ?? part) : part],
        [],
      ),
    incomplete: (path) =>
      faults.some((fault) => fault.code !== 'unrecognized_keys' && key(fault.path).startsWith(key(path))),
  };
}

function cutsOf(fault: Fault): ConfigPath[] {
  const path = fault.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (fault.code === 'unrecognized_keys') return (fault.keys ?? []).map((name) => [...path, name]);
  const element = path.findIndex((part) => typeof part === 'number');
  return [element < 0 ? path : path.slice(0, element + 1)];
}

const key = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part)}`).join('');
