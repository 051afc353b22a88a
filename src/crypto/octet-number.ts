import { fromHex, toHex } from '../base/bytes.ts';

/** The number that octets stand for, the most significant one first. */
export const numberOf = (octets: Uint8Array): bigint => BigInt(`0x0${toHex(octets)}`);

/** A number as so many octets, the most significant one first; it has to fit. */
export const octetsOf = (number: bigint, length: number): Uint8Array =>
  fromHex(number.toString(16).padStart(2 * length, '0'));
