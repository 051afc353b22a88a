import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IkeError } from '../../../src/base/errors.ts';
import { viewPayloads, writeChain } from '../../../src/ike/wire/message.ts';
import { readPayload } from '../../../src/ike/wire/payload.ts';
import { type PayloadName, PAYLOADS, type PayloadValues } from '../../../src/ike/wire/registry.ts';
import { refused } from './refused.ts';

export interface CodecCase<N extends PayloadName> {
  /** Where the sample comes from, for the test's name. */
  readonly from: string;
  /** The body of a payload that somebody else wrote, or that was laid out by hand from the RFC's figure. */
  readonly sample: Uint8Array;
  readonly value: PayloadValues[N];
  /** So many octets of the sample must be there; behind them is a field that may have any length. */
  readonly fixed: number;
  /** Values to be written and read back. */
  readonly values: fc.Arbitrary<PayloadValues[N]>;
}

const SEED = { seed: 2408, numRuns: 200 };

/** Asserts that whatever `values` says is read back from what was written, and written again is the same octets. */
export function assertRoundTrip<V>(
  values: fc.Arbitrary<V>,
  write: (value: V) => Uint8Array,
  read: (body: Uint8Array) => V,
): void {
  fc.assert(
    fc.property(values, (said) => {
      const body = write(said);
      expect(read(body)).toEqual(said);
      expect(write(read(body))).toEqual(body);
    }),
    SEED,
  );
}

/** The tests that every payload codec has to pass. */
export function testCodec<N extends PayloadName>(name: N, { from, sample, value, fixed, values }: CodecCase<N>): void {
  const codec = PAYLOADS[name];
  const [type] = codec.types;

  test(`${name}: reads ${from} to an exact value`, () => {
    expect(codec.read(sample)).toEqual(value);
    expect(readPayload({ type, body: sample, reserved: 0 })).toEqual({ name, type, value, body: sample });
  });

  test(`${name}: writes it back byte for byte`, () => {
    expect(codec.write(value)).toEqual(Uint8Array.from(sample));
  });

  test(`${name}: refuses every truncation and names the field`, () => {
    for (let length = 0; length < fixed; length++) {
      const { code, details } = refused(() => codec.read(sample.subarray(0, length)));
      expect(['PAYLOAD_MALFORMED', 'BAD_PROPOSAL_SYNTAX'], `of ${length} octets`).toContain(code);
      expect(details['what'], `of ${length} octets`).toEqual(expect.any(String));
    }
    const chain = writeChain([{ type, body: sample }]);
    for (let length = 0; length < chain.length; length++) {
      expect(refused(() => viewPayloads(type, chain.subarray(0, length))).code).toBe('PAYLOAD_MALFORMED');
    }
  });

  test(`${name}: whatever can be said is read back as it was written`, () => {
    assertRoundTrip(values, codec.write, codec.read);
  });

  test(`${name}: no octets make it throw anything but an IkeError`, () => {
    const changed = fc
      .array(fc.tuple(fc.nat(Math.max(0, sample.length - 1)), fc.nat(255)), { maxLength: 4 })
      .map((changes) => {
        const body = Uint8Array.from(sample);
        for (const [at, octet] of changes) body[at] = octet;
        return body;
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 64 })), (body) => {
        try {
          const read = codec.read(body);
          expect(codec.read(codec.write(read))).toEqual(read);
        } catch (error) {
          if (!IkeError.is(error)) throw error;
        }
      }),
      SEED,
    );
  });
}
