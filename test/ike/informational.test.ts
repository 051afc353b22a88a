import { describe, expect, it } from 'vitest';
import { concat, fromHex, u32Bytes } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { espDelete, isakmpDelete, notification } from '../../src/ike/exchange/informational.ts';
import type { OutgoingPayload } from '../../src/ike/exchange/exchange.ts';
import { DOI_IPSEC, NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import { clear, deleteOfPair, deleteOfSa, rUThere, sealed } from './sealed.ts';
import type { Side } from './side.ts';

const standing = (side: Side): unknown[] => [
  side.connection().isakmp?.established !== undefined,
  side.connection().pairs.size,
  side.removed,
];
const STANDS = [true, 1, []];

const brokenHash = (payloads: OutgoingPayload[]): OutgoingPayload[] =>
  payloads.map((one, i) =>
    i === 0 ? { ...one, body: one.body.map((octet, at) => (at === 5 ? octet ^ 1 : octet)) } : one,
  );

describe('a Delete of ours (RFC 2408 §3.15)', () => {
  it('goes out for each ESP SA, then for the ISAKMP SA, each in an Informational of its own, when a connection is taken down', () => {
    const pair = PairOfEndpoints.up();
    pair.command({ type: 'terminate', connection: 'link' });
    const sent = pair.a.named('message.sent').slice(-2);
    expect(sent.map(({ exchange, payloads, encrypted }) => [exchange, payloads, encrypted])).toEqual([
      ['INFORMATIONAL', ['HASH', 'DELETE'], true],
      ['INFORMATIONAL', ['HASH', 'DELETE'], true],
    ]);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(2);
    expect(pair.b.named('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(pair.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(pair.a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['command']);
    for (const side of pair.sides) {
      expect(side.endpoint.snapshot(pair.now).connections[0]?.state).toBe('down');
      expect(side.removed).toEqual([
        { type: 'remove-sa', pair: 1, direction: 'outbound' },
        { type: 'remove-sa', pair: 1, direction: 'inbound' },
      ]);
    }
    expect(pair.sides.map(({ endpoint }) => endpoint.nextDeadline())).toEqual([undefined, undefined]);
  });

  it('goes out for everything at a shutdown', () => {
    const pair = PairOfEndpoints.up();
    pair.command({ type: 'shutdown' });
    expect(pair.sides.map((side) => side.connection().isakmp)).toEqual([undefined, undefined]);
    expect(pair.b.removed).toHaveLength(2);
  });
});

describe('a Delete of the peer', () => {
  it('of an ESP SA takes the pair and leaves the ISAKMP SA', () => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, sealed(pair, pair.b, deleteOfPair(pair.b)));
    expect(pair.a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(pair.a.isakmp().established).toBeDefined();
    // Side a wants to be up: not at once, or a peer that deletes at once would make it spin.
    const wait = pair.a.named('attempt.scheduled')[0]?.inMilliseconds ?? 0;
    expect(wait).toBeGreaterThanOrEqual(2000);
    pair.runUntil(wait);
    expect(pair.a.connection().isUp('net')).toBe(true);
  });

  it('of the ISAKMP SA leaves the ESP SAs, which it does not name', () => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, sealed(pair, pair.b, deleteOfSa(pair.b)));
    expect(standing(pair.a)).toEqual([false, 1, []]);
  });

  it('of another ISAKMP SA, or of an SPI that is nobody’s, takes nothing', () => {
    const pair = PairOfEndpoints.up();
    const other = isakmpDelete({ initiator: fromHex('0102030405060708'), responder: fromHex('1112131415161718') });
    pair.deliver(pair.a, sealed(pair, pair.b, other));
    pair.deliver(pair.a, sealed(pair, pair.b, espDelete(0xdead), { messageId: 2 }));
    const ah = payload('delete', { doi: DOI_IPSEC, protocolId: PROTOCOL.AH, spis: [u32Bytes(0x2000)] });
    pair.deliver(pair.a, sealed(pair, pair.b, ah, { messageId: 3 }));
    expect(standing(pair.a)).toEqual(STANDS);
    expect(pair.a.drops).toEqual([]);
  });

  it('of another peer of the same connection takes nothing of ours', () => {
    const pair = PairOfEndpoints.up();
    const established = pair.a.isakmp().established;
    if (established === undefined) throw new Error('not up');
    // The same SA, had another identity proved itself in it.
    Object.assign(established, { peerId: { idType: 2, data: Uint8Array.of(0x63) } });
    pair.deliver(pair.a, sealed(pair, pair.b, deleteOfPair(pair.b)));
    expect(pair.a.connection().pairs.size).toBe(1);
  });

  it.each<[string, (pair: PairOfEndpoints) => Datagram, string]>([
    ['in clear', (pair) => clear(pair, pair.b, deleteOfSa(pair.b)), 'unprotected'],
    ['in clear, of an ESP SA', (pair) => clear(pair, pair.b, deleteOfPair(pair.b)), 'unprotected'],
    [
      'with a HASH that is wrong in one bit (CVE-2019-10155)',
      (pair) => sealed(pair, pair.b, deleteOfSa(pair.b), { spoil: brokenHash }),
      'hash-mismatch',
    ],
    [
      'without a HASH',
      (pair) => sealed(pair, pair.b, deleteOfSa(pair.b), { spoil: (payloads) => payloads.slice(1) }),
      'undecryptable',
    ],
    [
      'with the HASH behind it',
      (pair) => sealed(pair, pair.b, deleteOfSa(pair.b), { spoil: (payloads) => payloads.reverse() }),
      'undecryptable',
    ],
    ['with message id 0', (pair) => sealed(pair, pair.b, deleteOfSa(pair.b), { messageId: 0 }), 'unexpected'],
    [
      'that was for another HASH',
      (pair) =>
        sealed(pair, pair.b, deleteOfSa(pair.b), {
          spoil: ([hash]) => [hash ?? deleteOfSa(pair.b), deleteOfPair(pair.b)],
        }),
      'hash-mismatch',
    ],
  ])('%s takes nothing', (_, datagram, reason) => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, datagram(pair));
    expect(pair.a.drops).toEqual([reason]);
    expect(standing(pair.a)).toEqual(STANDS);
    expect(pair.wire).toHaveLength(9);
    expect(pair.a.named('hint')).toEqual([]);
  });

  it('is not taken twice under one message id, nor under one of ours, reflected', () => {
    const pair = PairOfEndpoints.up();
    const question = sealed(pair, pair.b, rUThere(pair.b, 1));
    pair.deliver(pair.a, question);
    const [reply] = pair.wire.slice(-1);
    if (reply === undefined) throw new Error('no answer');
    pair.deliver(pair.a, sealed(pair, pair.b, deleteOfSa(pair.b)));
    pair.deliver(pair.a, question);
    pair.deliver(pair.a, pair.seen(pair.seen(reply)));
    pair.deliver(pair.a, { ...pair.seen(reply), local: { address: A, port: 500 }, remote: { address: B, port: 500 } });
    expect(pair.a.drops).toEqual(Array.from({ length: 4 }, () => 'replayed-message-id'));
    expect(standing(pair.a)).toEqual(STANDS);
  });
});

describe('a notification', () => {
  it('in clear is an event, and no hint about an SA that stands', () => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, clear(pair, pair.b, notification(NOTIFY.INVALID_COOKIE, PROTOCOL.ISAKMP, new Uint8Array())));
    expect(pair.a.named('peer.notify').map(({ notify, protected: proved }) => [notify, proved])).toEqual([
      ['INVALID-COOKIE', false],
    ]);
    expect(pair.a.named('hint')).toEqual([]);
    expect(standing(pair.a)).toEqual(STANDS);
  });

  it('in clear ends no attempt that is under way (CVE-like: a spoofed NO-PROPOSAL-CHOSEN)', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => {
      if (pair.wire.length !== 1) return [datagram];
      const { initiator } = [...pair.a.connection().sas][0]?.channel.cookies ?? {};
      const header = concat(initiator ?? new Uint8Array(8), fromHex('9999999999999999'));
      const body = fromHex('0b10050000000007000000280000000c000000010100000e');
      pair.deliver(pair.a, {
        ...pair.seen(datagram),
        local: { address: A, port: 500 },
        remote: { address: B, port: 500 },
        bytes: concat(header, body),
      });
      return [datagram];
    };
    pair.initiate();
    expect(pair.a.drops).toEqual(['unprotected']);
    expect(pair.a.named('hint').map(({ failure }) => failure.code)).toEqual(['NO_PROPOSAL_CHOSEN']);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  });

  it('of an error under the keys ends the Quick Mode that waits, and no SA', () => {
    const pair = PairOfEndpoints.up();
    const error = notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, u32Bytes(0x1000));
    pair.deliver(pair.a, sealed(pair, pair.b, error));
    expect(pair.a.named('peer.notify').map(({ protected: proved }) => proved)).toEqual([true]);
    expect(standing(pair.a)).toEqual(STANDS);
  });

  it('that nobody knows is told by its number and does nothing', () => {
    const pair = PairOfEndpoints.up();
    for (const [i, type] of [40_501, 32_768, 9000].entries())
      pair.deliver(
        pair.a,
        sealed(pair, pair.b, notification(type, PROTOCOL.ISAKMP, new Uint8Array()), { messageId: i + 1 }),
      );
    expect(pair.a.named('peer.notify').map(({ notify }) => notify)).toEqual([
      'NOTIFY(40501)',
      'NOTIFY(32768)',
      'NOTIFY(9000)',
    ]);
    expect(standing(pair.a)).toEqual(STANDS);
  });
});

describe('R-U-THERE (RFC 3706 §5.3)', () => {
  it('is answered with its number, under a message id of its own', () => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, sealed(pair, pair.b, rUThere(pair.b, 0xfeed)));
    expect(pair.a.named('dpd.answered').map(({ sequence }) => sequence)).toEqual([0xfeed]);
    expect(pair.wire).toHaveLength(10);
    expect(pair.b.drops).toEqual([]);
  });

  it('is answered four times a second at most, the same number again too', () => {
    const pair = PairOfEndpoints.up();
    const ask = (count: number, from: number): void => {
      for (let i = 0; i < count; i++)
        pair.deliver(pair.a, sealed(pair, pair.b, rUThere(pair.b, 7), { messageId: from + i }));
    };
    ask(9, 100);
    expect(pair.wire).toHaveLength(9 + 4);
    pair.runUntil(999);
    ask(1, 200);
    expect(pair.wire).toHaveLength(9 + 4);
    pair.runUntil(1000);
    ask(1, 300);
    expect(pair.wire).toHaveLength(9 + 5);
  });

  it.each<[string, OutgoingPayload, string[]]>([
    ['has a short SPI', notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, new Uint8Array(8), u32Bytes(1)), ['malformed']],
    ['has no number', notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, new Uint8Array(16)), ['malformed']],
    [
      'is an ACK that nobody waits for',
      notification(NOTIFY.R_U_THERE_ACK, PROTOCOL.ISAKMP, new Uint8Array(16), u32Bytes(1)),
      [],
    ],
  ])('that %s gets no answer and does no harm', (_, content, drops) => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, sealed(pair, pair.b, content));
    expect(pair.wire).toHaveLength(9);
    expect(pair.a.drops).toEqual(drops);
    expect(standing(pair.a)).toEqual(STANDS);
  });
});

describe('INITIAL-CONTACT (RFC 2407 §4.6.3.3)', () => {
  const said = (side: Side): boolean =>
    side
      .named('message.sent')
      .some(({ exchange, payloads }) => exchange !== 'INFORMATIONAL' && payloads.includes('NOTIFICATION'));

  it('is said by both sides at their first contact, and by neither while they hold an SA', () => {
    const pair = PairOfEndpoints.up();
    expect(pair.sides.map(said)).toEqual([true, true]);
    const again = pair.sides.map(({ effects }) => effects.length);
    pair.within(pair.a, () => pair.a.connection().caller.call(pair.now));
    expect(pair.a.named('phase1.established')).toHaveLength(2);
    const later = pair.sides.map(({ effects }, i) => effects.slice(again[i]));
    const notifications = later.map((effects) =>
      effects.some(
        (effect) =>
          effect.type === 'event' &&
          effect.event.name === 'message.sent' &&
          effect.event.payloads.includes('NOTIFICATION'),
      ),
    );
    expect(notifications).toEqual([false, false]);
    expect(pair.sides.map((side) => side.connection().pairs.size)).toEqual([1, 1]);
  });

  it('takes what is older of that peer, and nothing else, when a peer comes back without memory', () => {
    const pair = PairOfEndpoints.up();
    const reborn = new PairOfEndpoints(policyOf('a'), policyOf('b'), { seed: 'reborn' });
    pair.runUntil(5000);
    const before = pair.b.removed.length;
    // The same a, started anew: what it sends goes to the old b.
    const link = Object.assign(new PairOfEndpoints(), { a: reborn.a, b: pair.b, now: pair.now });
    link.initiate();
    expect(pair.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['initial-contact']);
    expect(pair.b.named('phase2.ended').map(({ reason }) => reason)).toEqual(['initial-contact']);
    expect(pair.b.removed.slice(before)).toHaveLength(2);
    expect([...link.sides].map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.b.connection().sas.size).toBe(1);
  });

  it('may come in an Informational of its own, and spares what came up after that phase 1 began', () => {
    const pair = PairOfEndpoints.up();
    pair.runUntil(5000);
    pair.within(pair.a, () => pair.a.connection().caller.call(pair.now));
    expect(pair.b.connection().sas.size).toBe(2);
    const { cookies } = pair.a.isakmp().channel;
    const said = (spi: Uint8Array) => notification(NOTIFY.INITIAL_CONTACT, PROTOCOL.ISAKMP, spi);
    pair.deliver(pair.b, sealed(pair, pair.a, said(new Uint8Array(16))));
    expect(pair.b.connection().sas.size).toBe(2);
    pair.deliver(pair.b, sealed(pair, pair.a, said(concat(cookies.initiator, cookies.responder)), { messageId: 2 }));
    expect([pair.b.connection().sas.size, pair.b.connection().pairs.size]).toEqual([1, 0]);
    expect(pair.b.isakmp().channel.cookies).toEqual(cookies);
    pair.deliver(pair.b, sealed(pair, pair.a, said(new Uint8Array()), { messageId: 3 }));
    expect(pair.b.connection().sas.size).toBe(1);
  });
});
