import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { concat, fromHex, toHex, utf8Bytes } from '../../../src/base/bytes.ts';
import type { EspSuite } from '../../../src/crypto/esp-transforms.ts';
import { payloadEnd } from '../../../src/esp/userspace/packet.ts';
import { field, parseRsp } from '../../crypto/rsp.ts';
import { readInProject } from '../../project.ts';
import { espOf, readCapture, readSecrets, readVectors } from '../vectors.ts';
import { readEcho } from '../../../src/esp/userspace/icmp-echo.ts';
import { open, seal } from './sealed-packet.ts';
import { TRANSFORMS } from './transforms.ts';

const AUTH = Uint8Array.from({ length: 20 }, (_, i) => i);

/** The key of the captures with one tunnel: that of esp-secrets.txt with its last octet first. */
const SUNRISE_KEY = fromHex('4043434545464649494a4a4c4c4f4f515152525454575758');

/** The packet with an HMAC-SHA1-96 behind it: these vectors were made without an ICV, or its key is not known. */
const authenticated = (packet: Uint8Array): Uint8Array =>
  concat(packet, createHmac('sha1', AUTH).update(packet).digest().subarray(0, 12));

interface CbcCase {
  readonly title: string;
  readonly key: string;
  readonly iv: string;
  readonly plaintext_padded?: string;
  readonly esp_packet?: string;
}
interface XcbcCase {
  readonly case: number;
  readonly key: string;
  readonly message: string;
  readonly mac: string;
}
interface GcmCase {
  readonly algorithm: string;
  readonly key: string;
  readonly salt: string;
  readonly iv: string;
  readonly spi: string;
  readonly seq: string;
  readonly plaintext: string;
  readonly packet: string;
  readonly esn: boolean;
}

describe.each(TRANSFORMS)('ESP transforms of $name', (transforms) => {
  const cbc = readVectors<{ cases: CbcCase[] }>('rfc3602-aes-cbc.json').cases.filter((vector) => vector.esp_packet);
  it('has the four ESP packets of RFC 3602 §4', () => {
    expect(cbc.length).toBe(4);
  });
  it.each(cbc)('seals and opens RFC 3602 §4: $title', ({ key, plaintext_padded = '', esp_packet = '' }) => {
    const keys = { encryption: fromHex(key), integrity: AUTH };
    const suite: EspSuite = { cipher: 'aes128', integrity: 'sha1' };
    const packet = authenticated(fromHex(esp_packet));
    expect(toHex(open(transforms, suite, keys, packet) ?? new Uint8Array())).toBe(plaintext_padded);
    expect(toHex(seal(transforms, suite, keys, packet.subarray(0, 24), fromHex(plaintext_padded)))).toBe(toHex(packet));
  });

  const gcm = readVectors<{ cases: GcmCase[] }>('draft-mcgrew-gcm-test-01-esp.json').cases.filter(
    (vector) => vector.algorithm === 'AES-GCM-ESP' && !vector.esn,
  );
  it('has the GCM packets without extended sequence numbers of draft-mcgrew-gcm-test-01', () => {
    expect(gcm.length).toBeGreaterThanOrEqual(3);
  });
  it.each(gcm)('seals and opens draft-mcgrew-gcm-test-01: SPI $spi, number $seq', (vector) => {
    const bits = (vector.key.length * 4) as 128 | 192 | 256;
    const suite: EspSuite = { cipher: `aes${bits}gcm16` };
    const keys = { encryption: fromHex(vector.key + vector.salt), integrity: new Uint8Array() };
    const packet = fromHex(vector.packet);
    expect(toHex(open(transforms, suite, keys, packet) ?? new Uint8Array())).toBe(vector.plaintext);
    const before = fromHex(vector.spi + vector.seq + vector.iv);
    expect(toHex(seal(transforms, suite, keys, before, fromHex(vector.plaintext)))).toBe(vector.packet);
  });

  it.each(gcm)(
    'cuts the ICV of draft-mcgrew-gcm-test-01 to 12 and 8 octets (RFC 4106 §6): SPI $spi, number $seq',
    (vector) => {
      const bits = (vector.key.length * 4) as 128 | 192 | 256;
      const keys = { encryption: fromHex(vector.key + vector.salt), integrity: new Uint8Array() };
      const before = fromHex(vector.spi + vector.seq + vector.iv);
      for (const icvBytes of [12, 8] as const) {
        const suite: EspSuite = { cipher: `aes${bits}gcm${icvBytes}` };
        // The shorter tag is the head of the longer one (NIST SP 800-38D §7.1).
        const packet = fromHex(vector.packet).slice(0, icvBytes - 16);
        expect(toHex(seal(transforms, suite, keys, before, fromHex(vector.plaintext)))).toBe(toHex(packet));
        expect(toHex(open(transforms, suite, keys, packet) ?? new Uint8Array())).toBe(vector.plaintext);
        const forged = packet.map((octet, i) => (i === packet.length - 1 ? octet ^ 1 : octet));
        expect(open(transforms, suite, keys, forged)).toBeUndefined();
      }
    },
  );

  const des = parseRsp(readInProject('vectors/nist-cavp/TCBCMMT1.rsp'));
  it('has ten encryptions and ten decryptions with one key of 3DES, which is DES', () => {
    expect(des.length).toBe(20);
  });
  it.each(des)("seals and opens NIST's TCBCMMT1 as DES with HMAC-MD5-96 (RFC 2405, RFC 2403)", (rsp) => {
    const key = new Uint8Array(16).fill(0x0b);
    const keys = { encryption: fromHex(field(rsp, 'KEY1')), integrity: key };
    const suite: EspSuite = { cipher: 'des', integrity: 'md5' };
    const before = fromHex(`0000100100000001${field(rsp, 'IV')}`);
    const sealed = concat(before, fromHex(field(rsp, 'CIPHERTEXT')));
    const packet = concat(sealed, createHmac('md5', key).update(sealed).digest().subarray(0, 12));
    expect(toHex(seal(transforms, suite, keys, before, fromHex(field(rsp, 'PLAINTEXT'))))).toBe(toHex(packet));
    expect(toHex(open(transforms, suite, keys, packet) ?? new Uint8Array())).toBe(field(rsp, 'PLAINTEXT'));
  });

  it('leaves a packet of the NULL cipher readable and proves it (RFC 2410)', () => {
    const suite: EspSuite = { cipher: 'null', integrity: 'sha256' };
    const key = new Uint8Array(32).fill(0x0b);
    const keys = { encryption: new Uint8Array(), integrity: key };
    const before = fromHex('0000100100000001');
    const plaintext = utf8Bytes('what everybody may read\x01\x02\x02\x04');
    const sealed = concat(before, plaintext);
    const packet = concat(sealed, createHmac('sha256', key).update(sealed).digest().subarray(0, 16));
    expect(toHex(seal(transforms, suite, keys, before, plaintext))).toBe(toHex(packet));
    expect(open(transforms, suite, keys, packet)).toEqual(plaintext);
    expect(
      open(
        transforms,
        suite,
        keys,
        packet.map((octet, i) => (i === 10 ? octet ^ 1 : octet)),
      ),
    ).toBeUndefined();
  });

  const xcbc = readVectors<{ cases: XcbcCase[] }>('rfc3566-aes-xcbc-mac.json').cases;
  it('has the seven cases of RFC 3566 §4.6', () => {
    expect(xcbc.length).toBe(7);
  });
  it.each(xcbc)('cuts AES-XCBC-MAC of RFC 3566 §4.6 to 96 bits: case $case', ({ key, message, mac }) => {
    const keys = { encryption: new Uint8Array(), integrity: fromHex(key) };
    const suite: EspSuite = { cipher: 'null', integrity: 'aesxcbc' };
    expect(toHex(seal(transforms, suite, keys, fromHex(message), new Uint8Array()))).toBe(message + mac.slice(0, 24));
  });

  it('cuts HMAC-SHA-256 to 96 bits where the suite says so', () => {
    const keys = { encryption: new Uint8Array(), integrity: new Uint8Array(32).fill(0x0b) };
    const packet = fromHex('00001001000000016d6573736167650200');
    const icv = createHmac('sha256', keys.integrity).update(packet).digest().subarray(0, 12);
    const sealed = seal(transforms, { cipher: 'null', integrity: 'sha256_96' }, keys, packet, new Uint8Array());
    expect(toHex(sealed)).toBe(toHex(concat(packet, icv)));
  });

  it('opens a packet of a strongSwan, AES-CBC with HMAC-SHA1-96', () => {
    const { constants } = readVectors<{ constants: Record<string, string> }>('esp-messages.json');
    const keys = {
      encryption: fromHex(constants['WITHAUTH_ENC_KEY'] ?? ''),
      integrity: fromHex(constants['WITHAUTH_AUTH_KEY'] ?? ''),
    };
    const packet = fromHex(constants['WITHAUTH_MSG'] ?? '');
    const plaintext = open(transforms, { cipher: 'aes128', integrity: 'sha1' }, keys, packet) ?? new Uint8Array();
    const payload = plaintext.subarray(0, payloadEnd(plaintext, 0, plaintext.length));
    expect(toHex(payload)).toBe(constants['WITHAUTH_PAYLOAD']?.toLowerCase());
  });

  it.each(['02-sunrise-sunset-esp.pcap', 'espudp1.pcap'])(
    'opens and seals again what KLIPS sent in %s (3DES)',
    (name) => {
      const pings = readCapture(name).map((frame) => {
        // Its HMAC key is not in the capture: the last 12 octets are replaced by ours.
        const packet = authenticated(espOf(frame).subarray(0, -12));
        const keys = { encryption: SUNRISE_KEY, integrity: AUTH };
        const suite: EspSuite = { cipher: '3des', integrity: 'sha1' };
        const plaintext = open(transforms, suite, keys, packet) ?? new Uint8Array();
        expect(toHex(seal(transforms, suite, keys, packet.subarray(0, 16), plaintext))).toBe(toHex(packet));
        const echo = readEcho(plaintext.subarray(0, payloadEnd(plaintext, 0, plaintext.length)));
        return `${echo?.source} > ${echo?.destination} ${echo?.kind} ${echo?.identifier} ${echo?.sequence}`;
      });
      const sequences = [1280, 1536, 1792, 2048, 2304, 2560, 2816, 3072];
      expect(pings).toEqual(sequences.map((sequence) => `192.0.2.1 > 192.0.1.1 request 28416 ${sequence}`));
    },
  );

  it('opens ESP within ESP in 08-sunrise-sunset-esp2.pcap (3DES twice)', () => {
    const secrets = readSecrets();
    const [frame = new Uint8Array()] = readCapture('08-sunrise-sunset-esp2.pcap');
    const suite: EspSuite = { cipher: '3des', integrity: 'sha1' };
    let packet = espOf(frame);
    const spis: string[] = [];
    while (secrets.has(spiOf(packet))) {
      spis.push(spiOf(packet).toString(16));
      const keys = { encryption: secrets.get(spiOf(packet)) ?? new Uint8Array(), integrity: AUTH };
      const plaintext = open(transforms, suite, keys, authenticated(packet.subarray(0, -12))) ?? new Uint8Array();
      const inner = plaintext.subarray(0, payloadEnd(plaintext, 0, plaintext.length));
      packet = inner[9] === 50 ? inner.subarray(20) : inner;
    }
    expect(spis).toEqual(['12345678', 'abcdabcd']);
    expect(readEcho(packet)?.destination).toBe('192.0.1.1');
  });
});

const spiOf = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getUint32(0);
