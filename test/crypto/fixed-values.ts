import { createHash } from 'node:crypto';
import { concat } from '../../src/base/bytes.ts';
import type { Random } from '../../src/base/random.ts';
import { GROUPS, type GroupName } from '../../src/crypto/groups.ts';

export const GROUP_NAMES = Object.keys(GROUPS) as readonly GroupName[];

/** Octets that look random and are the same in every run: SHA-512 of a text, and of the same text again for what it lacks. */
export function fixedBytes(text: string, length: number): Uint8Array {
  const digest = (of: string): Uint8Array => new Uint8Array(createHash('sha512').update(of).digest());
  return concat(digest(text), digest(`${text}, more`)).slice(0, length);
}

/** A private value by number. The tests name those whose public value or secret begins with a zero octet; a search found them. */
export function fixedPrivateValue(group: GroupName, n: number): Uint8Array {
  const value = fixedBytes(`${group} ${n}`, GROUPS[group].privateBytes);
  // Of the first octet, only one bit is below the order.
  if (group === 'ecp521') value[0] = (value[0] ?? 0) & 1;
  return value;
}

/** Gives out the scripted draws, and nothing after them. */
export function scriptedRandom(...draws: readonly Uint8Array[]): Random {
  const left = [...draws];
  return {
    bytes(length) {
      const next = left.shift();
      if (next?.length !== length) throw new Error(`asked for ${length} octets, scripted ${next?.length ?? 'nothing'}`);
      return next;
    },
  };
}
