import { posix } from 'node:path';
import { readInProject } from '../project.ts';
import { textOf } from './functions.ts';

export interface Stop {
  readonly name: string;
  readonly path: string;
}

/** The numbered lists of the tour, each as its stops. The first of a list is where the reader is put down. */
export function stops(tour: string): Stop[][] {
  const lists: Stop[][] = [];
  for (const [, number, name = '', link = ''] of tour.matchAll(/^(\d+)\. \[`([\w.#]+)`\]\(([^)]+)\)/gm)) {
    if (number === '1') lists.push([]);
    lists.at(-1)?.push({ name, path: posix.join('docs', link) });
  }
  return lists;
}

/** What is wrong with the order of a list: a stop that none before it calls, or handlers that a `step` has the other way round. */
export function chainFaults(list: readonly Stop[], read: (path: string) => string): string[] {
  const faults: string[] = [];
  const last = new Map<string, { readonly name: string; readonly at: number }>();
  for (const [i, { name }] of list.entries()) {
    if (i === 0) continue;
    const caller = list
      .slice(0, i)
      .toReversed()
      .map((stop) => ({ stop, at: position(textOf(read(stop.path), stop.name), name) }))
      .find(({ at }) => at >= 0);
    if (caller === undefined) {
      faults.push(`nothing before ${name} names it`);
      continue;
    }
    if (caller.stop.name !== 'step') continue;
    const before = last.get(caller.stop.path);
    if (before !== undefined && before.at > caller.at) faults.push(`${name} comes before ${before.name} in step`);
    last.set(caller.stop.path, { name, at: caller.at });
  }
  return faults;
}

/** Where a body calls, hands on or makes what is named so; -1 where it does not. Its own head does not count. */
function position(body: string, name: string): number {
  const method = name.split('.').at(-1) ?? name;
  const inside = body.indexOf('{');
  const found = new RegExp(`(?<![\\w$#])${method}(?![\\w$])`).exec(body.slice(inside));
  return found === null ? -1 : inside + found.index;
}

/** The tables of octets, in order: what they show, and the whole of it as a pattern in which `…` is anything. */
export function bytesOf(tour: string): { readonly name: string; readonly pattern: RegExp }[] {
  return [...tour.matchAll(/^<!-- bytes: ([\w ]+) -->\n((?:\|.*\n)+)/gm)].map(([, name = '', table = '']) => {
    const cells = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]*)`/g)]);
    const octets = cells.map(([, text = '']) => text.replaceAll('…', '(?:[0-9a-f]{2})+')).join('');
    return { name, pattern: new RegExp(`^${octets}$`) };
  });
}

interface Recording {
  readonly messages: readonly { readonly request: string; readonly response: string }[];
  readonly independently_derived: {
    readonly decrypted: readonly { readonly msg: number; readonly plaintext: string }[];
  } & Readonly<Record<string, unknown>>;
}

/** What a table of octets has to show: `message 1`, `plaintext 5`, `esp`; `derived` are the keys. */
export function recordedBytes(name: string): unknown {
  const { handshakes } = JSON.parse(readInProject('vectors/kdf/ikev1-recorded-handshakes.json')) as {
    readonly handshakes: { readonly testMainModePSKHandshake: Recording };
  };
  const { messages, independently_derived: derived } = handshakes.testMainModePSKHandshake;
  if (name === 'derived') return derived;
  if (name === 'esp') {
    const esp = JSON.parse(readInProject('vectors/esp/esp-messages.json')) as {
      readonly constants: Record<string, string>;
    };
    return esp.constants['WITHAUTH_MSG'];
  }
  const [kind, number] = name.split(' ');
  if (kind === 'message') return messages.flatMap(({ request, response }) => [request, response])[Number(number) - 1];
  return derived.decrypted.find(({ msg }) => msg === Number(number))?.plaintext;
}
