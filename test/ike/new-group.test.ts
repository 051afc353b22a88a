import { describe, expect, it } from 'vitest';
import {
  KEY_IKE,
  DOI_IPSEC,
  EXCHANGE,
  PHASE1_ATTRIBUTE,
  PROTOCOL,
  SIT_IDENTITY_ONLY,
} from '../../src/ike/wire/numbers.ts';
import { basicAttribute } from '../../src/ike/wire/attributes.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { fixedBytes } from '../crypto/fixed-values.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { clear, sealed } from './sealed.ts';

const { GROUP_DESCRIPTION, GROUP_TYPE, GROUP_PRIME, GROUP_GENERATOR_ONE } = PHASE1_ATTRIBUTE;
/** A MODP group with a number for private use, as RFC 2409 §5.6 has it described. */
const group = payload('sa', {
  doi: DOI_IPSEC,
  situation: SIT_IDENTITY_ONLY,
  proposals: [
    {
      number: 1,
      protocolId: PROTOCOL.ISAKMP,
      spi: new Uint8Array(),
      transforms: [
        {
          number: 1,
          transformId: KEY_IKE,
          attributes: [
            basicAttribute(GROUP_DESCRIPTION, 0x8001),
            basicAttribute(GROUP_TYPE, 1),
            { type: GROUP_PRIME, format: 'tlv', value: fixedBytes('a prime', 128) },
            basicAttribute(GROUP_GENERATOR_ONE, 2),
          ],
        },
      ],
    },
  ],
});
const NEW_GROUP = { exchangeType: EXCHANGE.NEW_GROUP };

describe('New Group Mode (RFC 2409 §5.6)', () => {
  it('is refused with ATTRIBUTES-NOT-SUPPORTED under the keys, and nothing ends', () => {
    const pair = PairOfEndpoints.up();
    pair.deliver(pair.a, sealed(pair, pair.b, group, NEW_GROUP));
    expect(pair.b.named('peer.notify').map(({ notify, protected: proved }) => [notify, proved])).toEqual([
      ['ATTRIBUTES-NOT-SUPPORTED', true],
    ]);
    expect(pair.sides.map((side) => [side.isakmp().established !== undefined, side.connection().pairs.size])).toEqual([
      [true, 1],
      [true, 1],
    ]);
  });

  it('is answered once, and not at all in clear or with a wrong HASH', () => {
    const pair = PairOfEndpoints.up();
    const genuine = sealed(pair, pair.b, group, NEW_GROUP);
    const forged = sealed(pair, pair.b, group, {
      ...NEW_GROUP,
      messageId: 7,
      spoil: ([hash, ...rest]) => [{ ...hash!, body: hash!.body.map((octet) => octet ^ 1) }, ...rest],
    });
    for (const datagram of [clear(pair, pair.b, group, EXCHANGE.NEW_GROUP), forged, genuine, genuine])
      pair.deliver(pair.a, datagram);
    expect(pair.a.named('datagram.dropped').map(({ reason }) => reason)).toEqual([
      'unprotected',
      'hash-mismatch',
      'replayed-message-id',
    ]);
    expect(pair.b.named('peer.notify')).toHaveLength(1);
  });
});
