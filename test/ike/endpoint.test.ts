import { describe, expect, it } from 'vitest';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';

describe('two endpoints', () => {
  it('bring up Main Mode and Quick Mode with a pre-shared key', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'));
    pair.initiate();
    expect(pair.wire).toHaveLength(9);
    expect(pair.a.installed.map(({ spi, keys }) => [spi, keys])).toEqual(
      pair.b.installed.map(({ spi, keys }) => [spi, keys]).reverse(),
    );
  });
});
