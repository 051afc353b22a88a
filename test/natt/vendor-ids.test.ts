import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { DIALECTS, NATT_VENDOR_IDS, UNSPOKEN_NATT_VENDOR_IDS, chooseDialect } from '../../src/natt/vendor-ids.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const [rfc, draft3, draft2, draft2Bare] = NATT_VENDOR_IDS as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const OTHER = fromHex('00112233445566778899aabbccddeeff');

describe('the vendor ids of NAT traversal', () => {
  it('are MD5 digests and go out best first (RFC 3947 §3.1)', () => {
    expect(NATT_VENDOR_IDS.map(toHex)).toEqual(
      [
        'RFC 3947',
        'draft-ietf-ipsec-nat-t-ike-03',
        'draft-ietf-ipsec-nat-t-ike-02\n',
        'draft-ietf-ipsec-nat-t-ike-02',
      ].map(md5),
    );
  });

  it.each(Object.entries(UNSPOKEN_NATT_VENDOR_IDS))('name %s by the text that was hashed', (text, hex) => {
    expect(md5(text)).toBe(hex);
  });

  it('stand for numbers of the RFC or of the drafts (RFC 3947 §3.2, §5.1, §5.2)', () => {
    const numbers = DIALECTS.map(({ natD, natOa, udpTunnel, udpTransport }) => [natD, natOa, udpTunnel, udpTransport]);
    const draft = [130, 131, 61_443, 61_444];
    expect(numbers).toEqual([[20, 21, 3, 4], draft, draft, draft]);
  });
});

describe('chooseDialect', () => {
  it.each([
    ['the RFC, whatever the order', [draft2, OTHER, rfc, draft3], DIALECTS[0]],
    ['the third draft before the second', [draft2, draft3], DIALECTS[1]],
    ['the second draft', [draft2], DIALECTS[2]],
    ['the second draft without line feed', [OTHER, draft2Bare], DIALECTS[3]],
    [
      'nothing from a peer that announces other things',
      [OTHER, fromHex('4485152d18b6bbcd0be8a8469579ddcc')],
      undefined,
    ],
    ['nothing from a peer that announces nothing', [], undefined],
    ['nothing from an id that is longer', [Uint8Array.of(...rfc, 0)], undefined],
  ])('takes %s', (_, ids, dialect) => {
    expect(chooseDialect(ids)).toBe(dialect);
  });
});
