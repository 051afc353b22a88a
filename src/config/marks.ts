import { type Reading, read, refuse } from './reading.ts';

const NUMBER = /^(?:0x[\da-f]{1,8}|\d{1,10})$/i;
const MOST = 0xffff_ffff;

/** `VALUE` or `VALUE/MASK`, decimal or hexadecimal; without a mask all bits count. */
export function parseMark(text: string): Reading<{ readonly value: number; readonly mask: number }> {
  const parts = text.split('/');
  const [value, mask = MOST] = parts.map((part) => (NUMBER.test(part) ? Number(part) : Number.NaN));
  if (value === undefined || parts.length > 2 || !(value <= MOST) || !(mask <= MOST))
    return refuse('INVALID_VALUE', `${JSON.stringify(text)} is no mark`, '0x1, or 0x1/0xff with a mask');
  // Bits outside of the mask could never be met.
  if ((value & ~mask) !== 0) return refuse('INVALID_VALUE', `${text} has bits that its mask leaves out`);
  return read({ value, mask });
}
