import { isZero } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { CURVES } from './curves.ts';
import { GROUPS, type GroupName, isEcp } from './groups.ts';
import { numberOf } from './octet-number.ts';

/** A sound generator needs a second draw once in 2^32 times; one that needs this many is broken, and must not hang us. */
const DRAWS = 16;

/**
 * A fresh private value of ours, `GROUPS[group].privateBytes` long.
 *
 * For ECP it is 0 < d < n, by drawing again rather than by reducing, which would favour small numbers. For MODP it is any number
 * but 0 of the length that the group's strength asks for (RFC 3526 §8). X25519 clamps its own (RFC 7748 §5).
 */
export function privateValue(group: GroupName, random: Random): Uint8Array {
  for (let draw = 0; draw < DRAWS; draw++) {
    const value = random.bytes(GROUPS[group].privateBytes);
    // An order of 521 bits begins with one bit in its first octet: the others would only cost draws.
    if (group === 'ecp521') value[0] = (value[0] ?? 0) & 1;
    if (isPrivateValue(group, value)) return value;
  }
  throw new IkeError('INTERNAL', { what: 'random source gives no private value', group });
}

/** Whether a private value is usable: of the group's length and, for ECP, within the order. MODP takes any length up to the prime's. */
export function isPrivateValue(group: GroupName, value: Uint8Array): boolean {
  const spec = GROUPS[group];
  if (spec.kind === 'x25519') return value.length === spec.privateBytes;
  if (isZero(value)) return false;
  if (!isEcp(group)) return value.length <= spec.publicBytes;
  return value.length === spec.privateBytes && numberOf(value) < CURVES[group].order;
}
