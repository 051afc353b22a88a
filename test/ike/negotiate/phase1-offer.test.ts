import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { phase1Offer } from '../../../src/ike/negotiate/phase1-offer.ts';
import { readSa, writeSa } from '../../../src/ike/wire/sa.ts';
import { DAY, HOUR, OLD, STRONG, thrown, tv } from './samples.ts';

describe('phase1Offer', () => {
  it('is one proposal with one transform a suite, numbered from 1 (RFC 2409 §5)', () => {
    const offer = phase1Offer([STRONG, OLD], HOUR);
    expect(offer).toEqual({
      doi: 1,
      situation: 1,
      proposals: [
        {
          number: 1,
          protocolId: 1,
          spi: new Uint8Array(0),
          transforms: [
            {
              number: 1,
              transformId: 1,
              attributes: [tv(1, 7), tv(14, 256), tv(2, 4), tv(4, 14), tv(3, 1), tv(11, 1), tv(12, 3600)],
            },
            {
              number: 2,
              transformId: 1,
              attributes: [tv(1, 5), tv(2, 2), tv(4, 2), tv(3, 1), tv(11, 1), tv(12, 3600)],
            },
          ],
        },
      ],
    });
  });

  it('has a second pair for kilobytes, and long durations as TLV', () => {
    const life = '800b0001000c000400015180800b0002000c0004000f4240';
    expect(toHex(writeSa(phase1Offer([OLD], DAY)))).toBe(
      `00000001000000010000003801010001000000300101000080010005800200028004000280030001${life}`,
    );
  });

  it('is what strongSwan sends for aes128-sha1-modp1024, octet by octet', () => {
    // Recorded by RUB-NDS/IPsec-StateMachineExtractor (Apache-2.0); the proposal there has number 0.
    const recorded = fromHex(
      '00000001000000010000002c00010001000000240001000080010007800e0080800200028004000280030001800b0001800c7080',
    );
    const [theirs] = readSa(recorded).proposals;
    const lifetime = { duration: HOUR.duration };
    const [ours] = phase1Offer([{ cipher: 'aes128', hash: 'sha1', group: 'modp1024' }], lifetime).proposals;
    expect(ours?.transforms[0]?.attributes.slice(0, 5)).toEqual(theirs?.transforms[0]?.attributes.slice(0, 5));
  });

  it('refuses no suite at all and more than a proposal can hold', () => {
    expect(thrown(() => phase1Offer([], HOUR))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'number of suites', have: 0, limit: 255 },
    });
    const many = Array.from({ length: 256 }, () => STRONG);
    expect(thrown(() => phase1Offer(many, HOUR)).details).toEqual({ what: 'number of suites', have: 256, limit: 255 });
    expect(phase1Offer(many.slice(1), HOUR).proposals[0]?.transforms.at(-1)?.number).toBe(255);
  });
});
