import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../src/base/bytes.ts';
import { GROUPS } from '../../src/crypto/groups.ts';
import { agreeEcp, publicValueEcp } from '../../src/crypto/native-ecp.ts';
import { readInProject } from '../project.ts';
import { fixedPrivateValue } from './fixed-values.ts';
import { refusal } from './refusal.ts';
import { field, parseRsp } from './rsp.ts';
import { toNumber, toOctets } from './slow-modp.ts';

const NAMES = ['ecp256', 'ecp384'] as const;

const FIELD_PRIME = {
  ecp256: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  ecp384: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
};

/** As for MODP: private values whose x coordinate, y coordinate, or secret with value 0 begins with a zero octet. */
const LEADING_ZERO = {
  ecp256: { x: 37, y: 50, secret: 506 },
  ecp384: { x: 40, y: 212, secret: 57 },
} as const;

interface Rfc5903 {
  readonly cases: readonly Record<'i' | 'gix' | 'giy' | 'r' | 'grx' | 'gry' | 'girx', string>[];
}
const rfc5903 = (JSON.parse(readInProject('vectors/rfc/rfc5903-ecp.json')) as Rfc5903).cases;
const nist = parseRsp(readInProject('vectors/nist-cavp/KAS_ECC_CDH_PrimitiveTest-p256-p384.txt'));

interface Wycheproof {
  readonly testGroups: readonly {
    readonly tests: readonly Record<'tcId' | 'comment' | 'public' | 'private' | 'shared' | 'result', string>[];
  }[];
}
const wycheproof = (curve: string) =>
  (JSON.parse(readInProject(`vectors/wycheproof/ecdh_${curve}_ecpoint_test.json`)) as Wycheproof).testGroups.flatMap(
    (group) => group.tests,
  );

describe.each(NAMES)('%s', (group) => {
  const { publicBytes, secretBytes } = GROUPS[group];
  const d = fixedPrivateValue(group, 1);

  test('computes the example of RFC 5903 §8', () => {
    const given = rfc5903[group === 'ecp256' ? 0 : 1];
    if (given === undefined) throw new Error('vector missing');
    const [i, r] = [fromHex(given.i), fromHex(given.r)];
    const [gi, gr] = [fromHex(given.gix + given.giy), fromHex(given.grx + given.gry)];
    expect(publicValueEcp(group, i)).toEqual(gi);
    expect(publicValueEcp(group, r)).toEqual(gr);
    expect(agreeEcp(group, i, gr)).toEqual(fromHex(given.girx));
    expect(agreeEcp(group, r, gi)).toEqual(fromHex(given.girx));
  });

  test("computes NIST's ECC CDH cases", () => {
    const cases = nist.filter((rsp) => rsp.headings.includes(group === 'ecp256' ? 'P-256' : 'P-384'));
    expect(cases.length).toBe(25);
    for (const rsp of cases) {
      const private_ = fromHex(field(rsp, 'dIUT'));
      expect(toHex(publicValueEcp(group, private_))).toBe(field(rsp, 'QIUTx') + field(rsp, 'QIUTy'));
      const peer = fromHex(field(rsp, 'QCAVSx') + field(rsp, 'QCAVSy'));
      expect(toHex(agreeEcp(group, private_, peer))).toBe(field(rsp, 'ZIUT'));
    }
  });

  test("agrees with Wycheproof's verdicts on uncompressed points", () => {
    const cases = wycheproof(group === 'ecp256' ? 'secp256r1' : 'secp384r1').filter((one) =>
      one.public.startsWith('04'),
    );
    expect(cases.length).toBe(group === 'ecp256' ? 144 : 81);
    for (const one of cases) {
      const private_ = toOctets(BigInt(`0x${one.private}`), secretBytes);
      const peer = fromHex(one.public.slice(2));
      if (one.result === 'valid') expect(toHex(agreeEcp(group, private_, peer)), one.tcId).toBe(one.shared);
      else expect(refusal(() => agreeEcp(group, private_, peer)).code, one.tcId).toBe('INVALID_KEY_INFORMATION');
    }
  });

  test.each(['x', 'y'] as const)('keeps the leading zeros of a short %s coordinate (RFC 5903 §7)', (coordinate) => {
    const value = publicValueEcp(group, fixedPrivateValue(group, LEADING_ZERO[group][coordinate]));
    expect([value.length, value[coordinate === 'x' ? 0 : secretBytes]]).toEqual([publicBytes, 0]);
  });

  test('keeps the leading zeros of a short secret (RFC 5903 §7)', () => {
    const peer = publicValueEcp(group, fixedPrivateValue(group, 0));
    const secret = agreeEcp(group, fixedPrivateValue(group, LEADING_ZERO[group].secret), peer);
    expect([secret.length, secret[0]]).toEqual([secretBytes, 0]);
  });

  test.each([
    ['one octet short', publicBytes - 1],
    ['with the 0x04 of an uncompressed point', publicBytes + 1],
    ['of x alone', secretBytes],
    ['empty', 0],
  ])('refuses a public value %s', (_, length) => {
    const peer = concat(Uint8Array.of(4), publicValueEcp(group, d)).slice(0, length);
    expect(refusal(() => agreeEcp(group, d, peer))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group, reason: 'wrong length', want: publicBytes, have: length },
    });
  });

  test.each([
    ['0, 0', () => new Uint8Array(publicBytes)],
    ['a point with its last bit flipped', () => flipLastBit(publicValueEcp(group, d))],
    ['a coordinate beyond the field', () => new Uint8Array(publicBytes).fill(0xff)],
    [
      'x = p, which is 0 written beyond the field',
      () => concat(toOctets(FIELD_PRIME[group], secretBytes), new Uint8Array(secretBytes)),
    ],
  ])('refuses %s as no point of the curve (RFC 6989 §2.3)', (_, peer) => {
    expect(refusal(() => agreeEcp(group, d, peer()))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group, reason: 'not a point of the curve' },
    });
  });

  test('gives the same secret for a point and its mirror image, as only x counts', () => {
    const peer = publicValueEcp(group, fixedPrivateValue(group, 2));
    const y = FIELD_PRIME[group] - toNumber(peer.slice(secretBytes));
    const mirrored = concat(peer.slice(0, secretBytes), toOctets(y, secretBytes));
    expect(agreeEcp(group, d, mirrored)).toEqual(agreeEcp(group, d, peer));
  });
});

test('two sides always agree, on exactly the length of the group', () => {
  const number = fc.integer({ min: 0, max: 1e6 });
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), number, number, (group, a, b) => {
      const [i, r] = [fixedPrivateValue(group, a), fixedPrivateValue(group, b)];
      const secret = agreeEcp(group, i, publicValueEcp(group, r));
      expect(secret.length).toBe(GROUPS[group].secretBytes);
      expect(agreeEcp(group, r, publicValueEcp(group, i))).toEqual(secret);
    }),
    { numRuns: 40 },
  );
});

function flipLastBit(value: Uint8Array): Uint8Array {
  return value.map((octet, i) => (i === value.length - 1 ? octet ^ 1 : octet));
}
