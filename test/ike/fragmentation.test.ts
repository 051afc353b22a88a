import { describe, expect, it } from 'vitest';
import { concat, toHex } from '../../src/base/bytes.ts';
import { instant } from '../../src/base/instant.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { inFragments } from '../../src/ike/wire/fragmenting.ts';
import { readHeader } from '../../src/ike/wire/header.ts';
import { readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { firstMessage } from './first-message.ts';
import { FRAGMENTATION_VENDOR_ID } from '../../src/ike/negotiate/fragmentation.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf, type PolicyOptions } from './policies.ts';

/** IP, UDP, ISAKMP header and the fragment's fields leave 84 octets of a message in each of these packets; with a marker, 80. */
const SIZE = 148;

/** A side's policy, with fragments from so many octets on; undefined without. */
const withSize = (fragmentSize: number | undefined, more: PolicyOptions = {}): PolicyOptions => ({
  ...more,
  but: (policy) => (fragmentSize === undefined ? policy : { ...policy, fragmentSize }),
});
const pairOf = (a: number | undefined, b: number | undefined): PairOfEndpoints =>
  new PairOfEndpoints(policyOf('a', withSize(a)), policyOf('b', withSize(b)));

const withoutMarker = ({ bytes, local }: Datagram): Uint8Array => (local.port === 4500 ? bytes.subarray(4) : bytes);
const isFragment = (datagram: Datagram): boolean =>
  readHeader(withoutMarker(datagram)).nextPayload === PAYLOAD.FRAGMENT;
const isUp = (pair: PairOfEndpoints): boolean => pair.sides.every((side) => side.connection().isUp('net'));
const announces = ({ bytes }: Datagram): boolean => toHex(bytes).includes(toHex(FRAGMENTATION_VENDOR_ID));
/** Which fragment of its message a datagram is; 0 where it is a whole message. */
function numberOf(datagram: Datagram): number {
  const { header, body } = readMessage(withoutMarker(datagram));
  if (header.nextPayload !== PAYLOAD.FRAGMENT) return 0;
  return viewPayloads(header.nextPayload, body).payloads[0]?.body[2] ?? 0;
}

describe('messages in fragments', () => {
  it('bring up a tunnel where both sides announce them, and no packet is longer than it may be', () => {
    const pair = pairOf(SIZE, SIZE);
    pair.initiate();
    expect(isUp(pair)).toBe(true);
    const after = pair.wire.slice(2);
    expect(Math.max(...after.map(({ bytes }) => bytes.length + 28))).toBe(SIZE);
    // MM3 and MM4, MM5, MM6, QM1, QM2, QM3: those that are longer than 120 octets.
    expect(after.map(numberOf)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 1, 2, 1, 2, 3, 1, 2, 3, 0]);
    expect([...pair.a.drops, ...pair.b.drops]).toEqual([]);
  });

  it.each([
    ['the initiator', undefined, SIZE],
    ['the responder', SIZE, undefined],
    ['neither', undefined, undefined],
  ])('are not sent where %s does not announce them', (_who, a, b) => {
    const pair = pairOf(a, b);
    pair.initiate();
    expect(isUp(pair)).toBe(true);
    expect(pair.wire.some(isFragment)).toBe(false);
    // The responder says it only to whom it has heard it from.
    expect(pair.wire.map(announces).slice(0, 2)).toEqual([a !== undefined, false]);
  });

  it('begin with the third message: the first two are not longer than what the offer needs', () => {
    const pair = pairOf(100, 100);
    pair.initiate();
    expect(pair.wire.slice(0, 3).map(numberOf)).toEqual([0, 0, 1]);
    expect(isUp(pair)).toBe(true);
  });

  it('hold for the smaller of two connections that a peer may be', () => {
    const other = policyOf('b', withSize(120, { name: 'other' }));
    const pair = new PairOfEndpoints(policyOf('a', withSize(1280)), [policyOf('b', withSize(SIZE)), other]);
    pair.initiate();
    const sizesFrom = (fromA: boolean): number =>
      Math.max(...pair.wire.slice(2).flatMap((one) => (pair.fromA(one) === fromA ? [one.bytes.length + 28] : [])));
    expect(isUp(pair)).toBe(true);
    expect(sizesFrom(false)).toBe(120);
    expect(sizesFrom(true)).toBeGreaterThan(SIZE);
  });

  it('leave room for the marker on port 4500', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', withSize(SIZE, { natt: 'force' })),
      policyOf('b', withSize(SIZE, { natt: 'force' })),
    );
    pair.initiate();
    expect(isUp(pair)).toBe(true);
    const floated = pair.wire.filter(({ local }) => local.port === 4500);
    expect(floated.some(isFragment)).toBe(true);
    expect(Math.max(...floated.map(({ bytes }) => bytes.length + 28))).toBe(SIZE);
  });

  it('have an id for each message, the same when it is sent again', () => {
    const pair = pairOf(SIZE, SIZE);
    pair.onWire = (datagram) => (isFragment(datagram) ? [] : [datagram]);
    pair.initiate();
    pair.runUntil(3500);
    const third = pair.wire.filter(isFragment);
    expect(third.map(numberOf)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(third.slice(3, 6)).toEqual(third.slice(0, 3));
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(8000);
    const ids = pair.wire.filter((one) => isFragment(one) && pair.fromA(one)).map(({ bytes }) => bytes[33]);
    expect([...new Set(ids)]).toEqual([1, 2, 3]);
  });
});

describe('fragments on a bad path', () => {
  /** A pair whose link does something to each datagram, which has a number from 1. */
  const disturbed = (what: (datagram: Datagram, number: number) => readonly Datagram[]): PairOfEndpoints => {
    const pair = pairOf(SIZE, SIZE);
    let number = 0;
    pair.onWire = (datagram) => what(datagram, ++number);
    pair.initiate();
    pair.runUntil(60_000);
    return pair;
  };

  it('one that is lost: the whole message is sent again, and what arrived of the first sending counts', () => {
    for (let lost = 3; lost <= 19; lost++) {
      const pair = disturbed((datagram, number) => (number === lost ? [] : [datagram]));
      expect(isUp(pair), `the datagram ${lost} is lost`).toBe(true);
    }
    const pair = disturbed((datagram, number) => (number === 4 ? [] : [datagram]));
    expect(pair.a.named('message.resent')).toHaveLength(1);
    // The first and the third came again, the second made it whole.
    expect(pair.b.drops).toEqual(['duplicate']);
  });

  it('all of them double, and in the opposite order', () => {
    expect(isUp(disturbed((datagram) => [datagram, datagram]))).toBe(true);
    let held: Datagram[] = [];
    const reversed = disturbed((datagram) => {
      if (!isFragment(datagram)) return [datagram];
      held = [datagram, ...held];
      const count = held.filter(({ local }) => local.address === datagram.local.address).length;
      const [{ body }] = [readMessage(datagram.bytes)];
      const last = ((body[7] ?? 0) & 1) === 1;
      if (!last || count === 0) return [];
      const all = held;
      held = [];
      return all;
    });
    expect(isUp(reversed)).toBe(true);
    expect(reversed.a.named('message.resent')).toEqual([]);
  });

  it('one that somebody forges between two of them spoils one sending, and no more', () => {
    let forged = 0;
    const pair = disturbed((datagram, number) => {
      if (number !== 3) return [datagram];
      forged++;
      const other = datagram.bytes.slice();
      other[40] = (other[40] ?? 0) ^ 1;
      return [datagram, { ...datagram, bytes: other }];
    });
    expect(forged).toBe(1);
    expect(isUp(pair)).toBe(true);
    expect(pair.a.named('message.resent')).toHaveLength(1);
    expect(pair.b.drops).toContain('incomplete');
  });
});

describe('a fragment', () => {
  /** Something that arrives at b under the cookies of the SA. */
  function delivered(pair: PairOfEndpoints, bytes: Uint8Array): string[] {
    const before = pair.b.drops.length;
    pair.deliver(pair.b, { ...pair.seen(pair.wire[0] as Datagram), bytes });
    return pair.b.drops.slice(before);
  }
  /** Up for so long that no fragment of that is remembered. */
  const up = (): PairOfEndpoints => {
    const pair = pairOf(SIZE, SIZE);
    pair.initiate();
    pair.runUntil(31_000);
    return pair;
  };
  const quick = (pair: PairOfEndpoints): Uint8Array => {
    const { initiator, responder } = pair.b.isakmp().channel.cookies;
    const body = new Uint8Array(100);
    return concat(initiator, responder, Uint8Array.of(8, 0x10, 32, 1, 0, 0, 0, 9, 0, 0, 0, 128), body);
  };
  const fragmentsOf = (message: Uint8Array): readonly Uint8Array[] => inFragments(message, 100, 9);

  it('is dropped where nobody has announced it', () => {
    const pair = pairOf(undefined, SIZE);
    pair.initiate();
    const [first] = fragmentsOf(quick(pair));
    expect(delivered(pair, first as Uint8Array)).toEqual(['unexpected']);
  });

  it('of an SA that nobody knows is dropped', () => {
    const pair = up();
    const [first] = fragmentsOf(quick(pair));
    const strange = (first as Uint8Array).slice();
    strange[8] = (strange[8] ?? 0) ^ 1;
    expect(delivered(pair, strange)).toEqual(['unknown-cookies']);
    expect(pair.b.endpoint.gate.reassembly.size).toBe(0);
  });

  it('comes to what its message comes to', () => {
    const pair = up();
    const told = fragmentsOf(quick(pair)).map((one) => delivered(pair, one));
    expect(told).toEqual([[], ['undecryptable']]);
  });

  it('of a message of another SA, of a fragment and of no message comes to nothing', () => {
    const pair = up();
    const other = quick(pair);
    other[0] = (other[0] ?? 0) ^ 1;
    // The fragments say the SA that they are found by, and the message in them another one.
    const readdressed = fragmentsOf(other).map((one) => {
      const bytes = one.slice();
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes;
    });
    expect(readdressed.map((one) => delivered(pair, one))).toEqual([[], ['unexpected']]);
    const [inner] = fragmentsOf(quick(pair));
    const nested = fragmentsOf(concat(inner as Uint8Array));
    expect(nested).toHaveLength(1);
    const twice = inFragments(inner as Uint8Array, 80, 10);
    expect(twice.map((one) => delivered(pair, one))).toEqual([[], [], ['unexpected']]);
    const broken = quick(pair);
    broken[17] = 0x20;
    expect(fragmentsOf(broken).map((one) => delivered(pair, one))).toEqual([[], ['malformed']]);
  });

  it('whose message stays incomplete is forgotten after 30 s, and that is counted', () => {
    const pair = up();
    const [first] = fragmentsOf(quick(pair));
    delivered(pair, first as Uint8Array);
    expect(pair.b.endpoint.gate.reassembly.size).toBe(1);
    const begun = pair.now;
    pair.runUntil(begun + 29_999);
    expect(pair.b.endpoint.gate.reassembly.size).toBe(1);
    pair.runUntil(begun + 30_000);
    expect(pair.b.endpoint.gate.reassembly.size).toBe(0);
    expect(pair.b.drops).toEqual(['incomplete']);
  });
});

describe('the announcement', () => {
  it('takes no octet more than came: without room for it there are no fragments', () => {
    const { b } = pairOf(SIZE, SIZE);
    const prefix = FRAGMENTATION_VENDOR_ID.subarray(0, 16);
    const answers = [prefix, FRAGMENTATION_VENDOR_ID].map((vendorId, number) => {
      const bytes = firstMessage(number, { bare: true, vendorIds: [vendorId] });
      const ends = { local: { address: B, port: 500 }, remote: { address: A, port: 500 } };
      b.apply(b.endpoint.receive({ ...ends, bytes }, instant(0)), instant(0));
      return [
        bytes.length,
        b.outgoing.at(-1)?.bytes.length,
        [...b.endpoint.gate.halfOpen.all()].at(-1)?.channel.fragmentSize,
      ];
    });
    expect(answers).toEqual([
      [96, 76, undefined],
      [100, 100, SIZE],
    ]);
  });
});
