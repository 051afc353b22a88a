import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex } from '../../../src/base/bytes.ts';
import { frameMessage, readMessage, viewPayloads, writeMessage } from '../../../src/ike/wire/message.ts';
import { printMessage, printPayloads } from '../../../src/ike/wire/print.ts';
import * as arbitrary from './arbitraries.ts';
import { recordedHandshake, recordedMessage } from './recorded.ts';

const printed = (datagram: Uint8Array): readonly string[] => printMessage(readMessage(datagram));
const HEADER = {
  initiatorCookie: fromHex('0102030405060708'),
  responderCookie: fromHex('1112131415161718'),
  exchangeType: 5,
  flags: 0,
  messageId: 0x2a,
};

describe('printMessage', () => {
  test('prints the first message of a Main Mode', () => {
    expect(printed(recordedMessage('cisco-joy/ikev1.pcap', 2))).toEqual([
      'MAIN-MODE c6d1459285150c7e:6e961f01bf179b35, 172 octets',
      '  SA, 48 octets: DOI 1, situation 1',
      '    proposal 0 ISAKMP',
      '      transform 0 KEY-IKE: LIFE-TYPE SECONDS, LIFE-DURATION 7800, ENCRYPTION-ALGORITHM 3DES-CBC, HASH-ALGORITHM SHA, ' +
        'AUTHENTICATION-METHOD PRE-SHARED-KEY, GROUP-DESCRIPTION MODP-1024',
      '  VENDOR-ID, 16 octets: 882fe56d6fd20dbc2251613b2ebe5beb',
      '  VENDOR-ID, 16 octets: 12f5f28c457168a9702d9fe274cc0100',
      '  VENDOR-ID, 8 octets: 09002689dfd6b712',
      '  VENDOR-ID, 16 octets: afcad71368a1f1c96b8696fc77570100',
      '  VENDOR-ID, 16 octets: 4a131c81070358455c5728f20e95452f',
    ]);
  });

  test('prints key exchange, nonce and NAT-D, long ones by their beginning', () => {
    expect(printed(recordedMessage('cisco-joy/ikev1.pcap', 5))).toEqual([
      'MAIN-MODE c6d1459285150c7e:6e961f01bf179b35, 228 octets',
      '  KE, 128 octets: a812a5fbfcbae82c7df0deaec2120fe8a9b7e82fc1ce7ad16e38e0687d3eb04f…',
      '  NONCE, 16 octets: 7483e964d559378a5555777464ad7ad9',
      '  NAT-D, 20 octets: 7048b170a54fa1c16582dce008d059de9295d7d3',
      '  NAT-D, 20 octets: c9e46dddfcc29d4ef72ba4da66d4720687e469e5',
    ]);
  });

  test('shows of an encrypted message what is in clear', () => {
    expect(printed(recordedMessage('tcpdump/isakmp4500.pcap', 35))).toEqual([
      'INFORMATIONAL 9e89f2388f90bc1e:0a74357ce3d1a4bf, message id 02bdc64f, flags ENCRYPTION, 76 octets',
      '  encrypted, first HASH, 48 octets',
    ]);
  });

  test('shows what was good before what was bad', () => {
    const lines = printed(recordedMessage('zeek-spicy-ipsec/ipsec-ikev1-payload-bad-length.pcap', 1));
    expect(lines.at(1)).toBe('  SA, 56 octets: DOI 1, situation 1');
    expect(lines.at(-1)).toBe(
      '  PAYLOAD_MALFORMED: payload does not match its declared length (what VENDOR-ID Payload Length, need 4, have 3); ' +
        'what is left: 0d0000034a131c81070358455c5728f20e95452f0d000014439b59f8ba676c4c…',
    );
  });

  test('shows a payload that does not decode by its octets, and reads on', () => {
    const datagram = writeMessage(HEADER, [
      { type: 10, body: fromHex('0102') },
      { type: 200, body: fromHex('aa') },
    ]);
    expect(printed(datagram)).toEqual([
      'INFORMATIONAL 0102030405060708:1112131415161718, message id 0000002a, 39 octets',
      '  NONCE, 2 octets: PAYLOAD_MALFORMED: payload does not match its declared length (what Nonce Data, need 8, have 2): 0102',
      '  PAYLOAD(200), 1 octet: aa',
    ]);
  });

  test('names flags, exchanges and versions that it does not know, and counts what is behind', () => {
    const message = frameMessage({ ...HEADER, exchangeType: 240, flags: 0x86, nextPayload: 0 }, fromHex('0000'));
    message[17] = 0x12;
    expect(printed(concat(message, Uint8Array.of(0)))).toEqual([
      'EXCHANGE(240) 0102030405060708:1112131415161718, message id 0000002a, flags COMMIT AUTHENTICATION-ONLY FLAG(128), version 1.2, 30 octets',
      '  2 octets behind the payloads: 0000',
      '  1 octet behind the message',
    ]);
  });

  test('never throws, and prints no control characters', () => {
    const start = recordedMessage('zeek-spicy-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap', 1);
    const changes = fc.array(fc.tuple(fc.integer({ min: 28, max: start.length - 1 }), arbitrary.u8), { maxLength: 12 });
    fc.assert(
      fc.property(changes, (list) => {
        const datagram = Uint8Array.from(start);
        for (const [at, octet] of list) datagram[at] = octet;
        const lines = printed(datagram);
        expect(lines.length).toBeGreaterThan(1);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      }),
      { seed: 2408, numRuns: 300 },
    );
  });
});

describe('printPayloads', () => {
  const print = (type: number, hex: string) => printPayloads([{ type, body: fromHex(hex), reserved: 0 }]);

  test('prints a decrypted Quick Mode', () => {
    const [, , , second = new Uint8Array()] = recordedHandshake().plaintexts;
    expect(printPayloads(viewPayloads(8, second).payloads)).toEqual([
      '  HASH, 20 octets: 048c08e48f9e96220cb6aa8cf56efed68d1cc108',
      '  SA, 48 octets: DOI 1, situation 1',
      '    proposal 0 ESP, SPI c6bf8b4d',
      '      transform 1 AES-CBC: KEY-LENGTH 128, AUTHENTICATION-ALGORITHM HMAC-SHA, ENCAPSULATION-MODE TUNNEL, LIFE-TYPE SECONDS, LIFE-DURATION 3600',
      '  NONCE, 32 octets: f7f30d166c81bbaec75d2d24cb08ffbdd99ae2c530699ca607f701af00fb69a4',
      '  ID, 8 octets: IPV4-ADDR 10.0.3.1',
      '  ID, 12 octets: IPV4-ADDR-SUBNET 10.1.0.0/255.255.255.0',
    ]);
  });

  test.each([
    [5, '02110064 67772e6578616d706c65', '  ID, 14 octets: FQDN @gw.example, protocol 17, port 100'],
    [5, '03000000 7540650a78', '  ID, 9 octets: USER-FQDN u@e\uFFFDx'],
    [5, '07000000 0a000001 0a000009', '  ID, 12 octets: IPV4-ADDR-RANGE 10.0.0.1-10.0.0.9'],
    [
      5,
      `06000000 20010db8${'00'.repeat(12)} ffffffff${'00'.repeat(12)}`,
      '  ID, 36 octets: IPV6-ADDR-SUBNET 2001:db8::/ffff:ffff::',
    ],
    [5, '09000000 3000', '  ID, 6 octets: DER-ASN1-DN 3000'],
    [5, 'c8000000 01', '  ID, 5 octets: ID(200) 01'],
    [6, '04 3082', '  CERT, 3 octets: X509-SIGNATURE 3082'],
    [7, '04', '  CERTREQ, 1 octet: X509-SIGNATURE'],
    [7, '63 30', '  CERTREQ, 2 octets: ENCODING(99) 30'],
    [
      11,
      '00000001 03049e35 01020304 ff',
      '  NOTIFICATION, 13 octets: NOTIFY(40501), DOI 1, ESP, SPI 01020304, data ff',
    ],
    [12, '00000001 03040002 01020304 05060708', '  DELETE, 16 octets: ESP, SPI 01020304 05060708'],
    [13, '', '  VENDOR-ID, 0 octets'],
    [21, '01000000 c0000201', '  NAT-OA, 8 octets: 192.0.2.1'],
    [131, `05000000 20010db8${'00'.repeat(11)}01`, '  NAT-OA-DRAFT, 20 octets: 2001:db8::1'],
    [132, '0001 02 01 abcd', '  FRAGMENT, 6 octets: id 1, number 2, last: abcd'],
    [132, '0001 01 00 abcd', '  FRAGMENT, 6 octets: id 1, number 1: abcd'],
  ])('prints a payload of type %d: %s', (type, hex, line) => {
    expect(print(type, hex)).toEqual([line]);
  });

  test('lists eight SPIs of a Delete and counts the others', () => {
    const spis = Array.from({ length: 10 }, (_, i) => `0000000${i}`);
    expect(print(12, `00000001 0304000a ${spis.join('')}`)).toEqual([
      `  DELETE, 48 octets: ESP, SPI ${spis.slice(0, 8).join(' ')} and 2 more`,
    ]);
  });

  test('cuts a name of which nobody wants to read all', () => {
    expect(print(5, `02000000 ${'61'.repeat(1000)}`)).toEqual([`  ID, 1004 octets: FQDN @${'a'.repeat(127)}…`]);
  });

  test('prints addresses as addresses and text as text, whatever it holds', () => {
    expect(
      print(
        14,
        '0200002a 0001 0004 0a000007 000a 0003 0a0000 0007 0003 761b31 4088 0000 c088 0001 7000 0002 6869 7010 0002 cafe',
      ),
    ).toEqual([
      '  CONFIGURATION, 46 octets: REPLY, identifier 42',
      '    INTERNAL-IP4-ADDRESS 10.0.0.7',
      '    INTERNAL-IP6-DNS 655360',
      '    APPLICATION-VERSION v\uFFFD1',
      '    XAUTH-TYPE',
      '    XAUTH-TYPE RADIUS-CHAP',
      '    UNITY-BANNER hi',
      '    ATTRIBUTE(28688) 51966',
    ]);
  });

  test('prints the networks of Cisco as such, and octets that are none as octets', () => {
    const network = '0a010000 ffff0000 0000 0000 0000';
    expect(print(14, `02000000 7004 001c ${network} 0a020000 ffffff00 000000000000 7006 0005 0a010000ff`)).toEqual([
      '  CONFIGURATION, 45 octets: REPLY, identifier 0',
      '    UNITY-SPLIT-INCLUDE 10.1.0.0/255.255.0.0 10.2.0.0/255.255.255.0',
      '    UNITY-LOCAL-LAN 0a010000ff',
    ]);
  });

  test('shows no password of XAUTH, though it is in clear here', () => {
    const lines = print(
      14,
      '02000007 4089 0003 626f62 408a 0006 736563726574 408b 0002 3132 4090 0001 31 4091 0001 32 c08f 0001',
    );
    expect(lines).toEqual([
      '  CONFIGURATION, 41 octets: REPLY, identifier 7',
      '    XAUTH-USER-NAME bob',
      '    XAUTH-USER-PASSWORD [secret]',
      '    XAUTH-PASSCODE [secret]',
      '    XAUTH-NEXT-PIN [secret]',
      '    XAUTH-ANSWER [secret]',
      '    XAUTH-STATUS OK',
    ]);
  });
});
