import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { recogniseVendorId } from '../../../src/ike/negotiate/vendor-ids.ts';

const md5 = (text: string): Uint8Array => Uint8Array.from(createHash('md5').update(text).digest());

describe('recogniseVendorId', () => {
  it.each([
    ['RFC 3947', 'NAT-T rfc3947'],
    ['draft-ietf-ipsec-nat-t-ike-03', 'NAT-T draft-03'],
    ['draft-ietf-ipsec-nat-t-ike-02\n', 'NAT-T draft-02'],
    ['draft-ietf-ipsec-nat-t-ike-02', 'NAT-T draft-02'],
    ['draft-ietf-ipsec-nat-t-ike-00', 'NAT-T draft-ietf-ipsec-nat-t-ike-00 (not spoken)'],
    ['strongSwan', 'strongSwan'],
    ['KAME/racoon', 'racoon (KAME)'],
    ['FRAGMENTATION', 'IKE fragmentation'],
    ['Vid-Initial-Contact', 'Microsoft Initial-Contact'],
    ['MS NT5 ISAKMPOAKLEY', 'Microsoft ISAKMP/Oakley'],
  ])('knows the MD5 of %j', (text, name) => {
    expect(recogniseVendorId(md5(text))).toBe(name);
  });

  it.each([
    ['FRAGMENTATION with capabilities', concat(md5('FRAGMENTATION'), fromHex('80000000')), 'IKE fragmentation'],
    ['CISCO-UNITY with its version', concat(md5('CISCO-UNITY').subarray(0, 14), fromHex('0100')), 'Cisco Unity'],
    ['XAUTH, half an MD5', md5('draft-ietf-ipsra-isakmp-xauth-06.txt').subarray(0, 8), 'XAUTH'],
    ['DPD', fromHex('afcad71368a1f1c96b8696fc77570100'), 'DPD'],
    ['Windows 8', concat(md5('MS NT5 ISAKMPOAKLEY'), fromHex('00000009')), 'Microsoft ISAKMP/Oakley'],
    ['text of NetScreen', utf8Bytes('Heartbeat_Notify'), 'Heartbeat_Notify'],
    ['text of libreswan', utf8Bytes('OE-Libreswan-4.12'), 'Openswan family (OE-Libreswan-4.12)'],
    ['text of Openswan', utf8Bytes('OEhbyQc@ZKyr'), 'Openswan family (OEhbyQc@ZKyr)'],
  ])('knows %s', (_, id, name) => {
    expect(recogniseVendorId(id)).toBe(name);
  });

  it.each([
    ['nothing at all', new Uint8Array(0)],
    ['less than it knows', fromHex('4048b7d5')],
    ['random octets', fromHex('00112233445566778899aabbccddeeff')],
    ['text with a control character', utf8Bytes('OE-Libre\u001b[31m')],
    ['text without an end', utf8Bytes(`OE${'x'.repeat(5000)}`)],
  ])('does not know %s, which is harmless', (_, id) => {
    expect(recogniseVendorId(id)).toBe(undefined);
  });
});
