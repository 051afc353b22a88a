import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ipAddress } from '../../src/base/address.ts';
import { u32Bytes } from '../../src/base/bytes.ts';
import { parseSelector, selectorHas } from '../../src/base/selector.ts';
import { rangePrefixes } from '../../src/linux/prefixes.ts';

const texts = (range: string): string[] =>
  rangePrefixes(parseSelector(range)).map(({ address, length }) => `${address}/${length}`);

describe('rangePrefixes', () => {
  it.each([
    ['10.2.0.0/24', ['10.2.0.0/24']],
    ['0.0.0.0/0', ['0.0.0.0/0']],
    ['::/0', ['::/0']],
    ['10.2.0.7', ['10.2.0.7/32']],
    ['255.255.255.255', ['255.255.255.255/32']],
    ['10.0.0.1-10.0.0.6', ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']],
    ['2001:db8::-2001:db8::ffff', ['2001:db8::/112']],
  ])('of %s are %j', (range, expected) => {
    expect(texts(range)).toEqual(expected);
  });
  it('are together the range, each address once, for every range', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(number, number, number, (a, b, probe) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)].map((value) => ipAddress(u32Bytes(value)));
        if (first === undefined || last === undefined) return;
        const address = ipAddress(u32Bytes(probe));
        const holding = rangePrefixes({ first, last }).filter((prefix) =>
          selectorHas(parseSelector(`${prefix.address}/${prefix.length}`), address),
        );
        expect(holding.length).toBe(selectorHas({ first, last }, address) ? 1 : 0);
      }),
      { seed: 4632 },
    );
  });
});
