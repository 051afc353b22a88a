import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { DPD_VENDOR_ID, isDpdVendorId } from '../../src/dpd/vendor-id.ts';

describe('the vendor id of DPD (RFC 3706 §5.1)', () => {
  it('ends with the version 1.0', () => {
    expect(DPD_VENDOR_ID).toEqual(fromHex('afcad71368a1f1c96b8696fc7757 0100'));
  });

  it.each([
    ['version 1.0', 'afcad71368a1f1c96b8696fc7757 0100', true],
    ['a later minor version', 'afcad71368a1f1c96b8696fc7757 0105', true],
    ['no version', 'afcad71368a1f1c96b8696fc7757', true],
    ['another major version', 'afcad71368a1f1c96b8696fc7757 0200', false],
    ['less than the name', 'afcad71368a1f1c96b8696fc77', false],
    ['another name', 'afcad71368a1f1c96b8696fc7758 0100', false],
    ['nothing', '', false],
  ])('is recognised with %s: %s', (_, hex, recognised) => {
    expect(isDpdVendorId(fromHex(hex))).toBe(recognised);
  });
});
