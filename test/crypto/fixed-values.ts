import { createHash } from 'node:crypto';
import type { Random } from '../../src/base/random.ts';
import { GROUPS, type GroupName } from '../../src/crypto/groups.ts';

export const GROUP_NAMES = Object.keys(GROUPS) as readonly GroupName[];

/** Octets that look random and are the same in every run: the head of SHA-512 of a text. */
export function fixedBytes(text: string, length: number): Uint8Array {
  return new Uint8Array(createHash('sha512').update(text).digest().subarray(0, length));
}

/** A private value by number. The tests name those whose public value or secret begins with a zero octet; a search found them. */
export const fixedPrivateValue = (group: GroupName, n: number): Uint8Array =>
  fixedBytes(`${group} ${n}`, GROUPS[group].privateBytes);

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
