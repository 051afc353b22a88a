import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { readOpaque } from './opaque.ts';

/**
 * Fragment payload body, of private number 132: a piece of a whole ISAKMP message, header and ciphertext.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !          Fragment ID          !    Number     !     Flags     !
 *     ~                         Fragment Data                         ~
 *
 * Unspecified: no RFC and no draft has it. The layout is what Cisco, Microsoft, racoon and strongSwan send.
 */
export interface FragmentPayload {
  /** The same in all pieces of one message. */
  readonly fragmentId: number;
  /** 1 to 255. */
  readonly number: number;
  /** Bit 0 of Flags: no piece has a higher number. */
  readonly last: boolean;
  /** Flags as received. When written, bit 0 follows `last`; without it the other bits are zero. */
  readonly flags?: number;
  /** At least one octet. */
  readonly data: Uint8Array;
}

const LAST = 1;

export function readFragment(body: Uint8Array): FragmentPayload {
  const r = new ByteReader(body);
  const fragmentId = r.u16('Fragment ID');
  const number = r.u8('Number');
  const flags = r.u8('Flags');
  if (number === 0) throw new IkeError('PAYLOAD_MALFORMED', { what: 'Number', payload: 'FRAGMENT', need: 1, have: 0 });
  return { fragmentId, number, last: (flags & LAST) !== 0, flags, data: readOpaque(r.rest(), 'Fragment Data', 1) };
}

export function writeFragment({ fragmentId, number, last, flags = 0, data }: FragmentPayload): Uint8Array {
  const octet = last ? flags | LAST : flags & ~LAST;
  return new ByteWriter().u16(fragmentId).u8(number).u8(octet).bytes(data).finish();
}
