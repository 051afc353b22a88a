import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

describe('a seeded generator', () => {
  it('gives the same for the same seed and something else for another', () => {
    const [a, again, other] = ['seed', 'seed', 'seed!'].map((seed) => new SeededRandom(seed).bytes(64));
    expect(a).toEqual(again);
    expect(a).not.toEqual(other);
  });

  it('has forks that do not depend on what was drawn, and know their names', () => {
    const one = new SeededRandom('seed');
    const drawn = new SeededRandom('seed');
    drawn.bytes(1000);
    const fork = one.fork('host').fork('nonce');
    expect(drawn.fork('host').fork('nonce').bytes(32)).toEqual(fork.bytes(32));
    expect(one.fork('host').bytes(32)).not.toEqual(one.fork('link').bytes(32));
    expect(new SeededRandom(fork.seed).u32()).toBe(one.fork('host').fork('nonce').u32());
  });

  it('spreads evenly enough to play with', () => {
    const random = new SeededRandom('even');
    const counts = new Uint32Array(256);
    for (const octet of random.bytes(256_000)) counts[octet] = (counts[octet] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
    const hits = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length;
    expect(hits / 10_000).toBeCloseTo(0.3, 1);
    expect([random.chance(0), random.chance(1)]).toEqual([false, true]);
  });
});
