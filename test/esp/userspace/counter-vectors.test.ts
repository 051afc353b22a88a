import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { concat, fromHex, toHex, u32Bytes } from '../../../src/base/bytes.ts';
import type { EspSuite } from '../../../src/crypto/esp-transforms.ts';
import { readInProject } from '../../project.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { readVectors } from '../vectors.ts';
import { open, seal } from './sealed-packet.ts';
import { slowCcm } from './slow-ccm.ts';
import { TRANSFORMS } from './transforms.ts';

type Bits = 128 | 192 | 256;
const bitsOf = (key: string): Bits => (key.length * 4) as Bits;
const NONE = new Uint8Array();

interface CtrCase {
  readonly title: string;
  readonly key: string;
  readonly nonce: string;
  readonly iv: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}
interface CcmCase {
  readonly tcId: number;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}
interface GmacCase {
  readonly key: string;
  readonly salt: string;
  readonly spi: string;
  readonly seq: string;
  readonly iv: string;
  readonly plaintext: string;
  readonly icv: string;
}

describe.each(TRANSFORMS)('ESP in counter modes of $name', (transforms) => {
  const ctr = readVectors<{ cases: CtrCase[] }>('rfc3686-aes-ctr.json').cases;
  it('has the nine cases of RFC 3686 §6', () => {
    expect(ctr.length).toBe(9);
  });
  it.each(ctr)('seals and opens RFC 3686 §6: $title', ({ key, nonce, iv, plaintext, ciphertext }) => {
    const integrity = new Uint8Array(20).fill(0x0b);
    const keys = { encryption: fromHex(key + nonce), integrity };
    const suite: EspSuite = { cipher: `aes${bitsOf(key)}ctr`, integrity: 'sha1' };
    const before = fromHex(`0000100100000001${iv}`);
    const sealed = concat(before, fromHex(ciphertext));
    const packet = concat(sealed, createHmac('sha1', integrity).update(sealed).digest().subarray(0, 12));
    expect(toHex(seal(transforms, suite, keys, before, fromHex(plaintext)))).toBe(toHex(packet));
    expect(toHex(open(transforms, suite, keys, packet) ?? NONE)).toBe(plaintext);
  });

  const ccm = JSON.parse(readInProject('vectors/wycheproof/aes_ccm_esp.json')) as { readonly cases: CcmCase[] };
  it('has the nine cases of Wycheproof with the lengths of ESP', () => {
    expect(ccm.cases.length).toBe(9);
  });
  it.each(ccm.cases)('seals and opens what Wycheproof has of CCM: case $tcId', ({ key, iv, aad, msg, ct, tag }) => {
    // The nonce is salt and IV (RFC 4309 §4), the associated data are SPI and sequence number (§5).
    const keys = { encryption: fromHex(key + iv.slice(0, 6)), integrity: NONE };
    const suite: EspSuite = { cipher: `aes${bitsOf(key)}ccm16` };
    const before = fromHex(aad + iv.slice(6));
    expect(toHex(seal(transforms, suite, keys, before, fromHex(msg)))).toBe(toHex(before) + ct + tag);
    expect(toHex(open(transforms, suite, keys, fromHex(toHex(before) + ct + tag)) ?? NONE)).toBe(msg);
  });

  it.each([16, 12, 8] as const)('has CCM with an ICV of %i octets as SP 800-38C has it, ESN or not', (icvBytes) => {
    for (const bits of [128, 192, 256] as const) {
      const [key, salt] = [fixedBytes(`key ${bits}`, bits / 8), fixedBytes('salt', 3)];
      const [head, iv, plaintext] = [fixedBytes('head', 8), fixedBytes('iv', 8), fixedBytes('plaintext', 76)];
      for (const esn of [false, true]) {
        const suite: EspSuite = { cipher: `aes${bits}ccm${icvBytes}`, ...(esn ? { esn } : {}) };
        const associated = esn ? concat(head.subarray(0, 4), u32Bytes(0xfedcba98), head.subarray(4)) : head;
        const sealed = slowCcm(key, concat(salt, iv), associated, plaintext, icvBytes);
        const keys = { encryption: concat(key, salt), integrity: NONE };
        const packet = seal(transforms, suite, keys, concat(head, iv), plaintext, 0xfedcba98);
        expect(toHex(packet)).toBe(toHex(concat(head, iv, sealed)));
        expect(open(transforms, suite, keys, packet, 0xfedcba98)).toEqual(plaintext);
        expect(open(transforms, suite, keys, packet, 0xfedcba99) === undefined).toBe(esn);
      }
    }
  });

  const gmac = readVectors<{ cases: GmacCase[] }>('draft-mcgrew-gcm-test-01-gmac.json').cases;
  it.each(gmac)('seals and opens the GMAC packet of draft-mcgrew-gcm-test-01, IV included', (vector) => {
    const keys = { encryption: fromHex(vector.key + vector.salt), integrity: NONE };
    const suite: EspSuite = { cipher: 'aes128gmac' };
    const before = fromHex(vector.spi + vector.seq + vector.iv);
    const packet = toHex(before) + vector.plaintext + vector.icv;
    expect(toHex(seal(transforms, suite, keys, before, fromHex(vector.plaintext)))).toBe(packet);
    expect(toHex(open(transforms, suite, keys, fromHex(packet)) ?? NONE)).toBe(vector.plaintext);
    for (const at of [0, 7, 8, 15, 16, 40, 75]) {
      const forged = fromHex(packet).map((octet, i) => (i === at ? octet ^ 1 : octet));
      expect(open(transforms, suite, keys, forged)).toBeUndefined();
    }
  });
});
