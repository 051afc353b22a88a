import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { isReplaced } from '../../src/ike/life.ts';
import type { Phase1Exchange } from '../../src/ike/negotiate/policy.ts';
import { standingIn } from '../../src/ike/peer.ts';
import { readMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import type { Side } from './side.ts';

const RENEW = { type: 'renew', connection: 'link', phase: 1 } as const;
const DPD = 'afcad71368a1f1c96b8696fc7757';
/** Who sends the last message of phase 1 where `a` begins it, and who waits for it. */
const CASES: readonly { exchange: Phase1Exchange; last: 'a' | 'b' }[] = [
  { exchange: 'main', last: 'b' },
  { exchange: 'aggressive', last: 'a' },
];
const cookieOf = (side: Side): string => toHex(side.isakmp().channel.cookies.initiator);
/** Of all ISAKMP SAs, the oldest first: whether the peer is known to have it, and whether it is replaced. */
const standing = (side: Side): [proved: boolean, replaced: boolean][] =>
  standingIn(side.connection().sas).map(({ established }) => [
    established.provedAt !== undefined,
    isReplaced(established),
  ]);
const isLast = ({ bytes }: Datagram): boolean => {
  const { exchangeType, flags } = readMessage(bytes).header;
  return (
    exchangeType !== EXCHANGE.INFORMATIONAL && exchangeType !== EXCHANGE.QUICK_MODE && (flags & FLAG.ENCRYPTION) !== 0
  );
};

/** Up for longer than a collision lasts. */
function settled(exchange: Phase1Exchange): PairOfEndpoints {
  const pair = PairOfEndpoints.up({ exchange });
  pair.runUntil(100_000);
  return pair;
}

describe.each(CASES)('the last message of a renewal by the $exchange exchange', ({ exchange, last }) => {
  const sides = (pair: PairOfEndpoints) => ({ sender: pair[last], receiver: pair.other(pair[last]) });

  it('where it arrives, is asked about once, and the new SA takes the place of the older one', () => {
    const pair = settled(exchange);
    const { sender, receiver } = sides(pair);
    const before = cookieOf(sender);
    pair.command(RENEW);
    expect([standing(sender), standing(receiver)]).toEqual([
      [
        [true, false],
        [false, false],
      ],
      [
        [true, true],
        [true, false],
      ],
    ]);
    expect(cookieOf(sender)).toBe(before);
    pair.runUntil(120_000);
    expect(receiver.named('dpd.answered')).toHaveLength(1);
    expect(standing(sender)).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(cookieOf(sender)).toBe(cookieOf(receiver));
    pair.runUntil(200_000);
    expect(pair.sides.map((side) => side.connection().sas.size)).toEqual([1, 1]);
  });

  it('where it is lost for good, leaves the older SA in use, and the new one ends when nobody repeats his message any more', () => {
    const pair = settled(exchange);
    const { sender } = sides(pair);
    const before = cookieOf(sender);
    pair.onWire = (datagram) => (isLast(datagram) && pair.fromA(datagram) === (last === 'a') ? [] : [datagram]);
    pair.command(RENEW);
    pair.runUntil(269_999);
    expect(sender.named('phase1.ended')).toEqual([]);
    expect(cookieOf(sender)).toBe(before);
    pair.runUntil(270_000);
    expect(sender.named('phase1.ended').map(({ reason }) => reason)).toEqual(['phase1-lost']);
    pair.onWire = (datagram) => [datagram];
    pair.command({ type: 'renew', connection: 'link', phase: 2 }, sender);
    expect(sender.named('phase2.established')).toHaveLength(2);
    expect(sender.named('phase2.failed')).toEqual([]);
  });

  it('is taken for arrived where the peer has no DPD, so that nothing can be asked', () => {
    const pair = settled(exchange);
    pair.onWire = (datagram) => [
      { ...datagram, bytes: fromHex(toHex(datagram.bytes).replace(DPD, `00${DPD.slice(2)}`)) },
    ];
    pair.command(RENEW);
    expect(standing(sides(pair).sender)).toEqual([
      [true, true],
      [true, false],
    ]);
  });
});

describe('the sixth message of Main Mode', () => {
  it('where it is lost for good, is said to be one of two things that were seen, until phase 1 stands', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (isLast(datagram) && !pair.fromA(datagram) ? [] : [datagram]);
    pair.initiate();
    pair.runUntil(64_000);
    expect(pair.a.connection().troubles.lastFailure?.failure.details['theirs']).toMatch(
      /: it has another(?: key)?, or its sixth/,
    );
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(70_000);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(pair.a.connection().troubles.lastFailure).toBeUndefined();
  });
});
