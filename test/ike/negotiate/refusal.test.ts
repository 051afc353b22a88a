import type { Phase1Suite } from '../../../src/crypto/suites.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IkeError } from '../../../src/base/errors.ts';
import { explainRefusal, noProposalChosen, refusalText } from '../../../src/ike/negotiate/refusal.ts';
import { choosePhase1 } from '../../../src/ike/negotiate/phase1-choice.ts';
import { choosePhase2 } from '../../../src/ike/negotiate/phase2-choice.ts';
import { phase2Offer } from '../../../src/ike/negotiate/phase2-offer.ts';
import { phase1Offer } from '../../../src/ike/negotiate/phase1-offer.ts';
import {
  HOUR,
  OLD,
  STRONG,
  connection,
  refusalLines,
  thrown,
  tlv,
  tunnel,
  tv,
  withAttributes,
  withTransforms,
} from './samples.ts';

const suite = (cipher: Phase1Suite['cipher'], hash: Phase1Suite['hash'], group: Phase1Suite['group']): Phase1Suite => ({
  cipher,
  hash,
  group,
});

describe('the explanation of a refusal', () => {
  it('blames the first difference to the nearest suite of ours, transform by transform', () => {
    const offer = phase1Offer([suite('aes256', 'sha1', 'modp2048'), suite('aes128', 'sha1', 'modp1024'), OLD], HOUR);
    const ours = [connection('hq', [STRONG, suite('aes128', 'sha256', 'modp1536')])];
    expect(refusalLines(() => choosePhase1(offer, ours))).toEqual([
      'transform 1: hash sha1, we allow sha256',
      'transform 2: hash sha1, we allow sha256',
      'transform 3: encryption algorithm 3des, we allow aes256 or aes128',
      'nearest is transform 1 to aes256-sha256-modp2048: hash sha1, we allow sha256',
    ]);
  });

  it('names all that would have been right where several suites are equally near', () => {
    const ours = (['sha256', 'sha384', 'sha512'] as const).map((hash) => suite('aes256', hash, 'modp2048'));
    const offer = phase1Offer([suite('aes256', 'sha1', 'modp2048')], HOUR);
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', ours)]))[0]).toBe(
      'transform 1: hash sha1, we allow sha256 or sha384 or sha512',
    );
  });

  it('shows numbers that nobody knows as numbers', () => {
    const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) =>
      all.map((attribute) => (attribute.type === 1 ? tv(1, 65_004) : attribute)),
    );
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))[0]).toBe(
      'transform 1: encryption algorithm 65004 with key length 256, we allow aes256',
    );
  });

  it('says why a group that the peer describes by its prime is never taken (RFC 2409 App. A)', () => {
    const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) => [
      ...all.filter(({ type }) => type !== 4),
      tv(5, 1),
      tlv(6, ...Array<number>(256).fill(0xff)),
      tv(7, 2),
    ]);
    const why =
      "group of the peer's making (never taken: it costs seconds to check, and a trapdoor in its prime is found by no check)";
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))).toEqual([
      `transform 1: ${why}, we allow modp2048`,
      `nearest is transform 1 to aes256-sha256-modp2048: ${why}, we allow modp2048; other attributes 5, 6, 7, we allow none`,
    ]);
  });

  it('takes what is ours beside numbers for private use, in both phases', () => {
    const vendors = withTransforms(phase1Offer([STRONG, STRONG], HOUR), (transform) => ({
      ...transform,
      attributes: transform.attributes.map((each) =>
        transform.number === 1 && each.type === 1 ? tv(1, 65_004) : each,
      ),
    }));
    expect(choosePhase1(vendors, [connection('hq', [STRONG])]).chosen.transformNumber).toBe(2);
    const esp = { cipher: 'aes256', integrity: 'sha256' } as const;
    const policy = tunnel({ suites: [esp, esp] });
    const offer = withTransforms(phase2Offer(policy, 0x1000, 1), (transform) =>
      transform.number === 1 ? { ...transform, transformId: 249 } : transform,
    );
    const circumstances = { encapsulationModes: [1], keyExchangePresent: false };
    expect(choosePhase2(offer, policy, circumstances).transform.number).toBe(2);
    const alone = withTransforms(offer, (transform) => ({ ...transform, transformId: 249 }));
    expect(refusalLines(() => choosePhase2(alone, policy, circumstances))[0]).toBe(
      'proposal 1 transform 1: encryption algorithm 249 with key length 256, we allow aes256',
    );
  });

  it.each([
    [22, 'modp1024s160'],
    [23, 'modp2048s224'],
    [24, 'modp2048s256'],
  ])('says why group %d is never taken', (number, name) => {
    const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) =>
      all.map((attribute) => (attribute.type === 4 ? tv(4, number) : attribute)),
    );
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))[0]).toBe(
      `transform 1: group ${name} (never taken: it has small subgroups that give a private value away, and a prime of unknown origin), we allow modp2048`,
    );
  });

  it('is kept as plain data beside the error', () => {
    const { code, details } = thrown(() =>
      choosePhase1(phase1Offer([OLD], HOUR), [connection('hq', [{ ...OLD, hash: 'sha256' }])]),
    );
    const difference = { what: 'hash', theirs: 'sha1', ours: ['sha256'] };
    expect({ code, details }).toEqual({
      code: 'NO_PROPOSAL_CHOSEN',
      details: {
        why: 'nearest is transform 1 to 3des-sha256-modp1024: hash sha1, we allow sha256',
        issues: [
          'we allow 3des-sha256-modp1024',
          'the peer offers transform 1: encryption algorithm 3des, hash sha1, authentication method pre-shared key, group modp1024',
          'nearest is transform 1 to 3des-sha256-modp1024: hash sha1, we allow sha256',
        ],
        refusal: {
          phase: 1,
          of: 'offer',
          transforms: [{ proposal: 1, transform: 1, difference }],
          more: 0,
          nearest: { proposal: 1, transform: 1, suite: '3des-sha256-modp1024', differences: [difference] },
        },
      },
    });
    expect(structuredClone(details['refusal'])).toEqual(details['refusal']);
  });

  it('is in the message of the error', () => {
    const error = noProposalChosen(
      1,
      'offer',
      [{ proposal: 1, transform: 4, traits: { hash: 'md5' } }],
      [{ suite: 's', traits: { hash: 'sha1' } }],
    );
    expect(IkeError.is(error)).toBe(true);
    expect(error.message).toBe(
      'NO_PROPOSAL_CHOSEN: no offered proposal is acceptable (why nearest is transform 4 to s: hash md5, we allow sha1)',
    );
  });

  it('explains sixteen transforms and counts the others, but looks for the nearest among all', () => {
    const offer = phase1Offer([...Array.from({ length: 199 }, () => OLD), { ...STRONG, hash: 'sha1' }], HOUR);
    const lines = refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]));
    expect(lines).toHaveLength(18);
    expect(lines[15]).toBe('transform 16: encryption algorithm 3des, we allow aes256');
    expect(lines[16]).toBe('184 more transforms');
    expect(lines[17]).toBe('nearest is transform 200 to aes256-sha256-modp2048: hash sha1, we allow sha256');
  });

  it('lists sixteen suites and sixteen transforms, and says how many there are besides', () => {
    const ours = Array.from({ length: 17 }, (_, i) => ({ suite: `s${i}`, traits: { hash: `h${i}` } }));
    const theirs = Array.from({ length: 20 }, (_, i) => ({ proposal: 1, transform: i + 1, traits: { hash: 'x' } }));
    const issues = noProposalChosen(2, 'answer', theirs, ours).details['issues'] as string[];
    expect(issues).toHaveLength(1 + 16 + 1 + 1);
    expect(issues[0]).toBe(`we offered ${Array.from({ length: 16 }, (_, i) => `s${i}`).join(', ')}, 1 more`);
    expect(issues.slice(16, 18)).toEqual([
      'the peer answers proposal 1 transform 16: hash x',
      'the peer answers 4 more',
    ]);
  });

  it('names six values at most', () => {
    const ours = Array.from({ length: 9 }, (_, i) => ({ suite: `s${i}`, traits: { hash: `h${i}` } }));
    const refusal = explainRefusal(1, 'offer', [{ proposal: 1, transform: 1, traits: { hash: 'x' } }], ours);
    expect(refusal.transforms[0]?.difference.ours).toEqual(['h0', 'h1', 'h2', 'h3', 'h4', 'h5']);
  });

  it('names four attributes at most that we do not know', () => {
    const offer = withAttributes(phase1Offer([STRONG], HOUR), (all) => [
      ...all,
      ...Array.from({ length: 9 }, (_, i) => tv(100 + i, 0)),
    ]);
    expect(refusalLines(() => choosePhase1(offer, [connection('hq', [STRONG])]))[0]).toBe(
      'transform 1: other attributes 100, 101, 102, 103 and 5 more, we allow none',
    );
  });

  it('has nothing to compare where nothing was offered', () => {
    const refusal = explainRefusal(2, 'offer', [], [{ suite: 's', traits: { protocol: 'ESP' } }]);
    expect(refusal).toEqual({ phase: 2, of: 'offer', transforms: [], more: 0 });
    expect(refusalText(refusal)).toEqual(['nothing to compare']);
  });

  it('stays small whatever a peer sends', () => {
    const attribute = fc.record({
      type: fc.integer({ min: 0, max: 0x7fff }),
      format: fc.constant('tlv' as const),
      value: fc.uint8Array({ maxLength: 40 }),
    });
    const transform = fc.record({
      number: fc.nat(255),
      transformId: fc.nat(255),
      attributes: fc.array(attribute, { maxLength: 12 }),
    });
    const offer = fc.record({
      doi: fc.constant(1),
      situation: fc.constant(1),
      proposals: fc.tuple(
        fc.record({
          number: fc.nat(255),
          protocolId: fc.constant(1),
          spi: fc.uint8Array({ maxLength: 16 }),
          transforms: fc.array(transform, { maxLength: 40 }),
        }),
      ),
    });
    fc.assert(
      fc.property(offer, (sa) => {
        const { code, details } = thrown(() => choosePhase1(sa, [connection('hq', [STRONG, OLD])]));
        expect(['NO_PROPOSAL_CHOSEN', 'BAD_PROPOSAL_SYNTAX']).toContain(code);
        expect(JSON.stringify(details).length).toBeLessThan(5000);
      }),
    );
  });
});
