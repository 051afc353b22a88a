import { IkeError } from '../../base/errors.ts';
import type { DataAttribute } from '../wire/attributes.ts';

/**
 * The number in an attribute of either form and any length: peers send TV, TLV of four octets and TLV of two (RFC 2408 §3.3).
 * What is too long for a number, such as the prime of a group of theirs, reads as the largest one, which nothing of ours equals.
 */
export function attributeMagnitude(attribute: DataAttribute): number {
  let number = 0;
  for (const octet of attribute.value) number = Math.min(number * 256 + octet, Number.MAX_SAFE_INTEGER);
  return number;
}

/**
 * The numbers of a transform by attribute class, without the classes in `except`.
 *
 * RFC 2407 §4.5.2 lets a class be there twice as long as the entries do not conflict; conflicting ones are BAD_PROPOSAL_SYNTAX.
 */
export function attributeValues(attributes: readonly DataAttribute[], except: readonly number[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const attribute of attributes) {
    if (except.includes(attribute.type)) continue;
    const value = attributeMagnitude(attribute);
    if ((values.get(attribute.type) ?? value) !== value) {
      throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'attribute with two values', attribute: attribute.type });
    }
    values.set(attribute.type, value);
  }
  return values;
}
