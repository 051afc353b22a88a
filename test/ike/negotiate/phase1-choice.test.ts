import { describe, expect, it } from 'vitest';
import { seconds } from '../../../src/base/instant.ts';
import { acceptPhase1, choosePhase1 } from '../../../src/ike/negotiate/phase1-choice.ts';
import { phase1Offer } from '../../../src/ike/negotiate/phase1-offer.ts';
import type { SaPayload } from '../../../src/ike/wire/sa.ts';
import {
  DAY,
  HOUR,
  OLD,
  STRONG,
  connection,
  reencoded,
  refusalLines,
  thrown,
  tlv,
  tv,
  withAttributes,
  withTransforms,
} from './samples.ts';

const AES128 = { cipher: 'aes128', hash: 'sha1', group: 'modp1024' } as const;

describe('choosePhase1', () => {
  it('answers with the chosen transform as it came, its number and its proposal’s (RFC 2409 §5)', () => {
    const life = [tv(11, 1), tlv(12, 0, 0, 0x0e, 0x10)];
    const offer = withAttributes(phase1Offer([OLD, STRONG], DAY), (all) => [...reencoded(all, [11, 12]), ...life]);
    const [proposal] = offer.proposals;
    const choice = choosePhase1(offer, [connection('hq', [STRONG])]);
    expect(choice).toEqual({
      chosen: {
        suite: STRONG,
        method: 'psk',
        lifetime: { duration: seconds(3600) },
        proposalNumber: 1,
        transformNumber: 2,
      },
      answer: { doi: 1, situation: 1, proposals: [{ ...proposal, transforms: [proposal?.transforms[1]] }] },
      allowed: [{ connection: 'hq', lifetime: { duration: seconds(3600) } }],
    });
  });

  it('goes by our order of preference, not by the peer’s', () => {
    const offer = phase1Offer([OLD, AES128, STRONG], HOUR);
    expect(choosePhase1(offer, [connection('hq', [STRONG, OLD])]).chosen.suite).toEqual(STRONG);
    expect(choosePhase1(offer, [connection('hq', [OLD, STRONG])]).chosen.suite).toEqual(OLD);
  });

  it('takes the first of two transforms that mean the same', () => {
    const { chosen } = choosePhase1(phase1Offer([OLD, STRONG, STRONG], HOUR), [connection('hq', [STRONG])]);
    expect(chosen.transformNumber).toBe(2);
  });

  it('names every connection that allows what was chosen, each with its own lifetime', () => {
    const ours = [connection('first', [STRONG], DAY), connection('second', [OLD]), connection('third', [OLD, STRONG])];
    const { chosen, allowed } = choosePhase1(phase1Offer([OLD, STRONG], { duration: seconds(7200) }), ours);
    expect(chosen.suite).toEqual(STRONG);
    expect(chosen.lifetime).toEqual({ duration: seconds(7200), kilobytes: 1_000_000 });
    expect(allowed).toEqual([
      { connection: 'first', lifetime: { duration: seconds(7200), kilobytes: 1_000_000 } },
      { connection: 'third', lifetime: { duration: seconds(3600) } },
    ]);
  });

  it('ignores the SPI of a phase 1 proposal and answers with none (RFC 2408 §3.5)', () => {
    const [proposal] = phase1Offer([STRONG], HOUR).proposals;
    const offer: SaPayload = { doi: 1, situation: 1, proposals: [{ ...proposal!, spi: new Uint8Array(8).fill(9) }] };
    expect(choosePhase1(offer, [connection('hq', [STRONG])]).answer.proposals[0]?.spi).toEqual(new Uint8Array(0));
  });

  it('takes AES without key length as AES with 128 bits (Interop)', () => {
    const offer = withAttributes(phase1Offer([AES128], HOUR), (all) => all.filter(({ type }) => type !== 14));
    expect(choosePhase1(offer, [connection('hq', [AES128])]).chosen.suite).toEqual(AES128);
    expect(choosePhase1(offer, [connection('hq', [AES128])]).answer).toEqual(offer);
  });

  it('never fails because of a lifetime', () => {
    for (const life of [
      [],
      [tv(11, 1), tv(12, 1)],
      [tv(11, 9), tv(12, 9)],
      [tv(11, 2), tlv(12, 1, 2, 3, 4, 5, 6, 7, 8, 9)],
    ]) {
      const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) => [...all.slice(0, 5), ...life]);
      expect(choosePhase1(offer, [connection('hq', [STRONG])]).chosen.suite).toEqual(STRONG);
    }
  });

  it('refuses 3DES with a key length, which RFC 2409 App. A forbids', () => {
    const offer = withAttributes(phase1Offer([OLD], HOUR), (all) => [...all, tv(14, 192)]);
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [OLD])]))).toEqual([
      'transform 1: encryption algorithm 3des with key length 192, we allow 3des',
      'nearest is transform 1 to 3des-sha1-modp1024: encryption algorithm 3des with key length 192, we allow 3des',
    ]);
  });

  it('refuses a transform with an attribute that we do not know, such as a PRF', () => {
    const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) => [...all, tv(13, 1), tv(16_384, 5)]);
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))).toEqual([
      'transform 1: other attributes 13, 16384, we allow none',
      'nearest is transform 1 to aes256-sha256-modp2048: other attributes 13, 16384, we allow none',
    ]);
  });

  it('refuses another transform id than KEY_IKE (RFC 2407 §4.4.2)', () => {
    const offer = withTransforms(phase1Offer([STRONG], HOUR), (transform) => ({ ...transform, transformId: 2 }));
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))[0]).toBe(
      'transform 1: transform id 2, we allow KEY_IKE',
    );
  });

  it('refuses authentication by something else than a pre-shared key', () => {
    const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) =>
      all.map((a) => (a.type === 3 ? tv(3, 65_001) : a)),
    );
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))[0]).toBe(
      'transform 1: authentication method XAUTH with pre-shared key (initiator), we allow pre-shared key',
    );
  });

  it.each([
    ['no proposal', []],
    ['two proposals', [1, 2]],
  ])('refuses an offer with %s (RFC 2409 §5)', (_, numbers) => {
    const [proposal] = phase1Offer([STRONG], HOUR).proposals;
    const offer: SaPayload = { doi: 1, situation: 1, proposals: numbers.map((number) => ({ ...proposal!, number })) };
    expect(thrown(() => choosePhase1(offer, [connection('hq', [STRONG])]))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'proposals in phase 1', have: numbers.length },
    });
  });

  it('refuses a proposal for another protocol than ISAKMP', () => {
    const [proposal] = phase1Offer([STRONG], HOUR).proposals;
    const offer: SaPayload = { doi: 1, situation: 1, proposals: [{ ...proposal!, protocolId: 3 }] };
    expect(thrown(() => choosePhase1(offer, [connection('hq', [STRONG])]))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'protocol in phase 1', protocolId: 3 },
    });
  });

  it('looks at 256 transforms and no more (RFC 2409 §5 lets an implementation limit the offers that it inspects)', () => {
    const [proposal] = phase1Offer([OLD], HOUR).proposals;
    const [old] = proposal!.transforms;
    const [strong] = phase1Offer([STRONG], HOUR).proposals[0]!.transforms;
    const offerOf = (before: number): SaPayload => ({
      doi: 1,
      situation: 1,
      proposals: [
        { ...proposal!, transforms: [...Array.from({ length: before }, () => old!), { ...strong!, number: 9 }] },
      ],
    });
    expect(choosePhase1(offerOf(255), [connection('hq', [STRONG])]).chosen.transformNumber).toBe(9);
    expect(thrown(() => choosePhase1(offerOf(256), [connection('hq', [STRONG])])).code).toBe('NO_PROPOSAL_CHOSEN');
  });

  it('is told apart from a peer’s fault where there is nothing to choose from', () => {
    expect(thrown(() => choosePhase1(phase1Offer([STRONG], HOUR), [connection('hq', [])])).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect(thrown(() => choosePhase1(phase1Offer([STRONG], HOUR), [])).code).toBe('INVALID_ARGUMENT');
  });
});

describe('acceptPhase1', () => {
  const offered = phase1Offer([STRONG, AES128, OLD], HOUR);
  const answerWith = (index: number): SaPayload => {
    const [proposal] = offered.proposals;
    return { ...offered, proposals: [{ ...proposal!, transforms: [proposal!.transforms[index]!] }] };
  };

  it('takes one of the transforms offered', () => {
    expect(acceptPhase1(offered, answerWith(1))).toEqual({
      suite: AES128,
      method: 'psk',
      lifetime: HOUR,
      proposalNumber: 1,
      transformNumber: 2,
    });
  });

  it('takes it encoded otherwise, reordered and renumbered (RFC 2409 App. A, RFC 2408 §4.2)', () => {
    const answer = withTransforms(answerWith(0), ({ transformId, attributes }) => ({
      number: 77,
      transformId,
      attributes: [...reencoded(attributes, [11, 12]), tv(11, 1), tlv(12, 0x0e, 0x10)],
    }));
    expect(acceptPhase1(offered, answer)).toEqual({
      suite: STRONG,
      method: 'psk',
      lifetime: HOUR,
      proposalNumber: 1,
      transformNumber: 77,
    });
  });

  it.each([
    ['shorter', [tv(11, 1), tv(12, 600)], { duration: seconds(600) }],
    ['shorter than anybody needs, which nothing proves', [tv(11, 1), tv(12, 1)], { duration: seconds(300) }],
    ['longer', [tv(11, 1), tlv(12, 0, 1, 0x51, 0x80)], HOUR],
    ['none', [], HOUR],
    ['in kilobytes as well', [tv(11, 1), tv(12, 3600), tv(11, 2), tv(12, 1)], HOUR],
  ])('takes another lifetime, %s, and keeps the shorter (Deviation)', (_, life, lifetime) => {
    const answer = withAttributes(answerWith(0), (all) => [...all.slice(0, 5), ...life]);
    expect(acceptPhase1(offered, answer).lifetime).toEqual(lifetime);
  });

  it('refuses a changed value, the nearest pair first to be blamed (RFC 2409 §5)', () => {
    const weaker = withAttributes(answerWith(0), (all) => all.map((a) => (a.type === 14 ? tv(14, 128) : a)));
    expect(refusalLines(() => acceptPhase1(offered, weaker))).toEqual([
      'transform 1: encryption algorithm aes128, we offered aes256',
      'nearest is transform 1 to aes256-sha256-modp2048: encryption algorithm aes128, we offered aes256',
    ]);
  });

  it('refuses an added attribute and one left out (RFC 2409 §5)', () => {
    const added = withAttributes(answerWith(0), (all) => [...all, tv(13, 1)]);
    expect(refusalLines(() => acceptPhase1(offered, added))[0]).toBe(
      'transform 1: other attributes 13, we offered none',
    );
    const left = withAttributes(answerWith(1), (all) => all.filter(({ type }) => type !== 14));
    expect(refusalLines(() => acceptPhase1(offered, left))[0]).toBe(
      'transform 2: encryption algorithm aes without key length, we offered aes128 or 3des',
    );
    const mute = withAttributes(answerWith(0), (all) => all.filter(({ type }) => type !== 3));
    expect(refusalLines(() => acceptPhase1(offered, mute))[0]).toBe(
      'transform 1: authentication method missing, we offered pre-shared key',
    );
  });

  it('refuses a mixture of two transforms offered', () => {
    const mixture = withAttributes(answerWith(0), (all) => all.map((a) => (a.type === 2 ? tv(2, 2) : a)));
    expect(thrown(() => acceptPhase1(offered, mixture)).code).toBe('NO_PROPOSAL_CHOSEN');
  });

  it('refuses an answer that has not made a choice (RFC 2408 §4.2)', () => {
    expect(thrown(() => acceptPhase1(offered, offered))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'transforms in an answer', have: 3 },
    });
  });

  it('refuses to work from an offer that is not ours', () => {
    const foreign = withAttributes(offered, (all) => all.map((a) => (a.type === 2 ? tv(2, 3) : a)));
    expect(thrown(() => acceptPhase1(foreign, answerWith(0)))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'offer is not one of ours' },
    });
  });
});
