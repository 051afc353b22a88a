import { concat, sameBytes } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { frameMessage, readMessage, viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { FLAG } from '../../src/ike/wire/numbers.ts';
import { type AnyPayload, readPayload } from '../../src/ike/wire/payload.ts';
import { printMessage } from '../../src/ike/wire/print.ts';
import { PAYLOADS, type PayloadName, type PayloadValues } from '../../src/ike/wire/registry.ts';
import { captured } from '../../src/capture/udp.ts';
import { ikeOf } from '../ike/wire/recorded.ts';

/** The payload written anew from its value, where it has one. */
function rewritten(payload: AnyPayload): { readonly type: number; readonly body: Uint8Array } {
  if (payload.name === 'unknown') return payload;
  const write = PAYLOADS[payload.name].write as (value: PayloadValues[PayloadName]) => Uint8Array;
  return { type: payload.type, body: write(payload.value) };
}

/**
 * Reads a message down to its values and writes it again from nothing but them: `same` or `different`; `encrypted` where only
 * header and body can be; the code of the IkeError that refused it. Prints it in passing, which must not throw.
 */
function verdictOf(datagram: Uint8Array): string {
  try {
    const message = readMessage(datagram);
    const { header, body } = message;
    printMessage(message);
    const whole = datagram.subarray(0, header.length);
    if ((header.flags & FLAG.ENCRYPTION) !== 0)
      return sameBytes(frameMessage(header, body), whole) ? 'encrypted' : 'different';
    const { payloads, rest } = viewPayloads(header.nextPayload, body);
    const again = concat(writeChain(payloads.map(readPayload).map(rewritten)), rest);
    return sameBytes(frameMessage(header, again), whole) ? 'same' : 'different';
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return error.code;
  }
}

/** How many messages of a capture got each verdict. */
export function summaryOf(file: Uint8Array): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const datagram of captured(file)) {
    const message = ikeOf(datagram);
    if (message === undefined) continue;
    const verdict = verdictOf(message);
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}
