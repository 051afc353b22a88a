import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { readGeneric, writeGeneric } from './generic-header.ts';
import { PAYLOAD, PROTOCOL } from './numbers.ts';
import { readTransform, type Transform, writeTransform } from './transform.ts';

/**
 * Proposal payload body, RFC 2408 §3.5.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !  Proposal #   !  Protocol-Id  !    SPI Size   !# of Transforms!
 *     !                        SPI (variable)                         !
 *
 * and the Transform payloads behind it. Several proposals of one number belong together (RFC 2408 §4.2: a logical AND).
 */
export interface Proposal {
  readonly number: number;
  readonly protocolId: number;
  /** Empty where a phase 1 proposal has none. */
  readonly spi: Uint8Array;
  /** At least one, in the sender's order of preference. */
  readonly transforms: readonly Transform[];
}

/** Whether an SPI of so many octets may stand in a proposal for the protocol; a protocol that we do not know may have any. */
function mayHaveSpiOf(size: number, protocolId: number): boolean {
  switch (protocolId) {
    case PROTOCOL.ISAKMP:
      return size <= 16; // RFC 2408 §3.5: "MAY be from zero (0) to sixteen (16)"
    case PROTOCOL.AH:
    case PROTOCOL.ESP:
      return size === 4; // RFC 4301 §4.1
    case PROTOCOL.IPCOMP:
      return size === 2 || size === 4; // RFC 3173 §4.1: a CPI, bare or right-justified in four octets
    default:
      return true;
  }
}

/** Throws BAD_PROPOSAL_SYNTAX for a wrong SPI size, number or type of transforms; PAYLOAD_MALFORMED for lengths. */
export function readProposal(body: Uint8Array): Proposal {
  const r = new ByteReader(body);
  const number = r.u8('Proposal #');
  const protocolId = r.u8('Protocol-Id');
  const size = r.u8('SPI Size');
  const count = r.u8('# of Transforms');
  if (!mayHaveSpiOf(size, protocolId))
    throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'SPI Size', size, protocolId });
  const spi = r.bytes(size, 'SPI');
  const transforms = readTransforms(r, count);
  r.end('Proposal');
  return { number, protocolId, spi, transforms };
}

/** The Next Payload of each transform and the number in the proposal say the same thing twice; they must agree. */
function readTransforms(r: ByteReader, count: number): readonly Transform[] {
  if (count === 0) throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: '# of Transforms', have: 0 });
  return Array.from({ length: count }, (_, i) => {
    const { next, body } = readGeneric(r, 'Transform');
    if (next !== (i === count - 1 ? PAYLOAD.NONE : PAYLOAD.TRANSFORM)) {
      throw new IkeError('BAD_PROPOSAL_SYNTAX', {
        what: 'Transform Next Payload',
        have: next,
        declared: count,
        read: i + 1,
      });
    }
    return readTransform(body);
  });
}

export function writeProposal(proposal: Proposal): Uint8Array {
  const { number, protocolId, spi, transforms } = proposal;
  if (transforms.length === 0 || transforms.length > 0xff || !mayHaveSpiOf(spi.length, protocolId)) {
    throw new IkeError('INVALID_ARGUMENT', {
      what: 'proposal',
      protocolId,
      spi: spi.length,
      transforms: transforms.length,
    });
  }
  const w = new ByteWriter().u8(number).u8(protocolId).u8(spi.length).u8(transforms.length).bytes(spi);
  for (const [i, transform] of transforms.entries()) {
    writeGeneric(w, i === transforms.length - 1 ? PAYLOAD.NONE : PAYLOAD.TRANSFORM, writeTransform(transform));
  }
  return w.finish();
}
