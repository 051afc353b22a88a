import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/base/selector.ts';
import { AddressPool } from '../../src/ike/address-pool.ts';

const leases = (pool: AddressPool, ...holders: readonly string[]): (string | undefined)[] =>
  holders.map((holder) => pool.lease(holder));

describe('the addresses of a pool', () => {
  it('are given from the lowest, the first and the last of a prefix kept', () => {
    expect(leases(new AddressPool(parseSelector('10.9.0.0/30')), 'a', 'b', 'c')).toEqual([
      '10.9.0.1',
      '10.9.0.2',
      undefined,
    ]);
  });
  it('are all of a range, of two, and of one', () => {
    expect(leases(new AddressPool(parseSelector('10.9.0.7-10.9.0.9')), 'a', 'b', 'c', 'd')).toEqual([
      '10.9.0.7',
      '10.9.0.8',
      '10.9.0.9',
      undefined,
    ]);
    expect(leases(new AddressPool(parseSelector('10.9.0.0/31')), 'a', 'b')).toEqual(['10.9.0.0', '10.9.0.1']);
    expect(leases(new AddressPool(parseSelector('255.255.255.255')), 'a', 'b')).toEqual(['255.255.255.255', undefined]);
  });
  it('of IPv6 are given from the lowest, the first of a prefix kept: it is any router there (RFC 4291 §2.6.1)', () => {
    expect(leases(new AddressPool(parseSelector('2001:db8:9::/126')), 'a', 'b', 'c', 'd')).toEqual([
      '2001:db8:9::1',
      '2001:db8:9::2',
      '2001:db8:9::3',
      undefined,
    ]);
    expect(leases(new AddressPool(parseSelector('::/0')), 'a', 'b')).toEqual(['::1', '::2']);
    expect(leases(new AddressPool(parseSelector('2001:db8::ffff')), 'a', 'b')).toEqual(['2001:db8::ffff', undefined]);
  });
  it('are the same for the same holder, and are given again once they are free', () => {
    const pool = new AddressPool(parseSelector('10.9.0.0/29'));
    expect(leases(pool, 'a', 'b', 'a')).toEqual(['10.9.0.1', '10.9.0.2', '10.9.0.1']);
    pool.release('a');
    pool.release('nobody');
    expect(pool.leases).toBe(1);
    expect(leases(pool, 'c', 'a')).toEqual(['10.9.0.1', '10.9.0.3']);
  });
  it('are found at once where most of a large pool is taken', () => {
    const pool = new AddressPool(parseSelector('10.0.0.0/8'));
    for (let i = 0; i < 50_000; i++) pool.lease(String(i));
    pool.release('49998');
    expect(leases(pool, 'x', 'y')).toEqual(['10.0.195.79', '10.0.195.81']);
  });
});
