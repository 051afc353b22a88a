import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { PROTOCOL } from '../../../src/ike/wire/numbers.ts';
import { type Proposal, readProposal, writeProposal } from '../../../src/ike/wire/proposal.ts';
import * as arbitrary from './arbitraries.ts';
import { assertRoundTrip } from './codec.ts';
import { refused } from './refused.ts';

const transform = (number: number) => ({ number, transformId: 12, attributes: [] });
const ESP: Proposal = {
  number: 1,
  protocolId: PROTOCOL.ESP,
  spi: fromHex('b75ad16c'),
  transforms: [transform(0), transform(1)],
};
const BODY = fromHex('01030402 b75ad16c 03000008 000c0000 00000008 010c0000');

describe('Proposal payload (RFC 2408 §3.5)', () => {
  test('reads a proposal of two transforms and writes it back', () => {
    expect(readProposal(BODY)).toEqual(ESP);
    expect(writeProposal(ESP)).toEqual(BODY);
  });

  test('refuses every truncation and names the field', () => {
    const fields = Array.from(
      { length: BODY.length },
      (_, length) => refused(() => readProposal(BODY.subarray(0, length))).details['what'],
    );
    expect(fields.slice(0, 9)).toEqual([
      'Proposal #',
      'Protocol-Id',
      'SPI Size',
      '# of Transforms',
      'SPI',
      'SPI',
      'SPI',
      'SPI',
      'Transform Next Payload',
    ]);
    expect(fields.slice(9).every((field) => typeof field === 'string' && field.startsWith('Transform'))).toBe(true);
  });

  test('whatever can be said is read back as it was written', () => {
    assertRoundTrip(arbitrary.proposal, writeProposal, readProposal);
  });

  test.each([
    ['ISAKMP', PROTOCOL.ISAKMP, [0, 8, 16], [17]],
    ['AH', PROTOCOL.AH, [4], [0, 3, 5]],
    ['ESP', PROTOCOL.ESP, [4], [0, 2, 8]],
    ['IPCOMP', PROTOCOL.IPCOMP, [2, 4], [0, 3]],
    ['a protocol that nobody knows', 77, [0, 4, 255], []],
  ])('takes the SPI sizes of %s and no others', (_, protocolId, good, bad) => {
    const body = (size: number) =>
      Uint8Array.of(1, protocolId, size, 1, ...new Uint8Array(size), 0, 0, 0, 8, 0, 12, 0, 0);
    for (const size of good) expect(readProposal(body(size)).spi).toHaveLength(size);
    for (const size of bad) {
      expect(refused(() => readProposal(body(size)))).toEqual({
        code: 'BAD_PROPOSAL_SYNTAX',
        details: { what: 'SPI Size', size, protocolId },
      });
      expect(refused(() => writeProposal({ ...ESP, protocolId, spi: new Uint8Array(size) })).code).toBe(
        'INVALID_ARGUMENT',
      );
    }
  });

  test('refuses a proposal without transforms', () => {
    expect(refused(() => readProposal(fromHex('01030400 b75ad16c')))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: '# of Transforms', have: 0 },
    });
    expect(refused(() => writeProposal({ ...ESP, transforms: [] })).code).toBe('INVALID_ARGUMENT');
  });

  test('refuses fewer transforms than declared', () => {
    const body = fromHex('01030402 b75ad16c 00000008 000c0000');
    expect(refused(() => readProposal(body))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'Transform Next Payload', have: 0, declared: 2, read: 1 },
    });
  });

  test('refuses more transforms than declared', () => {
    const body = fromHex('01030401 b75ad16c 03000008 000c0000 00000008 010c0000');
    expect(refused(() => readProposal(body))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'Transform Next Payload', have: 3, declared: 1, read: 1 },
    });
  });

  test('refuses octets behind the last transform', () => {
    const body = fromHex('01030401 b75ad16c 00000008 000c0000 ff');
    expect(refused(() => readProposal(body))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Proposal', trailing: 1 },
    });
  });

  test('ignores an order of numbers that is not ascending: the answer names the transform', () => {
    const proposal = { ...ESP, transforms: [transform(7), transform(7), transform(2)] };
    expect(readProposal(writeProposal(proposal))).toEqual(proposal);
  });
});
