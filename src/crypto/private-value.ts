import { isZero, fromHex } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { compareBytes } from '../base/selector.ts';
import { GROUPS, type GroupName } from './groups.ts';

/** The orders of the base points, RFC 5903 §3.1 and §3.2. */
const ORDERS: Partial<Record<GroupName, Uint8Array>> = {
  ecp256: fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  ecp384: fromHex('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
};

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
    if (isPrivateValue(group, value)) return value;
  }
  throw new IkeError('INTERNAL', { what: 'random source gives no private value', group });
}

/** Whether a private value is usable: of the group's length and, for ECP, within the order. MODP takes any length up to the prime's. */
export function isPrivateValue(group: GroupName, value: Uint8Array): boolean {
  const spec = GROUPS[group];
  if (spec.kind === 'x25519') return value.length === spec.privateBytes;
  if (isZero(value)) return false;
  if (spec.kind === 'modp') return value.length <= spec.publicBytes;
  const order = ORDERS[group];
  return value.length === spec.privateBytes && order !== undefined && compareBytes(value, order) < 0;
}
