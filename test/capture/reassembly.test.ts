import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex } from '../../src/base/bytes.ts';
import type { IpPacket } from '../../src/capture/ip.ts';
import { Reassembly } from '../../src/capture/reassembly.ts';

const V4 = { source: fromHex('c0000201'), destination: fromHex('c0000202') };
const V6 = { source: new Uint8Array(16).fill(1), destination: new Uint8Array(16).fill(2) };
const WHOLE = Uint8Array.from({ length: 60 }, (_, i) => i);

/** Octets `from` to `to` of the whole as a fragment. */
function fragment(from: number, to: number, given: Partial<IpPacket> & { id?: number } = {}): IpPacket {
  const { id = 42, ...rest } = given;
  const payload = WHOLE.subarray(from, to);
  const place = { identification: id, offset: from, more: to < WHOLE.length };
  return { ...V4, protocol: 17, payload, length: to - from, fragment: place, ...rest };
}
const at = (frame: number, time = frame) => ({ frame, time });

/** Adds fragments at frames 1, 2, 3 …; what came of the last. */
function add(reassembly: Reassembly, ...fragments: readonly IpPacket[]): IpPacket | undefined {
  return fragments.map((each, i) => reassembly.add(each, at(i + 1))).at(-1);
}

describe('Reassembly', () => {
  test.each([
    ['in order', [0, 24, 48]],
    ['the last first', [48, 24, 0]],
    ['the first last', [24, 48, 0]],
  ])('puts a packet together: %s', (_, offsets) => {
    const ends: Record<number, number> = { 0: 24, 24: 48, 48: 60 };
    const whole = add(new Reassembly(), ...offsets.map((from) => fragment(from, ends[from] ?? 0)));
    expect(whole).toEqual({ ...V4, protocol: 17, payload: WHOLE, length: 60 });
  });

  test('gives a packet that is no fragment back at once', () => {
    const packet: IpPacket = { ...V4, protocol: 17, payload: WHOLE, length: 60 };
    expect(new Reassembly().add(packet, at(1))).toBe(packet);
  });

  test('passes over the extension headers of IPv6 that were in the fragments', () => {
    const headers = fromHex('1100010400000000');
    const first = fragment(0, 24, { ...V6, protocol: 60, payload: concat(headers, WHOLE.subarray(8, 24)) });
    expect(add(new Reassembly(), first, fragment(24, 60, { ...V6, protocol: 60 }))).toEqual({
      ...V6,
      protocol: 17,
      payload: WHOLE.subarray(8),
      length: 52,
    });
  });

  test('keeps packets of other identifications, addresses and protocols apart', () => {
    const reassembly = new Reassembly();
    expect(
      add(
        reassembly,
        fragment(0, 24),
        fragment(24, 60, { id: 43 }),
        fragment(24, 60, { source: V4.destination }),
        fragment(24, 60, { protocol: 50 }),
      ),
    ).toBeUndefined();
    expect(reassembly.add(fragment(24, 60), at(5))?.payload).toEqual(WHOLE);
  });

  test('takes a fragment that is there twice for one', () => {
    expect(add(new Reassembly(), fragment(0, 24), fragment(0, 24), fragment(24, 60))?.payload).toEqual(WHOLE);
  });

  test.each([
    ['overlaps another', [fragment(0, 24), fragment(16, 60)]],
    [
      'says something else in the same place',
      [fragment(0, 24), { ...fragment(0, 24), payload: WHOLE.subarray(1, 25) }],
    ],
    ['ends the packet elsewhere', [fragment(48, 60), { ...fragment(24, 40), fragment: last(24) }]],
    ['lies behind the end', [fragment(24, 60), { ...fragment(0, 8), fragment: inner(64) }]],
    ['ends the packet before another', [fragment(24, 48), { ...fragment(0, 16), fragment: last(0) }]],
    ['is no multiple of eight octets', [fragment(0, 20)]],
    ['reaches past 65,535 octets', [{ ...fragment(0, 16), fragment: inner(65_528) }]],
    ['has no octets', [fragment(24, 24)]],
  ])('refuses a packet with a fragment that %s, and what comes of it later (RFC 8200 §4.5)', (_, fragments) => {
    const reassembly = new Reassembly();
    expect(add(reassembly, ...fragments)).toBeUndefined();
    expect(reassembly.refused).toBe(1);
    expect(add(reassembly, fragment(0, 24), fragment(24, 60))).toBeUndefined();
    expect(reassembly.refused).toBe(1);
  });

  test('leaves the first fragment of a refused packet to be looked at, as one whose end is missing', () => {
    const reassembly = new Reassembly();
    add(reassembly, fragment(0, 24), fragment(24, 48), fragment(40, 60), fragment(0, 24));
    const left = { ...V4, protocol: 17, payload: WHOLE.subarray(0, 24), length: 25 };
    expect(reassembly.unfinished()).toEqual([{ frame: 1, time: 1, packet: left }]);
  });

  test('leaves what there is of a packet that stays incomplete, up to the first gap', () => {
    const reassembly = new Reassembly();
    add(reassembly, fragment(24, 48, { id: 7 }), fragment(0, 24), fragment(48, 60));
    const left = { ...V4, protocol: 17, payload: WHOLE.subarray(0, 24), length: 60 };
    expect(reassembly.unfinished()).toEqual([{ frame: 2, time: 2, packet: left }]);
  });

  test('forgets a packet after a minute, so that its identification can be used again', () => {
    const reassembly = new Reassembly();
    reassembly.add(fragment(0, 24), at(1, 0));
    expect(reassembly.add(fragment(24, 60), at(2, 60_001))).toBeUndefined();
    expect(reassembly.add(fragment(0, 24), at(3, 60_002))?.payload).toEqual(WHOLE);
    expect(reassembly.unfinished().map(({ frame }) => frame)).toEqual([1]);
  });

  test('holds a bounded number of packets and of fragments', () => {
    const reassembly = new Reassembly();
    for (let id = 0; id < 1000; id++) reassembly.add(fragment(0, 24, { id }), at(id + 1, 0));
    expect(reassembly.add(fragment(24, 60, { id: 0 }), at(2000, 0))).toBeUndefined();
    expect(reassembly.add(fragment(24, 60, { id: 999 }), at(2001, 0))?.payload).toEqual(WHOLE);
    for (let i = 0; i < 200; i++) reassembly.add({ ...fragment(0, 8), fragment: inner(16 * i) }, at(3000 + i, 0));
    expect(reassembly.refused).toBe(1);
  });

  test('a cut fragment leaves a packet whose end is missing', () => {
    const cut = fragment(0, 24, { payload: WHOLE.subarray(0, 20) });
    const whole = add(new Reassembly(), cut, fragment(24, 60));
    expect(whole).toEqual({ ...V4, protocol: 17, payload: WHOLE.subarray(0, 20), length: 60 });
  });

  test('gives back any packet, however it was cut and in whichever order it comes', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 7 });
    fc.assert(
      fc.property(cuts, fc.infiniteStream(fc.nat()), (given, order) => {
        const ends = [0, ...given.map((cut) => cut * 8).sort((a, b) => a - b), WHOLE.length];
        const fragments = ends.slice(1).map((to, i) => fragment(ends[i] ?? 0, to));
        if (fragments.length === 1) return;
        const shuffled = fragments
          .map((each) => ({ each, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        expect(add(new Reassembly(), ...shuffled)?.payload).toEqual(WHOLE);
      }),
      { seed: 791, numRuns: 200 },
    );
  });
});

function last(offset: number): IpPacket['fragment'] & object {
  return { identification: 42, offset, more: false };
}
function inner(offset: number): IpPacket['fragment'] & object {
  return { identification: 42, offset, more: true };
}
