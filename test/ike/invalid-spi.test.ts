import { describe, expect, it } from 'vitest';
import { u32Bytes } from '../../src/base/bytes.ts';
import { instant } from '../../src/base/instant.ts';
import { notification } from '../../src/ike/exchange/informational.ts';
import type { OutgoingPayload } from '../../src/ike/exchange/exchange.ts';
import { NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { clear, sealed } from './sealed.ts';

/** What b says of an SPI of its own: that nothing is there. */
const invalid = (spi: number): OutgoingPayload => notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, u32Bytes(spi));
const inData = (spi: number): OutgoingPayload =>
  notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, new Uint8Array(), u32Bytes(spi));

/** Up for ten seconds. */
function stood(): PairOfEndpoints {
  const pair = PairOfEndpoints.up();
  pair.runUntil(10_000);
  return pair;
}
const outboundOf = (pair: PairOfEndpoints): number[] =>
  [...pair.a.connection().pairs.values()].map(({ outboundSpi }) => outboundSpi);

describe('INVALID-SPI (RFC 2408 §3.14)', () => {
  it.each([
    ['in the field for SPIs', invalid],
    ['in the data', inData],
  ])('under the keys, with the SPI %s, puts another pair in the place of that one', (_where, say) => {
    const pair = stood();
    const [spi] = outboundOf(pair) as [number];
    pair.deliver(pair.a, sealed(pair, pair.b, say(spi)));
    expect(pair.a.named('phase2.ended').map(({ pair: id, reason }) => [id, reason])).toEqual([[1, 'invalid-spi']]);
    expect(pair.b.named('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(outboundOf(pair)).toHaveLength(1);
    expect(outboundOf(pair)).not.toContain(spi);
    // Packets leave on it at once: the peer has nothing else.
    expect(
      pair.a.installed
        .slice(-2)
        .map(({ direction }) => direction)
        .sort(),
    ).toEqual(['inbound', 'outbound']);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.sides.map((side) => side.connection().sas.size)).toEqual([1, 1]);
  });

  it('in clear, of no SPI of that peer’s, and of our own SPI changes nothing', () => {
    const pair = stood();
    const before = outboundOf(pair);
    const [spi] = before as [number];
    const own = pair.a.installed.find(({ direction }) => direction === 'inbound')?.spi ?? 0;
    pair.deliver(pair.a, clear(pair, pair.b, invalid(spi)));
    for (const [i, other] of [invalid(0x7777), invalid(own)].entries())
      pair.deliver(pair.a, sealed(pair, pair.b, other, { messageId: 100 + i }));
    const isakmp = notification(NOTIFY.INVALID_SPI, PROTOCOL.ISAKMP, u32Bytes(spi));
    pair.deliver(pair.a, sealed(pair, pair.b, isakmp, { messageId: 102 }));
    expect(outboundOf(pair)).toEqual(before);
    expect(pair.a.named('phase2.ended')).toEqual([]);
  });

  it('said of each new pair again and again costs one Quick Mode in ten seconds', () => {
    const pair = stood();
    let messageId = 1000;
    for (let at = 10_000; at < 70_000; at += 500) {
      pair.now = instant(at);
      for (const spi of outboundOf(pair))
        pair.deliver(pair.a, sealed(pair, pair.b, invalid(spi), { messageId: messageId++ }));
    }
    expect(pair.a.named('phase2.established')).toHaveLength(1 + 6);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  });

  it('played again is dropped', () => {
    const pair = stood();
    const [spi] = outboundOf(pair) as [number];
    const said = sealed(pair, pair.b, invalid(spi));
    pair.deliver(pair.a, said);
    pair.deliver(pair.a, said);
    expect(pair.a.drops).toEqual(['replayed-message-id']);
    expect(pair.a.named('phase2.established')).toHaveLength(2);
  });
});
