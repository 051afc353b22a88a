import fc from 'fast-check';
import { type DataAttribute } from '../../../src/ike/wire/attributes.ts';
import { PROTOCOL } from '../../../src/ike/wire/numbers.ts';
import type { Proposal } from '../../../src/ike/wire/proposal.ts';
import type { SaPayload } from '../../../src/ike/wire/sa.ts';
import type { Transform } from '../../../src/ike/wire/transform.ts';

export const u8 = fc.nat(0xff);
export const u16 = fc.nat(0xffff);
export const u32 = fc.nat(0xffff_ffff);

export const octets = (minLength: number, maxLength: number = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });

/** What is only an opaque field. */
export const opaque = (minLength: number, maxLength: number): fc.Arbitrary<{ data: Uint8Array }> =>
  octets(minLength, maxLength).map((data) => ({ data }));

const attributeType = fc.nat(0x7fff);

export const dataAttribute: fc.Arbitrary<DataAttribute> = fc.oneof(
  fc.record({ type: attributeType, format: fc.constant('tv' as const), value: octets(2) }),
  fc.record({ type: attributeType, format: fc.constant('tlv' as const), value: octets(0, 20) }),
);

export const transform: fc.Arbitrary<Transform> = fc.record({
  number: u8,
  transformId: u8,
  attributes: fc.array(dataAttribute, { maxLength: 8 }),
});

/** A protocol, and an SPI of a length that it may have. */
const protocolAndSpi = fc.oneof(
  fc.record({ protocolId: fc.constant(PROTOCOL.ISAKMP), spi: octets(0, 16) }),
  fc.record({ protocolId: fc.constantFrom(PROTOCOL.AH, PROTOCOL.ESP), spi: octets(4) }),
  fc.record({ protocolId: fc.constant(PROTOCOL.IPCOMP), spi: fc.oneof(octets(2), octets(4)) }),
  fc.record({ protocolId: fc.integer({ min: 5, max: 255 }), spi: octets(0, 255) }),
);

export const proposal: fc.Arbitrary<Proposal> = fc
  .tuple(u8, protocolAndSpi, fc.array(transform, { minLength: 1, maxLength: 4 }))
  .map(([number, named, transforms]) => ({ number, ...named, transforms }));

export const sa: fc.Arbitrary<SaPayload> = fc
  .array(proposal, { minLength: 1, maxLength: 4 })
  .map((proposals) => ({ doi: 1, situation: 1, proposals }));
