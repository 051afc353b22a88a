import { expect, test } from 'vitest';
import { parseMark } from '../../src/config/marks.ts';

test.each([
  ['7', { value: 7, mask: 0xffff_ffff }],
  ['0x7/0xff', { value: 7, mask: 0xff }],
  ['0xffffffff', { value: 0xffff_ffff, mask: 0xffff_ffff }],
])('the mark %s is read', (text, value) => {
  expect(parseMark(text)).toEqual({ ok: true, value });
});

test.each(['', 'seven', '-1', '0x100000000', '1/2/3', '0x100/0xff'])('%j is no mark', (text) => {
  expect(parseMark(text)).toMatchObject({ ok: false, refusal: { code: 'INVALID_VALUE' } });
});
