import { describe, expect, test } from 'vitest';
import { concat, fromHex } from '../../../src/base/bytes.ts';
import { basicAttribute } from '../../../src/ike/wire/attributes.ts';
import { type Proposal } from '../../../src/ike/wire/proposal.ts';
import { readSa, writeSa } from '../../../src/ike/wire/sa.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';
import { refused } from './refused.ts';

/** Of frame 1 of cisco-joy/ikev1.pcap, as tshark reads it. */
const CISCO: Proposal = {
  number: 0,
  protocolId: 1,
  spi: new Uint8Array(),
  transforms: [
    {
      number: 0,
      transformId: 1,
      attributes: [
        basicAttribute(11, 1),
        basicAttribute(12, 7800),
        basicAttribute(1, 5),
        basicAttribute(2, 2),
        basicAttribute(3, 1),
        basicAttribute(4, 2),
      ],
    },
  ],
};

describe('SA payload (RFC 2408 §3.4, RFC 2407 §4.6.1)', () => {
  testCodec('sa', {
    from: 'the offer of a Cisco router',
    sample: recordedBody('cisco-joy/ikev1.pcap', 1, 0),
    value: { doi: 1, situation: 1, proposals: [CISCO] },
    fixed: 48,
    values: arbitrary.sa,
  });

  test('reads four transforms of one proposal in their order', () => {
    const [proposal] = readSa(recordedBody('tcpdump/isakmp4500.pcap', 3, 0)).proposals;
    const suites = proposal?.transforms.map(({ attributes }) => attributes.map(({ value }) => value[1]));
    expect(suites).toEqual([
      [1, 0x10, 5, 1, 3, 5],
      [1, 0x10, 5, 2, 3, 5],
      [1, 0x10, 5, 2, 3, 2],
      [1, 0x10, 5, 1, 3, 2],
    ]);
  });

  test('reads two proposals of one number: both are asked for together (RFC 2408 §4.2)', () => {
    const esp: Proposal = { ...CISCO, number: 1, protocolId: 3, spi: fromHex('0a0b0c0d') };
    const ah: Proposal = { ...CISCO, number: 1, protocolId: 2, spi: fromHex('01020304') };
    const sa = { doi: 1, situation: 1, proposals: [esp, ah] };
    expect(readSa(writeSa(sa))).toEqual(sa);
  });

  test('refuses another DOI before it looks at the situation (RFC 2408 §5.4)', () => {
    expect(refused(() => readSa(fromHex('00000000')))).toEqual({
      code: 'DOI_NOT_SUPPORTED',
      details: { what: 'DOI', doi: 0 },
    });
  });

  test.each([
    ['secrecy', 2],
    ['integrity', 4],
    ['identity-only with secrecy', 3],
    ['every bit', 0xffffffff],
  ])('refuses the situation %s (RFC 2407 §4.2)', (_, situation) => {
    const sa = { doi: 1, situation, proposals: [CISCO] };
    expect(refused(() => readSa(writeSa(sa)))).toEqual({
      code: 'SITUATION_NOT_SUPPORTED',
      details: { what: 'Situation', situation },
    });
  });

  test('refuses an SA without a proposal', () => {
    expect(refused(() => readSa(recordedBody('arkime/ike-cert_synthetic.pcap', 1, 0)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Proposal Next Payload', need: 1, have: 0 },
    });
  });

  test('refuses a proposal that is followed by something else than a proposal', () => {
    const body = writeSa({ doi: 1, situation: 1, proposals: [CISCO] });
    body[8] = 13;
    expect(refused(() => readSa(body))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'Proposal Next Payload', have: 13 },
    });
  });

  test('refuses octets behind the last proposal', () => {
    const body = concat(writeSa({ doi: 1, situation: 1, proposals: [CISCO] }), Uint8Array.of(0));
    expect(refused(() => readSa(body))).toEqual({ code: 'PAYLOAD_MALFORMED', details: { what: 'SA', trailing: 1 } });
  });

  test('refuses more than 128 proposals', () => {
    const proposals = Array.from({ length: 129 }, () => CISCO);
    expect(readSa(writeSa({ doi: 1, situation: 1, proposals: proposals.slice(1) })).proposals).toHaveLength(128);
    expect(refused(() => readSa(writeSa({ doi: 1, situation: 1, proposals })))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'number of proposals', limit: 128 },
    });
  });

  test('will not write an SA without a proposal', () => {
    expect(refused(() => writeSa({ doi: 1, situation: 1, proposals: [] })).code).toBe('INVALID_ARGUMENT');
  });
});
