import { describe, expect, it } from 'vitest';
import { encapsulationMode, encapsulationModes } from '../../src/natt/dialect.ts';
import { DIALECTS } from '../../src/natt/vendor-ids.ts';

const [rfc, draft] = DIALECTS;

describe('encapsulationMode', () => {
  it.each([
    ['tunnel', undefined, 1],
    ['transport', undefined, 2],
    ['tunnel', rfc, 3],
    ['transport', rfc, 4],
    ['tunnel', draft, 61_443],
    ['transport', draft, 61_444],
  ] as const)(
    'of %s is the plain one without NAT, else that of the dialect (RFC 3947 §5.1)',
    (mode, dialect, number) => {
      expect(encapsulationMode(mode, dialect)).toBe(number);
    },
  );
});

describe('encapsulationModes', () => {
  it.each([
    ['tunnel', undefined, [1]],
    ['transport', undefined, [2]],
    ['tunnel', rfc, [3, 61_443]],
    ['transport', rfc, [4, 61_444]],
    ['tunnel', draft, [61_443, 3]],
    ['transport', draft, [61_444, 4]],
  ] as const)('of %s takes either number behind a NAT, never plain and UDP together', (mode, dialect, numbers) => {
    expect(encapsulationModes(mode, dialect)).toEqual(numbers);
  });
});
