import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../../src/base/bytes.ts';
import { readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { firstMessage } from './first-message.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B } from './policies.ts';

/** Where a first message with one transform has its lengths and numbers, and where the transform's attributes begin. */
const AT = { total: 24, sa: 30, proposal: 42, transform: 50, proposalNumber: 44, transformNumber: 52, attributes: 56 };
/** DOI, protocol, type and the length of an SPI that is not there: a Notification payload that says nothing else (RFC 2408 §3.14). */
const NOTIFICATION_BODY = 8;

/** The payloads that a responder sends back to one first message. */
function answersTo(bytes: Uint8Array): readonly { readonly type: number; readonly body: Uint8Array }[] {
  const pair = new PairOfEndpoints();
  pair.deliver(pair.b, { local: { address: B, port: 500 }, remote: { address: A, port: 500 }, bytes });
  return pair.wire.flatMap((sent) => {
    const { header, body } = readMessage(sent.bytes);
    const { payloads, rest } = viewPayloads(header.nextPayload, body);
    expect(rest).toHaveLength(0);
    return payloads;
  });
}

const changed = (bytes: Uint8Array, at: number, ...octets: readonly number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(octets, at);
  return copy;
};

/** An offer whose lifetime is a TLV, as a number too large for two octets must be. */
function withLongLifetime(): Uint8Array {
  const short = firstMessage(1);
  const longer = concat(short.subarray(0, -4), fromHex('000c0004 00007080'));
  const view = new DataView(longer.buffer);
  for (const at of [AT.total + 2, AT.sa, AT.proposal, AT.transform]) view.setUint16(at, view.getUint16(at) + 4);
  return longer;
}

describe('known bugs of other implementations, by their numbers: answers', () => {
  it('CVE-2016-6415 (Cisco): every octet of an answer to an offer is one of the offer or of ours, whatever octet of the offer is wrong', () => {
    const offer = withLongLifetime();
    const genuine = offer.subarray(32);
    let chosen = 0;
    for (let at = 28; at < offer.length; at++) {
      for (const octet of [0, 1, 4, 0x7f, 0x80, 0xff]) {
        const asked = changed(offer, at, octet);
        for (const { type, body } of answersTo(asked)) {
          if (type === PAYLOAD.SA) {
            chosen += 1;
            // Numbers and attributes come back as they came; what is reserved is ours, and zero.
            const expected = concat(genuine.subarray(0, AT.attributes - 32), asked.subarray(AT.attributes));
            expected[AT.proposalNumber - 32] = asked[AT.proposalNumber] ?? 0;
            expected[AT.transformNumber - 32] = asked[AT.transformNumber] ?? 0;
            expect([at, octet, toHex(body)]).toEqual([at, octet, toHex(expected)]);
          } else {
            expect([at, octet, type, body.length]).toEqual([at, octet, PAYLOAD.NOTIFICATION, NOTIFICATION_BODY]);
          }
        }
      }
    }
    expect(chosen).toBeGreaterThan(20);
  });

  it.each([
    ['the SA payload', AT.sa, 60],
    ['the proposal', AT.proposal, 48],
    ['the transform', AT.transform, 40],
    ['an attribute', 82, 4],
  ] as const)('CVE-2016-6415 (Cisco): only the true length of %s is answered with a choice', (_, at, length) => {
    const offer = withLongLifetime();
    const lengths = [...Array.from({ length: 300 }, (__, i) => i), 0x7fff, 0x8000, 0xff00, 0xffff];
    const chosen = lengths.filter((one) =>
      answersTo(changed(offer, at, one >>> 8, one & 0xff)).some(({ type }) => type === PAYLOAD.SA),
    );
    expect(chosen).toEqual([length]);
  });
});
