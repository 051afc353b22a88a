import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ReplayWindow, type ReplayVerdict } from '../../../src/esp/userspace/replay-window.ts';

/** The rule of RFC 4303 §3.4.3 with a set of everything that ever came: slow and obvious. */
class SlowWindow {
  readonly #size: number;
  readonly #seen = new Set<number>();
  #highest = 0;

  constructor(size: number) {
    this.#size = size;
  }
  look(sequence: number): ReplayVerdict {
    if (this.#size === 0) return 'fresh';
    if (sequence === 0 || sequence <= this.#highest - this.#size) return 'too-old';
    return this.#seen.has(sequence) ? 'replayed' : 'fresh';
  }
  take(sequence: number): void {
    this.#seen.add(sequence);
    this.#highest = Math.max(this.#highest, sequence);
  }
}

const sizes = fc.oneof(
  fc.constantFrom(0, 32, 64, 4096),
  fc.integer({ min: 1, max: 128 }).map((n) => n * 32),
);

/** Walks forth and back near one place, with leaps, as a reordering network would. */
const walks = fc
  .record({
    start: fc.oneof(fc.constantFrom(0, 0xffff_f000, 0x7fff_ffe0), fc.integer({ min: 0, max: 0xffff_ffff })),
    steps: fc.array(
      fc.oneof(
        fc.integer({ min: -3, max: 5 }),
        fc.integer({ min: -140, max: 140 }),
        fc.constantFrom(-4096, -4095, -64, -32, -31, 31, 32, 33, 63, 64, 65, 4095, 4096, 4097, 100_000),
      ),
      { maxLength: 200 },
    ),
  })
  .map(({ start, steps }) => {
    let at = start;
    return steps.map((step) => (at = Math.min(0xffff_ffff, Math.max(0, at + step))));
  });

describe('ReplayWindow', () => {
  it('agrees with a set of everything seen, for every size and walk (RFC 4303 §3.4.3)', () => {
    fc.assert(
      fc.property(sizes, walks, (size, walk) => {
        const fast = new ReplayWindow(size);
        const slow = new SlowWindow(size);
        for (const sequence of walk) {
          const verdict = slow.look(sequence);
          expect({ sequence, verdict: fast.look(sequence) }).toEqual({ sequence, verdict });
          if (verdict !== 'fresh') continue;
          fast.take(sequence);
          slow.take(sequence);
        }
      }),
      { numRuns: 300, seed: 4303 },
    );
  });
  it('knows each extended number by its lower half, within 2^32 from the left edge on (RFC 4303 App. A2)', () => {
    const places = fc.oneof(
      fc.constantFrom(0, 1, 62, 63, 64, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 63, 2 ** 33 - 1, 2 ** 52),
      fc.integer({ min: 0, max: 2 ** 40 }),
    );
    fc.assert(
      fc.property(
        sizes.filter((size) => size > 0),
        places,
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (size, highest, ahead) => {
          const window = new ReplayWindow(size);
          if (highest > 0) window.take(highest);
          const sequence = highest - size + 1 + ahead;
          const lower = ((sequence % 2 ** 32) + 2 ** 32) % 2 ** 32;
          expect(window.extended(lower)).toBe(sequence);
          if (sequence < 0) expect(window.look(sequence)).toBe('too-old');
        },
      ),
      { numRuns: 500, seed: 4304 },
    );
  });
  it('holds its size across 2^32', () => {
    const window = new ReplayWindow(64);
    for (const sequence of [2 ** 32 - 2, 2 ** 32 + 1]) window.take(sequence);
    const verdicts = [0xffff_fffe, 0xffff_ffff, 0, 1, 2, 0xffff_ffc1, 0xffff_ffc2].map((sent) =>
      window.look(window.extended(sent)),
    );
    expect(verdicts).toEqual(['replayed', 'fresh', 'fresh', 'replayed', 'fresh', 'fresh', 'fresh']);
    window.take(2 ** 32 + 2);
    expect(window.look(2 ** 32 + 2 - 64)).toBe('too-old');
  });
  it('remembers nothing that was only looked at', () => {
    const window = new ReplayWindow(32);
    expect([window.look(7), window.look(7)]).toEqual(['fresh', 'fresh']);
    window.take(7);
    expect(window.look(7)).toBe('replayed');
  });
  it('holds exactly its size: the left edge is fresh, one before it is too old', () => {
    const window = new ReplayWindow(64);
    window.take(100);
    expect([window.look(37), window.look(36)]).toEqual(['fresh', 'too-old']);
  });
  it('takes the last sequence number and refuses it the second time', () => {
    const window = new ReplayWindow(64);
    window.take(0xffff_ffff);
    expect([window.look(0xffff_ffff), window.look(0xffff_fffe)]).toEqual(['replayed', 'fresh']);
  });
  it('refuses number 0, which no sender uses (RFC 4303 §3.3.3)', () => {
    expect(new ReplayWindow(32).look(0)).toBe('too-old');
  });
  it.each([-32, 1, 31, 33, 4128, 32.5, Number.NaN])('refuses the size %s', (size) => {
    expect(() => new ReplayWindow(size)).toThrow(/replay window/);
  });
});
