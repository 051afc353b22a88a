import { EXCHANGE, PAYLOAD } from './numbers.ts';
import { writeFragment } from './fragment.ts';
import { GENERIC_HEADER_BYTES } from './generic-header.ts';
import { HEADER_BYTES, readHeader } from './header.ts';
import { frameMessage, writeChain } from './message.ts';

/** The number of a fragment has one octet, and counts from 1. */
const MAX_FRAGMENTS = 255;
/** Fragment ID, Number and Flags. */
const FRAGMENT_FIELDS = 4;
const OVERHEAD = HEADER_BYTES + GENERIC_HEADER_BYTES + FRAGMENT_FIELDS;

/**
 * A message as fragments, none of which has more than `size` octets; the message itself, alone, where it has no more or where it
 * would be more fragments than can be numbered. `id` tells the fragments of one message from those of another.
 *
 * Unspecified: no RFC and no draft has it. Interop: each travels under an ISAKMP header of its own with message id 0 and the exchange type of
 * phase 1, whatever the message is: charon and libreswan send it so, and take nothing else for an SA that stands.
 */
export function inFragments(message: Uint8Array, size: number, id: number): readonly Uint8Array[] {
  const room = size - OVERHEAD;
  const count = Math.ceil(message.length / room);
  if (message.length <= size || room <= 0 || count > MAX_FRAGMENTS) return [message];
  const { initiatorCookie, responderCookie, exchangeType } = readHeader(message);
  const header = {
    initiatorCookie,
    responderCookie,
    exchangeType: exchangeType === EXCHANGE.AGGRESSIVE ? exchangeType : EXCHANGE.MAIN_MODE,
    nextPayload: PAYLOAD.FRAGMENT,
    flags: 0,
    messageId: 0,
  };
  return Array.from({ length: count }, (_, i) => {
    const data = message.subarray(i * room, (i + 1) * room);
    const body = writeFragment({ fragmentId: id, number: i + 1, last: i + 1 === count, data });
    return frameMessage(header, writeChain([{ type: PAYLOAD.FRAGMENT, body }]));
  });
}
