import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { isReplaced } from '../../src/ike/life.ts';
import { type StandingSa, standingIn } from '../../src/ike/peer.ts';
import { readMessage } from '../../src/ike/wire/message.ts';
import { FLAG } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { Side } from './side.ts';

const sasOf = (side: Side): StandingSa[] => standingIn(side.connection().sas);
const meant = (side: Side): string[] =>
  sasOf(side)
    .flatMap(({ established }) => (isReplaced(established) ? [] : [established.order]))
    .toSorted();
const ended = (side: Side): string[] => side.named('phase1.ended').map(({ reason }) => reason);

/** Each side began one, so soon after each other that neither may have known: a knows at 12 s that b has the second. */
function collided(): PairOfEndpoints {
  const pair = PairOfEndpoints.up();
  pair.runUntil(10_000);
  pair.command({ type: 'renew', connection: 'link', phase: 1 }, pair.b);
  pair.runUntil(12_000);
  return pair;
}

describe('ISAKMP SAs that collided', () => {
  it('stand beside each other until the peer has been asked about both, and then one is left in use, the same at both ends', () => {
    const pair = collided();
    const both = meant(pair.a);
    pair.runUntil(103_999);
    expect(pair.sides.map(meant)).toEqual([both, both]);
    pair.runUntil(120_000);
    expect(pair.sides.map(meant)).toEqual([both.slice(0, 1), both.slice(0, 1)]);
    const asked = pair.sides.map((side) => side.named('dpd.answered').length);
    pair.runUntil(1_000_000);
    expect(pair.sides.map((side) => side.named('dpd.answered').length)).toEqual(asked);
    // Nobody is told: a peer with another rule may go on with the other one.
    expect(pair.sides.map(ended)).toEqual([[], []]);
  });

  it.each([0, 1])(
    'end where the peer has let one go, number %i, and its Delete was lost; the other is not given up for it',
    (gone) => {
      const pair = collided();
      const [first, second] = meant(pair.a);
      pair.within(pair.b, () => {
        const lost = sasOf(pair.b)[gone];
        if (lost !== undefined) pair.b.connection().endSa(lost, 'replaced', pair.now, false);
      });
      const left = meant(pair.b);
      expect([[first], [second]]).toContainEqual(left);
      // Asked at 106 s, and for as long as a peer may take.
      pair.runUntil(275_999);
      expect(ended(pair.a)).toEqual([]);
      pair.runUntil(276_000);
      expect(ended(pair.a)).toEqual(['phase1-lost']);
      expect(pair.sides.map(meant)).toEqual([left, left]);
    },
  );
});

describe('INITIAL-CONTACT (RFC 2407 §4.6.3.3)', () => {
  it('of a peer that is about to hold what came up here before it asked for another removes nothing', () => {
    const options = { exchange: 'aggressive' } as const;
    const pair = new PairOfEndpoints(policyOf('a', options), policyOf('b', options));
    const held: Datagram[] = [];
    const isHeld = (datagram: Datagram): boolean =>
      !pair.fromA(datagram) || (readMessage(datagram.bytes).header.flags & FLAG.ENCRYPTION) !== 0;
    pair.onWire = (datagram) => (isHeld(datagram) ? (held.push(datagram), []) : [datagram]);
    // The first message of b's is under way when a's phase 1 comes up; a's third is when b says that it holds nothing.
    pair.initiate(pair.b);
    const fromB = held.splice(0);
    pair.onWire = (datagram) => (pair.fromA(datagram) && isHeld(datagram) ? (held.push(datagram), []) : [datagram]);
    pair.initiate(pair.a);
    pair.runUntil(100);
    for (const datagram of fromB) pair.deliver(pair.a, pair.seen(datagram));
    expect(pair.a.named('peer.notify').map(({ notify }) => notify)).toEqual(['INITIAL-CONTACT']);
    expect(ended(pair.a)).toEqual([]);
    pair.onWire = (datagram) => [datagram];
    for (const datagram of held) pair.deliver(pair.b, pair.seen(datagram));
    const cookies = pair.sides.map((side) =>
      sasOf(side)
        .map(({ channel }) => toHex(channel.cookies.initiator))
        .toSorted(),
    );
    expect(cookies[0]).toHaveLength(2);
    expect(cookies[1]).toEqual(cookies[0]);
    expect(pair.sides.map((side) => side.named('phase2.failed'))).toEqual([[], []]);
    pair.runUntil(400_000);
    expect(meant(pair.a)).toHaveLength(1);
    expect(meant(pair.b)).toEqual(meant(pair.a));
  });
});
