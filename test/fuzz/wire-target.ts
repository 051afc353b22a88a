import { concat } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { printMessage } from '../../src/ike/wire/print.ts';
import { decodePayloads, MESSAGE_RULES, type MessageName } from '../../src/ike/wire/rules.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { recordedHandshake } from '../ike/wire/recorded.ts';
import { Ladder } from '../robustness/ladder.ts';
import { below } from './mutate-bytes.ts';
import { mutateMessage } from './mutate-message.ts';
import type { Target } from './target.ts';

const RULES = Object.keys(MESSAGE_RULES) as MessageName[];

/** The codecs: an octet for the rule of the message, then the message, in clear whatever its flags say. */
export class WireTarget implements Target {
  readonly name = 'wire';

  seeds(): readonly Uint8Array[] {
    const messages = [
      ...recordedHandshake().clear,
      ...[false, true].flatMap((pfs) =>
        Ladder.of({ pfs }).rungs.map(({ datagram, plaintext }) => concat(datagram.bytes.subarray(0, 28), plaintext)),
      ),
    ];
    return messages.flatMap((message) => RULES.map((_, rule) => concat(Uint8Array.of(rule), withLength(message))));
  }
  run(input: Uint8Array): string[] {
    const rule = RULES[(input[0] ?? 0) % RULES.length] ?? 'informational';
    const bytes = input.subarray(1);
    try {
      const message = readMessage(bytes);
      const lines = printMessage(message);
      if (lines.length === 0) throw new Error('nothing is printed');
      const { payloads } = viewPayloads(message.header.nextPayload, message.body);
      const { list } = decodePayloads(rule, payloads);
      return list.map(({ name }) => `${rule}: ${name}`);
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      const { what, missing, repeated } = error.details;
      return [`${rule}: ${error.code} ${String(what ?? missing ?? repeated).replaceAll(/\d+/g, 'N')}`];
    }
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    const rule = random.chance(0.1) ? below(random, RULES.length) : (input[0] ?? 0);
    return concat(Uint8Array.of(rule), mutateMessage(input.subarray(1), other.subarray(1), random));
  }
}

/** What was encrypted has become a few octets shorter or longer. */
function withLength(message: Uint8Array): Uint8Array {
  const right = message.slice();
  new DataView(right.buffer).setUint32(24, right.length);
  return right;
}
