import { expect, test } from 'vitest';
import { citations } from './citations.ts';

test.each([
  ['as RFC 2409 §5.5 says', ['2409 5.5']],
  ['RFC 2408 §3.4 and §3.5', ['2408 3.4', '2408 3.5']],
  ['RFC 2409 §4, §5.4', ['2409 4', '2409 5.4']],
  [' * one (RFC\n * 3948 §2.1), two RFC 2407\n * §4.5', ['3948 2.1', '2407 4.5']],
  ['RFC 2409 App. A; RFC 2412 App. E', ['2409 A', '2412 E']],
  ['RFC 5952 at large, §3 of nothing', []],
])('citations are found in %j', (text, expected) => {
  expect(citations(text).map(({ rfc, section }) => `${rfc} ${section}`)).toEqual(expected);
});
