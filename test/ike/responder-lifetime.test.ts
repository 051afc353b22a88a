import { describe, expect, it } from 'vitest';
import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import { notification } from '../../src/ike/exchange/informational.ts';
import type { OutgoingPayload } from '../../src/ike/exchange/exchange.ts';
import { lifetimeAttributes, PHASE1_LIFE, PHASE2_LIFE } from '../../src/ike/negotiate/lifetime.ts';
import type { Lifetime } from '../../src/ike/negotiate/policy.ts';
import { writeAttributes } from '../../src/ike/wire/attributes.ts';
import { NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import { sealed } from './sealed.ts';
import type { Side } from './side.ts';

const withLifetime = (side: 'a' | 'b', lifetime: Lifetime) =>
  policyOf(side, {
    but: (policy) => ({ ...policy, tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, lifetime })) }),
  });
const lifetimesIn = ({ installed }: Side): unknown[] => installed.map(({ lifetime }) => lifetime);
const answerOf = (side: Side): readonly string[] | undefined =>
  side.named('message.sent').find(({ messageId }) => messageId !== 0)?.payloads;

describe('RESPONDER-LIFETIME (RFC 2407 §4.6.3.1)', () => {
  it('stands in the answer of a responder that keeps an SA for less than was offered, and the initiator keeps it no longer', () => {
    const pair = new PairOfEndpoints(
      withLifetime('a', { duration: seconds(3600) }),
      withLifetime('b', { duration: seconds(900), kilobytes: 4096 }),
    );
    pair.initiate();
    expect(answerOf(pair.b)).toEqual(['HASH', 'SA', 'NONCE', 'ID', 'ID', 'NOTIFICATION']);
    const agreed = { duration: 900_000, kilobytes: 4096 };
    expect(pair.sides.map(lifetimesIn)).toEqual([
      [agreed, agreed],
      [agreed, agreed],
    ]);
  });

  it.each<[string, Lifetime, Lifetime]>([
    ['is the same', { duration: seconds(900), kilobytes: 4096 }, { duration: seconds(900), kilobytes: 4096 }],
    ['is longer', { duration: seconds(900), kilobytes: 4096 }, { duration: seconds(3600) }],
  ])('does not where the responder’s own %s', (_, ours, theirs) => {
    const pair = new PairOfEndpoints(withLifetime('a', ours), withLifetime('b', theirs));
    pair.initiate();
    expect(answerOf(pair.b)).toEqual(['HASH', 'SA', 'NONCE', 'ID', 'ID']);
    expect(pair.sides.map(lifetimesIn)).toEqual([
      [ours, ours],
      [ours, ours],
    ]);
  });

  const about = (lifetime: number, classes: typeof PHASE1_LIFE) =>
    writeAttributes(lifetimeAttributes({ duration: seconds(lifetime) }, classes));
  const ofPair = (side: Side, lifetime: number): OutgoingPayload =>
    notification(
      NOTIFY.RESPONDER_LIFETIME,
      PROTOCOL.ESP,
      u32Bytes(side.installed[0]?.spi ?? 0),
      about(lifetime, PHASE2_LIFE),
    );
  const ofSa = (side: Side, lifetime: number): OutgoingPayload => {
    const { initiator, responder } = side.isakmp().channel.cookies;
    const spi = concat(initiator, responder);
    return notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ISAKMP, spi, about(lifetime, PHASE1_LIFE));
  };
  const expiries = (side: Side): unknown[] => [
    side.isakmp().established?.expires,
    [...side.connection().pairs.values()].map(({ expires }) => expires),
  ];

  it('in an Informational ends the IPsec SA that it names sooner, counted from when that came up', () => {
    const pair = PairOfEndpoints.up();
    pair.runUntil(100_000);
    pair.deliver(pair.a, sealed(pair, pair.b, ofPair(pair.b, 600)));
    expect(expiries(pair.a)).toEqual([28_800_000, [600_000]]);
    pair.runUntil(600_000);
    expect(pair.a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['expired']);
    expect(pair.a.connection().isUp('net')).toBe(true);
  });

  it('in an Informational ends the ISAKMP SA sooner where it names that', () => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, sealed(pair, pair.b, ofSa(pair.b, 7200)));
    expect(expiries(pair.a)).toEqual([7_200_000, [3_600_000]]);
  });

  it('brings the renewal forward with the end', () => {
    const renewal = { margin: seconds(60), fuzz: 0 };
    const but: NonNullable<Parameters<typeof policyOf>[1]>['but'] = (policy) => ({
      ...policy,
      tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, renewal })),
    });
    const pair = new PairOfEndpoints(policyOf('a', { but }), policyOf('b'));
    pair.initiate();
    pair.deliver(pair.a, sealed(pair, pair.b, ofPair(pair.b, 600)));
    pair.runUntil(539_999);
    expect(pair.a.named('phase2.established')).toHaveLength(1);
    pair.runUntil(540_000);
    expect(pair.a.named('phase2.established')).toHaveLength(2);
  });

  it.each<[string, (pair: PairOfEndpoints) => OutgoingPayload]>([
    ['longer than was agreed', ({ b }) => ofPair(b, 7200)],
    [
      'of an SPI that is nobody’s',
      () => notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ESP, u32Bytes(0xdead), about(60, PHASE2_LIFE)),
    ],
    [
      'of another ISAKMP SA',
      () => notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ISAKMP, new Uint8Array(16), about(60, PHASE1_LIFE)),
    ],
    [
      'without a time',
      ({ b }) => notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ESP, u32Bytes(b.installed[0]?.spi ?? 0)),
    ],
  ])('%s changes nothing', (_, content) => {
    const pair = PairOfEndpoints.up();
    const before = expiries(pair.a);
    pair.deliver(pair.a, sealed(pair, pair.b, content(pair)));
    expect(expiries(pair.a)).toEqual(before);
    expect(pair.a.drops).toEqual([]);
  });

  it('that cannot be read is dropped, and the SA stands', () => {
    const pair = PairOfEndpoints.up();
    const spi = u32Bytes(pair.b.installed[0]?.spi ?? 0);
    const content = notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ESP, spi, Uint8Array.of(0x80, 1, 0));
    pair.deliver(pair.a, sealed(pair, pair.b, content));
    expect(pair.a.drops).toEqual(['malformed']);
    expect(expiries(pair.a)).toEqual([28_800_000, [3_600_000]]);
  });
});
