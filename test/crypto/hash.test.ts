import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8Bytes } from '../../src/base/bytes.ts';
import { HASHES, type HashName } from '../../src/crypto/hashes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { portableProvider } from '../../src/crypto/portable.ts';
import { readInProject } from '../project.ts';
import { PROVIDERS } from './providers.ts';
import { field, parseRsp } from './rsp.ts';

const HASH_NAMES = Object.keys(HASHES) as readonly HashName[];

interface RfcCases {
  readonly cases: readonly (Record<'key' | 'data', string> & Partial<Record<string, string | number | boolean>>)[];
}
const rfc = (path: string): RfcCases['cases'] => (JSON.parse(readInProject(path)) as RfcCases).cases;

interface Wycheproof {
  readonly testGroups: readonly {
    readonly tests: readonly (Record<'key' | 'msg' | 'tag' | 'result', string> & { readonly tcId: number })[];
  }[];
}
const wycheproof = (hash: HashName) =>
  (JSON.parse(readInProject(`vectors/wycheproof/hmac_${hash}_test.json`)) as Wycheproof).testGroups.flatMap(
    (group) => group.tests,
  );

describe.each(PROVIDERS)('the $name provider', (provider) => {
  const mac = (hash: HashName, key: string, data: string): string =>
    toHex(provider.hmac(hash, fromHex(key), fromHex(data)));

  test.each<[HashName, string]>([
    ['md5', '900150983cd24fb0d6963f7d28e17f72'],
    ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha384', 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'],
    [
      'sha512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ])('%s of "abc" is that of FIPS 180 or RFC 1321, and as long as the table says', (hash, digest) => {
    const out = provider.hash(hash, utf8Bytes('abc'));
    expect(toHex(out)).toBe(digest);
    expect(out.length).toBe(HASHES[hash].bytes);
  });

  test.each<[HashName, number]>([
    ['md5', 7],
    ['sha1', 9],
  ])('HMAC with %s computes the cases of RFC 2202', (hash, count) => {
    const cases = rfc('vectors/rfc/rfc2202-hmac.json').filter((one) => one['alg'] === hash);
    expect(cases.length).toBe(count);
    for (const one of cases) expect(mac(hash, one.key, one.data)).toBe(one['digest']);
  });

  test.each<HashName>(['sha256', 'sha384', 'sha512'])('HMAC with %s computes the cases of RFC 4231', (hash) => {
    const cases = rfc('vectors/rfc/rfc4231-hmac-sha2.json');
    expect(cases.length).toBe(7);
    for (const one of cases) {
      const digest = one[hash];
      if (typeof digest !== 'string') throw new Error(`no ${hash} in case ${String(one['case'])}`);
      // Case 5 is printed truncated to 128 bits.
      const full = mac(hash, one.key, one.data);
      expect(full.slice(0, digest.length)).toBe(digest);
      expect(full.length).toBe(2 * HASHES[hash].bytes);
    }
  });

  test.each<[HashName, number]>([
    ['sha1', 20],
    ['sha256', 15],
    ['sha384', 20],
    ['sha512', 25],
  ])("HMAC with %s computes NIST's cases, truncated as they are", (hash, count) => {
    const heading = `L=${HASHES[hash].bytes}`;
    const cases = parseRsp(readInProject('vectors/nist-cavp/HMAC.rsp')).filter((rsp) => rsp.headings.includes(heading));
    expect(cases.length).toBe(count);
    for (const rsp of cases) {
      const full = mac(hash, field(rsp, 'Key'), field(rsp, 'Msg'));
      expect(full.slice(0, 2 * Number(field(rsp, 'Tlen')))).toBe(field(rsp, 'Mac'));
    }
  });

  test.each<HashName>(['sha1', 'sha256', 'sha384', 'sha512'])(
    "HMAC with %s agrees with Wycheproof's verdicts",
    (hash) => {
      const cases = wycheproof(hash);
      expect(cases.length).toBeGreaterThan(30);
      for (const one of cases) {
        const isTag = mac(hash, one.key, one.msg).slice(0, one.tag.length) === one.tag;
        expect(isTag, `case ${one.tcId}`).toBe(one.result === 'valid');
      }
    },
  );
});

test('the providers agree on hashes and HMACs of whatever is given, keys longer than a block too', () => {
  const octets = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.constantFrom(...HASH_NAMES), octets, octets, (hash, key, data) => {
      expect(portableProvider.hash(hash, data)).toEqual(nativeProvider.hash(hash, data));
      expect(portableProvider.hmac(hash, key, data)).toEqual(nativeProvider.hmac(hash, key, data));
    }),
    { numRuns: 400, seed: 2104 },
  );
});
