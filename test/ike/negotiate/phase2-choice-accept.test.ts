import type { Phase2Suite } from '../../../src/crypto/suites.ts';
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../src/base/instant.ts';
import { acceptPhase2 } from '../../../src/ike/negotiate/phase2-choice.ts';
import { phase2Offer } from '../../../src/ike/negotiate/phase2-offer.ts';
import type { TunnelPolicy } from '../../../src/ike/negotiate/policy.ts';
import type { Proposal } from '../../../src/ike/wire/proposal.ts';
import type { SaPayload } from '../../../src/ike/wire/sa.ts';
import { DAY, HOUR, reencoded, refusalLines, thrown, tunnel, tv, withAttributes, withTransforms } from './samples.ts';

const THEIR_SPI = 0x1000_0001;
const OUR_SPI = 0x2000_0002;
const GCM: Phase2Suite = { cipher: 'aes256gcm16' };
const CBC: Phase2Suite = { cipher: 'aes256', integrity: 'sha256' };
const AES128: Phase2Suite = { cipher: 'aes128', integrity: 'sha1' };
const policy = (...suites: Phase2Suite[]): TunnelPolicy => tunnel({ suites });
const offerOf = (...suites: Phase2Suite[]): SaPayload => phase2Offer(policy(...suites), THEIR_SPI, 1);
describe('acceptPhase2', () => {
  const suites = [GCM, CBC, AES128];
  const offered = offerOf(...suites);
  const answerWith = (index: number): SaPayload => {
    const [proposal] = offered.proposals;
    return proposalsOf({ ...proposal!, spi: Uint8Array.of(0x20, 0, 0, 2), transforms: [proposal!.transforms[index]!] });
  };
  const proposalsOf = (...all: Proposal[]): SaPayload => ({ doi: 1, situation: 1, proposals: all });

  it('takes one of the transforms offered, with the peer’s SPI', () => {
    expect(acceptPhase2(offered, answerWith(1), suites)).toEqual({
      suite: CBC,
      lifetime: HOUR,
      mode: 'tunnel',
      encapsulation: 'none',
      peerSpi: OUR_SPI,
      proposalNumber: 1,
      transform: offered.proposals[0]!.transforms[1],
    });
  });

  it('takes it encoded otherwise and renumbered, with a shorter lifetime', () => {
    const answer = withTransforms(answerWith(2), ({ transformId, attributes }) => ({
      number: 9,
      transformId,
      attributes: [...reencoded(attributes, [1, 2]), tv(1, 1), tv(2, 600)],
    }));
    const agreement = acceptPhase2(offered, answer, suites);
    expect([agreement.suite, agreement.lifetime]).toEqual([AES128, { duration: seconds(600) }]);
  });

  it('keeps our own lifetime where the answer states none, since the default is for offers', () => {
    const ours = tunnel({ suites: [CBC], lifetime: DAY });
    const sent = phase2Offer(ours, THEIR_SPI, 1);
    const answer = withAttributes(sent, (all) => all.slice(0, 3));
    expect(acceptPhase2(sent, answer, ours.suites).lifetime).toEqual(DAY);
  });

  it('takes PFS and UDP encapsulation back as offered', () => {
    const ours = policy({ ...CBC, group: 'ecp256' });
    const sent = phase2Offer(ours, THEIR_SPI, 61_443);
    expect(acceptPhase2(sent, sent, ours.suites)).toMatchObject({
      suite: { ...CBC, group: 'ecp256' },
      encapsulation: 'udp',
    });
  });

  it.each([
    [
      'a changed encapsulation mode',
      1,
      (all: ReturnType<typeof tv>[]) => all.map((a) => (a.type === 4 ? tv(4, 3) : a)),
      'encapsulation mode tunnel in UDP, we offered tunnel',
    ],
    [
      'a missing encapsulation mode',
      1,
      (all: ReturnType<typeof tv>[]) => all.filter((a) => a.type !== 4),
      'encapsulation mode missing, we offered tunnel',
    ],
    [
      'a missing key length',
      2,
      (all: ReturnType<typeof tv>[]) => all.filter((a) => a.type !== 6),
      'encryption algorithm aes without key length, we offered aes128',
    ],
    ['an added group', 0, (all: ReturnType<typeof tv>[]) => [...all, tv(3, 14)], 'PFS group modp2048, we offered none'],
    [
      'an added attribute',
      0,
      (all: ReturnType<typeof tv>[]) => [...all, tv(11, 1)],
      'sequence numbers of 64 bits, we offered of 32 bits',
    ],
  ])('refuses %s (RFC 2409 §5)', (_, index, change, why) => {
    const answer = withAttributes(answerWith(index), (all) => change([...all]));
    expect(refusalLines(() => acceptPhase2(offered, answer, suites))[0]).toBe(
      `proposal 1 transform ${index + 1}: ${why}`,
    );
  });

  it('refuses ESP without the integrity that was offered (RFC 2407 §4.5)', () => {
    const answer = withAttributes(offerOf(CBC), (all) => all.filter(({ type }) => type !== 5));
    expect(refusalLines(() => acceptPhase2(offerOf(CBC), answer, [CBC]))[0]).toBe(
      'proposal 1 transform 1: integrity none, we offered sha256',
    );
  });

  it('refuses another protocol', () => {
    const [proposal] = answerWith(1).proposals;
    expect(refusalLines(() => acceptPhase2(offered, proposalsOf({ ...proposal!, protocolId: 2 }), suites))[0]).toBe(
      'proposal 1: protocol AH, we offered ESP',
    );
  });

  it('refuses an answer that has not made a choice (RFC 2408 §4.2)', () => {
    expect(thrown(() => acceptPhase2(offered, offered, suites)).details).toEqual({
      what: 'transforms in an answer',
      have: 3,
    });
    const [one] = answerWith(0).proposals;
    const [two] = answerWith(1).proposals;
    expect(thrown(() => acceptPhase2(offered, proposalsOf(one!, { ...two!, number: 2 }), suites)).code).toBe(
      'BAD_PROPOSAL_SYNTAX',
    );
    expect(thrown(() => acceptPhase2(offered, proposalsOf(one!, two!), suites)).code).toBe('NO_PROPOSAL_CHOSEN');
    expect(thrown(() => acceptPhase2(offered, proposalsOf(), suites)).code).toBe('BAD_PROPOSAL_SYNTAX');
  });

  it('refuses a reserved SPI (RFC 4303 §2.1)', () => {
    const [proposal] = answerWith(1).proposals;
    const answer = proposalsOf({ ...proposal!, spi: new Uint8Array(4) });
    expect(thrown(() => acceptPhase2(offered, answer, suites))).toEqual({ code: 'INVALID_SPI', details: { spi: 0 } });
  });
});
