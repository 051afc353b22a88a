import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../src/base/bytes.ts';
import { type EcpName, GROUPS } from '../../src/crypto/groups.ts';
import { CURVES } from '../../src/crypto/curves.ts';
import { readInProject } from '../project.ts';
import { fixedPrivateValue } from './fixed-values.ts';
import { refusal } from './refusal.ts';
import { PROVIDERS } from './providers.ts';
import { field, parseRsp, type RspCase } from './rsp.ts';
import { powMod, toNumber, toOctets } from './slow-modp.ts';

const NAMES = ['ecp256', 'ecp384', 'ecp521'] as const;
const NIST_NAMES = { ecp256: 'P-256', ecp384: 'P-384', ecp521: 'P-521' } as const satisfies Record<EcpName, string>;

/** As for MODP: private values whose x coordinate, y coordinate, or secret with value 0 begins with a zero octet. */
const LEADING_ZERO = {
  ecp256: { x: 37, y: 50, secret: 506 },
  ecp384: { x: 40, y: 212, secret: 57 },
  ecp521: { x: 3, y: 1539, secret: 466 },
} as const;

interface Rfc5903 {
  readonly cases: readonly Record<'i' | 'gix' | 'giy' | 'r' | 'grx' | 'gry' | 'girx', string>[];
}
const rfc5903 = (JSON.parse(readInProject('vectors/rfc/rfc5903-ecp.json')) as Rfc5903).cases;
const nist = parseRsp(readInProject('vectors/nist-cavp/KAS_ECC_CDH_PrimitiveTest.txt'));

interface Wycheproof {
  readonly testGroups: readonly {
    readonly tests: readonly Record<'tcId' | 'comment' | 'public' | 'private' | 'shared' | 'result', string>[];
  }[];
}
const wycheproof = (curve: string) =>
  (JSON.parse(readInProject(`vectors/wycheproof/ecdh_${curve}_ecpoint_test.json`)) as Wycheproof).testGroups.flatMap(
    (group) => group.tests,
  );

const BOTH = PROVIDERS.flatMap((provider) => NAMES.map((group) => ({ provider, group })));

/** Wycheproof has none for P-521 in this form. */
const WYCHEPROOF = [
  { group: 'ecp256', curve: 'secp256r1', count: 144 },
  { group: 'ecp384', curve: 'secp384r1', count: 81 },
] as const;

describe.each(PROVIDERS.flatMap((provider) => WYCHEPROOF.map((curve) => ({ provider, ...curve }))))(
  '$group of the $provider.name provider',
  ({ provider, group, curve, count }) => {
    test("agrees with Wycheproof's verdicts on uncompressed points", () => {
      const cases = wycheproof(curve).filter((one) => one.public.startsWith('04'));
      expect(cases.length).toBe(count);
      for (const one of cases) {
        const private_ = toOctets(BigInt(`0x${one.private}`), GROUPS[group].secretBytes);
        const peer = fromHex(one.public.slice(2));
        if (one.result === 'valid') expect(toHex(provider.agree(group, private_, peer)), one.tcId).toBe(one.shared);
        else
          expect(refusal(() => provider.agree(group, private_, peer)).code, one.tcId).toBe('INVALID_KEY_INFORMATION');
      }
    });
  },
);

describe.each(BOTH)('$group of the $provider.name provider', ({ provider, group }) => {
  const { publicBytes, secretBytes } = GROUPS[group];
  const d = fixedPrivateValue(group, 1);
  const octets = (value: bigint): Uint8Array => toOctets(value, secretBytes);

  test('computes the example of RFC 5903 §8', () => {
    const given = rfc5903[NAMES.indexOf(group)];
    if (given === undefined) throw new Error('vector missing');
    const [i, r] = [fromHex(given.i), fromHex(given.r)];
    const [gi, gr] = [fromHex(given.gix + given.giy), fromHex(given.grx + given.gry)];
    expect(provider.publicValue(group, i)).toEqual(gi);
    expect(provider.publicValue(group, r)).toEqual(gr);
    expect(provider.agree(group, i, gr)).toEqual(fromHex(given.girx));
    expect(provider.agree(group, r, gi)).toEqual(fromHex(given.girx));
  });

  test("computes NIST's ECC CDH cases", () => {
    const cases = nist.filter((rsp) => rsp.headings.includes(NIST_NAMES[group]));
    expect(cases.length).toBe(25);
    // P-521's numbers are printed in whole words of four octets.
    const number = (rsp: RspCase, name: string): string => field(rsp, name).slice(-2 * secretBytes);
    for (const rsp of cases) {
      const private_ = fromHex(number(rsp, 'dIUT'));
      expect(toHex(provider.publicValue(group, private_))).toBe(number(rsp, 'QIUTx') + number(rsp, 'QIUTy'));
      const peer = fromHex(number(rsp, 'QCAVSx') + number(rsp, 'QCAVSy'));
      expect(toHex(provider.agree(group, private_, peer))).toBe(number(rsp, 'ZIUT'));
    }
  });

  test.each(['x', 'y'] as const)('keeps the leading zeros of a short %s coordinate (RFC 5903 §7)', (coordinate) => {
    const value = provider.publicValue(group, fixedPrivateValue(group, LEADING_ZERO[group][coordinate]));
    expect([value.length, value[coordinate === 'x' ? 0 : secretBytes]]).toEqual([publicBytes, 0]);
  });

  test('keeps the leading zeros of a short secret (RFC 5903 §7)', () => {
    const peer = provider.publicValue(group, fixedPrivateValue(group, 0));
    const secret = provider.agree(group, fixedPrivateValue(group, LEADING_ZERO[group].secret), peer);
    expect([secret.length, secret[0]]).toEqual([secretBytes, 0]);
  });

  test.each([
    ['one octet short', publicBytes - 1],
    ['with the 0x04 of an uncompressed point', publicBytes + 1],
    ['of x alone', secretBytes],
    ['empty', 0],
  ])('refuses a public value %s', (_, length) => {
    const peer = concat(Uint8Array.of(4), provider.publicValue(group, d)).slice(0, length);
    expect(refusal(() => provider.agree(group, d, peer))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group, reason: 'wrong length', want: publicBytes, have: length },
    });
  });

  test.each([
    ['0, 0', () => new Uint8Array(publicBytes)],
    ['a point with its last bit flipped', () => flipLastBit(provider.publicValue(group, d))],
    ['a coordinate beyond the field', () => new Uint8Array(publicBytes).fill(0xff)],
    [
      '0, p, which is 0, 0 written beyond the field',
      () => concat(new Uint8Array(secretBytes), octets(CURVES[group].prime)),
    ],
    [
      'a point whose x is written as x + p',
      () => {
        const { x, y } = lowestPoint(group);
        return concat(octets(x + CURVES[group].prime), octets(y));
      },
    ],
  ])('refuses %s as no point of the curve (RFC 6989 §2.3)', (_, peer) => {
    expect(refusal(() => provider.agree(group, d, peer()))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group, reason: 'not a point of the curve' },
    });
  });

  test('takes the point with the lowest x, which is what the one beyond the field stands for', () => {
    const { x, y } = lowestPoint(group);
    expect(provider.agree(group, d, concat(octets(x), octets(y))).length).toBe(secretBytes);
  });

  test('gives the same secret for a point and its mirror image, as only x counts', () => {
    const peer = provider.publicValue(group, fixedPrivateValue(group, 2));
    const y = CURVES[group].prime - toNumber(peer.slice(secretBytes));
    const mirrored = concat(peer.slice(0, secretBytes), toOctets(y, secretBytes));
    expect(provider.agree(group, d, mirrored)).toEqual(provider.agree(group, d, peer));
  });
});

test('two sides always agree, on exactly the length of the group, and so do the providers', () => {
  const number = fc.integer({ min: 0, max: 1e6 });
  const provider = fc.constantFrom(...PROVIDERS);
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), provider, provider, number, number, (group, ours, theirs, a, b) => {
      const [i, r] = [fixedPrivateValue(group, a), fixedPrivateValue(group, b)];
      const secret = ours.agree(group, i, theirs.publicValue(group, r));
      expect(secret.length).toBe(GROUPS[group].secretBytes);
      expect(theirs.agree(group, r, ours.publicValue(group, i))).toEqual(secret);
    }),
    { numRuns: 40, seed: 5903 },
  );
});

/** By trying: the first x for which there is a square root, which is a power where p mod 4 is 3. */
function lowestPoint(group: EcpName): { readonly x: bigint; readonly y: bigint } {
  const { prime, b } = CURVES[group];
  for (let x = 0n; ; x++) {
    const square = (x * x * x - 3n * x + b) % prime;
    const y = powMod(square, (prime + 1n) / 4n, prime);
    if ((y * y - square) % prime === 0n) return { x, y };
  }
}

function flipLastBit(value: Uint8Array): Uint8Array {
  return value.map((octet, i) => (i === value.length - 1 ? octet ^ 1 : octet));
}
