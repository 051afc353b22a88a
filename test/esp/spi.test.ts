import { describe, expect, it } from 'vitest';

import { u32Bytes } from '../../src/base/bytes.ts';
import { SpiPool } from '../../src/esp/spi.ts';
import { seededRandom } from './seeded-random.ts';

/** A generator that gives these numbers, then counts on from the last. */
function scripted(...numbers: readonly number[]): { bytes(length: number): Uint8Array } {
  const left = [...numbers];
  let next = 0;
  return { bytes: () => u32Bytes((next = left.shift() ?? next + 1)) };
}

describe('SpiPool', () => {
  it('never hands out a reserved SPI below 256 (RFC 4303 §2.1)', () => {
    expect(new SpiPool(scripted(0, 255, 256)).allocate()).toBe(256);
  });
  it('skips an SPI that is reserved', () => {
    const pool = new SpiPool(scripted(1000, 1000, 1001));
    expect([pool.allocate(), pool.allocate()]).toEqual([1000, 1001]);
  });
  it('skips an SPI that is installed, and takes it again once released', () => {
    const pool = new SpiPool(scripted(1000, 2000, 1000, 1000));
    pool.install(1000);
    expect(pool.allocate()).toBe(2000);
    pool.release(1000);
    expect(pool.allocate()).toBe(1000);
  });
  it('keeps at most 4096 reservations: the oldest lapses', () => {
    const pool = new SpiPool(scripted(...Array.from({ length: 4097 }, (_, i) => 1000 + i), 5096, 1001, 1000));
    for (let i = 0; i < 4097; i++) pool.allocate();
    // 5096 and 1001 are still reserved, 1000 is the one that had to go.
    expect(pool.allocate()).toBe(1000);
  });
  it('spreads SPIs over all 32 bits', () => {
    const pool = new SpiPool(seededRandom('spi'));
    const spis = Array.from({ length: 200 }, () => pool.allocate());
    expect(new Set(spis).size).toBe(200);
    expect(Math.max(...spis)).toBeGreaterThan(0xf000_0000);
    expect(Math.min(...spis)).toBeLessThan(0x1000_0000);
  });
});
