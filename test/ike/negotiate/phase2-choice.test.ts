import type { Phase2Suite } from '../../../src/crypto/suites.ts';
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../src/base/instant.ts';
import { choosePhase2, phase2Answer } from '../../../src/ike/negotiate/phase2-choice.ts';
import { phase2Offer } from '../../../src/ike/negotiate/phase2-offer.ts';
import type { TunnelPolicy } from '../../../src/ike/negotiate/policy.ts';
import type { Proposal } from '../../../src/ike/wire/proposal.ts';
import type { SaPayload } from '../../../src/ike/wire/sa.ts';
import { DAY, reencoded, refusalLines, thrown, tlv, tunnel, tv, withAttributes } from './samples.ts';

const THEIR_SPI = 0x1000_0001;
const OUR_SPI = 0x2000_0002;
const GCM: Phase2Suite = { cipher: 'aes256gcm16' };
const CBC: Phase2Suite = { cipher: 'aes256', integrity: 'sha256' };
const AES128: Phase2Suite = { cipher: 'aes128', integrity: 'sha1' };
const TRIPLE: Phase2Suite = { cipher: '3des', integrity: 'sha1' };
const PLAIN = { encapsulationModes: [1], keyExchangePresent: false } as const;
const policy = (...suites: Phase2Suite[]): TunnelPolicy => tunnel({ suites });
const offerOf = (...suites: Phase2Suite[]): SaPayload => phase2Offer(policy(...suites), THEIR_SPI, 1);
/** Several proposals, each changed after it was made from one suite. */
function proposals(...parts: readonly (readonly [Phase2Suite, Partial<Proposal>])[]): SaPayload {
  const made = parts.map(([suite, over]) => ({ ...offerOf(suite).proposals[0]!, ...over }));
  return { doi: 1, situation: 1, proposals: made };
}

describe('choosePhase2', () => {
  it('agrees on a transform and answers with it as it came and our SPI (RFC 2409 §5)', () => {
    const life = [tv(1, 1), tlv(2, 0, 0, 0x07, 0x08)];
    const offer = withAttributes(offerOf(AES128, CBC), (all) => [...reencoded(all, [1, 2]), ...life]);
    const agreement = choosePhase2(offer, policy(CBC), PLAIN);
    const transform = offer.proposals[0]!.transforms[1]!;
    expect(agreement).toEqual({
      suite: CBC,
      lifetime: { duration: seconds(1800) },
      mode: 'tunnel',
      encapsulation: 'none',
      peerSpi: THEIR_SPI,
      proposalNumber: 1,
      transform,
    });
    expect(phase2Answer(agreement, OUR_SPI)).toEqual({
      doi: 1,
      situation: 1,
      proposals: [{ number: 1, protocolId: 3, spi: Uint8Array.of(0x20, 0, 0, 2), transforms: [transform] }],
    });
  });

  it('keeps a copy of the transform, because the datagram that it lies in is not ours', () => {
    const offer = offerOf(CBC);
    const agreement = choosePhase2(offer, policy(CBC), PLAIN);
    const before = structuredClone(agreement);
    for (const { value } of offer.proposals[0]!.transforms[0]!.attributes) value.fill(0xee);
    expect(agreement).toEqual(before);
  });

  it('goes by our order of preference, not by the peer’s', () => {
    expect(choosePhase2(offerOf(AES128, CBC, GCM), policy(GCM, CBC, AES128), PLAIN).suite).toEqual(GCM);
    expect(choosePhase2(offerOf(AES128, CBC, GCM), policy(CBC, GCM), PLAIN).suite).toEqual(CBC);
  });

  it('chooses among proposals of different numbers: a logical OR (RFC 2408 §4.2)', () => {
    const offer = proposals([TRIPLE, {}], [CBC, { number: 2, spi: Uint8Array.of(0, 0, 1, 0) }]);
    const agreement = choosePhase2(offer, policy(CBC), PLAIN);
    expect([agreement.proposalNumber, agreement.peerSpi]).toEqual([2, 256]);
    expect(phase2Answer(agreement, OUR_SPI).proposals.map(({ number }) => number)).toEqual([2]);
  });

  it('refuses proposals of one number, which belong together: a logical AND (RFC 2408 §4.2)', () => {
    const ah = { protocolId: 2 };
    expect(refusalLines(() => choosePhase2(proposals([CBC, ah], [CBC, {}]), policy(CBC), PLAIN))).toEqual([
      'proposal 1: protocol AH with ESP, we allow ESP',
      'nearest is proposal 1 to aes256-sha256: protocol AH with ESP, we allow ESP',
    ]);
    const apart = proposals([CBC, {}], [TRIPLE, { number: 2 }], [CBC, { protocolId: 4, spi: Uint8Array.of(1, 2) }]);
    expect(refusalLines(() => choosePhase2(apart, policy(CBC), PLAIN))).toEqual([
      'proposal 1: protocol ESP with IPCOMP, we allow ESP',
      'proposal 2 transform 1: encryption algorithm 3des, we allow aes256',
      'nearest is proposal 2 transform 1 to aes256-sha256: encryption algorithm 3des, we allow aes256; integrity sha1, we allow sha256',
    ]);
  });

  it('refuses AH, the bundle beside it does not matter', () => {
    const offer = proposals([CBC, { protocolId: 2 }], [CBC, { number: 2 }]);
    expect(choosePhase2(offer, policy(CBC), PLAIN).proposalNumber).toBe(2);
    expect(refusalLines(() => choosePhase2(proposals([CBC, { protocolId: 2 }]), policy(CBC), PLAIN))[0]).toBe(
      'proposal 1: protocol AH, we allow ESP',
    );
  });

  it.each([
    ['tunnel', 1, 'none'],
    ['transport', 2, 'none'],
    ['tunnel', 3, 'udp'],
    ['transport', 4, 'udp'],
    ['tunnel', 61_443, 'udp'],
    ['transport', 61_444, 'udp'],
  ] as const)('reads %s from encapsulation mode %d, %s (RFC 3947 §5.1)', (mode, number, encapsulation) => {
    const ours = tunnel({ mode, suites: [CBC] });
    const circumstances = { encapsulationModes: [number], keyExchangePresent: false };
    const agreement = choosePhase2(phase2Offer(ours, THEIR_SPI, number), ours, circumstances);
    expect([agreement.mode, agreement.encapsulation]).toEqual([mode, encapsulation]);
  });

  it('refuses plain ESP where a NAT was found, and ESP in UDP where none was (RFC 3947 §5.1)', () => {
    const behindNat = { encapsulationModes: [3, 61_443], keyExchangePresent: false };
    expect(refusalLines(() => choosePhase2(offerOf(CBC), policy(CBC), behindNat))).toEqual([
      'proposal 1 transform 1: encapsulation mode tunnel, we allow tunnel in UDP or tunnel in UDP (draft)',
      'nearest is proposal 1 transform 1 to aes256-sha256: encapsulation mode tunnel, we allow tunnel in UDP',
    ]);
    expect(refusalLines(() => choosePhase2(phase2Offer(policy(CBC), THEIR_SPI, 3), policy(CBC), PLAIN))[0]).toBe(
      'proposal 1 transform 1: encapsulation mode tunnel in UDP, we allow tunnel',
    );
  });

  it('prefers the better suite to the better of two encapsulation modes', () => {
    const offer = {
      ...offerOf(CBC),
      proposals: [CBC, GCM].map((suite, i) => ({
        ...phase2Offer(policy(suite), THEIR_SPI, i === 0 ? 3 : 61_443).proposals[0]!,
        number: i + 1,
      })),
    };
    expect(
      choosePhase2(offer, policy(GCM, CBC), { encapsulationModes: [3, 61_443], keyExchangePresent: false }).suite,
    ).toEqual(GCM);
  });

  describe('where the offer has no encapsulation mode (RFC 2407 §4.5: host-dependent)', () => {
    const without = withAttributes(offerOf(CBC), (all) => all.filter(({ type }) => type !== 4));
    it('means tunnel where the policy says tunnel', () => {
      const agreement = choosePhase2(without, policy(CBC), PLAIN);
      expect([agreement.mode, agreement.encapsulation]).toEqual(['tunnel', 'none']);
      expect(phase2Answer(agreement, THEIR_SPI)).toEqual(without);
    });
    it('means nothing in transport mode and behind a NAT', () => {
      const transport = tunnel({ mode: 'transport', suites: [CBC] });
      expect(refusalLines(() => choosePhase2(without, transport, { ...PLAIN, encapsulationModes: [2] }))[0]).toBe(
        'proposal 1 transform 1: encapsulation mode missing, we allow transport',
      );
      expect(refusalLines(() => choosePhase2(without, policy(CBC), { ...PLAIN, encapsulationModes: [3] }))[0]).toBe(
        'proposal 1 transform 1: encapsulation mode missing, we allow tunnel in UDP',
      );
    });
  });

  describe('perfect forward secrecy (RFC 2409 §5.5)', () => {
    const pfs: Phase2Suite = { ...CBC, group: 'modp2048' };
    const withKe = { encapsulationModes: [1], keyExchangePresent: true };
    it('is a group and a KE payload', () => {
      expect(choosePhase2(offerOf(pfs), policy(pfs), withKe).suite).toEqual(pfs);
    });
    it('refuses a peer that leaves it out', () => {
      expect(refusalLines(() => choosePhase2(offerOf(CBC), policy(pfs), PLAIN))).toEqual([
        'proposal 1 transform 1: PFS group none, we allow modp2048',
        'nearest is proposal 1 transform 1 to aes256-sha256-modp2048: PFS group none, we allow modp2048; key exchange absent, we allow present',
      ]);
    });
    it('refuses a peer that wants it', () => {
      expect(refusalLines(() => choosePhase2(offerOf(pfs), policy(CBC), withKe))[0]).toBe(
        'proposal 1 transform 1: PFS group modp2048, we allow none',
      );
    });
    it('refuses another group', () => {
      expect(refusalLines(() => choosePhase2(offerOf({ ...CBC, group: 'ecp256' }), policy(pfs), withKe))[0]).toBe(
        'proposal 1 transform 1: PFS group ecp256, we allow modp2048',
      );
    });
    it('refuses a group without KE payload and a KE payload without group', () => {
      expect(refusalLines(() => choosePhase2(offerOf(pfs), policy(pfs), PLAIN))[0]).toBe(
        'proposal 1 transform 1: key exchange absent, we allow present',
      );
      expect(refusalLines(() => choosePhase2(offerOf(CBC), policy(CBC), withKe))[0]).toBe(
        'proposal 1 transform 1: key exchange present, we allow absent',
      );
    });
  });

  it('takes AES without key length as AES with 128 bits (Interop)', () => {
    const offer = withAttributes(offerOf(AES128), (all) => all.filter(({ type }) => type !== 6));
    expect(choosePhase2(offer, policy(AES128), PLAIN).suite).toEqual(AES128);
    expect(thrown(() => choosePhase2(offer, policy(CBC), PLAIN)).code).toBe('NO_PROPOSAL_CHOSEN');
  });

  it('takes sequence numbers of 64 bits where both sides name them, and of 32 bits where one does not (RFC 4304 §2)', () => {
    const extended = { ...CBC, esn: true } as const;
    const offer = offerOf(extended, CBC);
    expect(offer.proposals[0]!.transforms.map(({ attributes }) => attributes.some(({ type }) => type === 11))).toEqual([
      true,
      false,
    ]);
    expect(choosePhase2(offer, policy(CBC, extended), PLAIN).suite).toEqual(CBC);
    expect(choosePhase2(offer, policy(extended), PLAIN).suite).toEqual(extended);
    expect(refusalLines(() => choosePhase2(offerOf(CBC), policy(extended), PLAIN))[0]).toBe(
      'proposal 1 transform 1: sequence numbers of 32 bits, we allow of 64 bits',
    );
  });

  it.each([
    [
      'a key length for 3DES (RFC 2407 §4.5)',
      TRIPLE,
      tv(6, 192),
      'encryption algorithm 3des with key length 192, we allow 3des',
    ],
    ['an authentication algorithm beside AES-GCM (RFC 4106 §8.5)', GCM, tv(5, 5), 'integrity sha256, we allow none'],
    ['extended sequence numbers', CBC, tv(11, 1), 'sequence numbers of 64 bits, we allow of 32 bits'],
    [
      'any value of attribute 11 but the one for 64 bits (RFC 4304 §3)',
      { ...CBC, esn: true } as const,
      tv(11, 2),
      'sequence numbers by attribute value 2, we allow of 64 bits',
    ],
    ['an algorithm that nobody knows', CBC, tv(6, 64), 'encryption algorithm aes64, we allow aes256'],
  ])('refuses %s', (_, suite, attribute, why) => {
    const offer = withAttributes(offerOf(suite), (all) => [
      ...all.filter(({ type }) => type !== attribute.type),
      attribute,
    ]);
    expect(refusalLines(() => choosePhase2(offer, policy(suite), PLAIN))[0]).toBe(`proposal 1 transform 1: ${why}`);
  });

  it('takes a missing lifetime as 28800 seconds and never fails because of one (RFC 2407 §4.5)', () => {
    const ours = tunnel({ suites: [CBC], lifetime: DAY });
    const lifetimeOf = (...life: ReturnType<typeof tv>[]): unknown =>
      choosePhase2(
        withAttributes(offerOf(CBC), (all) => [...all.slice(0, 3), ...life]),
        ours,
        PLAIN,
      ).lifetime;
    expect(lifetimeOf()).toEqual({ duration: seconds(28_800), kilobytes: 1_000_000 });
    expect(lifetimeOf(tv(1, 2), tv(2, 9000))).toEqual({ duration: seconds(28_800), kilobytes: 9000 });
    expect(lifetimeOf(tv(1, 1), tlv(2, 0xff, 0xff, 0xff, 0xff))).toEqual(DAY);
  });

  it('refuses a duration without type and a repeated type (RFC 2407 §4.5)', () => {
    const bad = withAttributes(offerOf(CBC), (all) => [...all, tv(2, 3600)]);
    expect(thrown(() => choosePhase2(bad, policy(CBC), PLAIN)).code).toBe('BAD_PROPOSAL_SYNTAX');
    const repeated = withAttributes(offerOf(CBC), (all) => [...all, tv(1, 1), tv(2, 3600)]);
    expect(thrown(() => choosePhase2(repeated, policy(CBC), PLAIN)).code).toBe('BAD_PROPOSAL_SYNTAX');
  });

  it.each([0, 1, 255])('refuses the reserved SPI %d in what it would choose (RFC 4303 §2.1)', (spi) => {
    const offer = proposals([CBC, { spi: Uint8Array.of(0, 0, 0, spi) }]);
    expect(thrown(() => choosePhase2(offer, policy(CBC), PLAIN))).toEqual({ code: 'INVALID_SPI', details: { spi } });
  });

  it('is told apart from a peer’s fault where there is nothing to choose from', () => {
    expect(thrown(() => choosePhase2(offerOf(CBC), policy(), PLAIN)).code).toBe('INVALID_ARGUMENT');
    expect(thrown(() => choosePhase2(offerOf(CBC), policy(CBC), { ...PLAIN, encapsulationModes: [] })).code).toBe(
      'INVALID_ARGUMENT',
    );
  });
});

describe('phase2Answer', () => {
  it('refuses a reserved SPI of ours', () => {
    const agreement = choosePhase2(offerOf(CBC), policy(CBC), PLAIN);
    expect(thrown(() => phase2Answer(agreement, 255))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'SPI', have: 255 },
    });
  });
});
