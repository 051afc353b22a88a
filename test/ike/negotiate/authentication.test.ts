import { describe, expect, it } from 'vitest';
import type { SignatureMethod } from '../../../src/crypto/signatures.ts';
import { authenticationNumber, methodsOf } from '../../../src/ike/negotiate/authentication.ts';
import { acceptPhase1, choosePhase1, type Phase1Policy } from '../../../src/ike/negotiate/phase1-choice.ts';
import { phase1Offer } from '../../../src/ike/negotiate/phase1-offer.ts';
import { connection, HOUR, OLD, refusalLines, STRONG } from './samples.ts';

const signing = (name: string, ...methods: readonly SignatureMethod[]): Phase1Policy => ({
  ...connection(name, [STRONG, OLD]),
  certificates: { methods, authorities: [], send: 'if-asked' },
});

describe('the authentication method', () => {
  it('is offered with every suite, one transform each, in order of preference', () => {
    const [proposal] = phase1Offer([STRONG, OLD], HOUR, ['ecdsa256', 'rsa']).proposals;
    const methods = proposal?.transforms.map(({ number, attributes }) => [
      number,
      attributes.find(({ type }) => type === 3)?.value[1],
    ]);
    expect(methods).toEqual([
      [1, 9],
      [2, 3],
      [3, 9],
      [4, 3],
    ]);
  });
  it('is chosen with the suite, by our order, and accepted by who offered it', () => {
    const offer = phase1Offer([STRONG, OLD], HOUR, ['rsa', 'ecdsa256']);
    const { chosen, answer, allowed } = choosePhase1(offer, [
      signing('hq', 'ecdsa256', 'rsa'),
      signing('other', 'rsa'),
    ]);
    expect(chosen).toMatchObject({ suite: STRONG, method: 'ecdsa256', transformNumber: 2 });
    expect(allowed.map(({ connection: name }) => name)).toEqual(['hq']);
    expect(acceptPhase1(offer, answer)).toMatchObject({ suite: STRONG, method: 'ecdsa256', transformNumber: 2 });
  });
  it('leaves only the connections that allow it: a pre-shared key never stands in for a certificate', () => {
    const ours = [connection('with-key', [STRONG]), signing('with-certificate', 'rsa')];
    const byKey = choosePhase1(phase1Offer([STRONG], HOUR), ours);
    expect(byKey.chosen.method).toBe('psk');
    expect(byKey.allowed.map(({ connection: name }) => name)).toEqual(['with-key']);
    const byCertificate = choosePhase1(phase1Offer([STRONG], HOUR, ['rsa']), ours);
    expect(byCertificate.chosen.method).toBe('rsa');
    expect(byCertificate.allowed.map(({ connection: name }) => name)).toEqual(['with-certificate']);
  });
  it('that differs is told with both names', () => {
    const lines = refusalLines(() => choosePhase1(phase1Offer([STRONG], HOUR), [signing('hq', 'rsa')]));
    expect(lines.join('\n')).toContain('pre-shared key');
    expect(lines.join('\n')).toContain('aes256-sha256-modp2048 with RSA signatures');
  });
  it('that comes back changed is refused', () => {
    const offer = phase1Offer([STRONG], HOUR, ['rsa']);
    expect(() => acceptPhase1(offer, phase1Offer([STRONG], HOUR))).toThrow(
      expect.objectContaining({ code: 'NO_PROPOSAL_CHOSEN' }),
    );
  });
  it('has XAUTH with a key and with RSA, by who is asked, and not with ECDSA', () => {
    const numbers = (policy: Parameters<typeof methodsOf>[0], role: 'initiator' | 'responder'): readonly number[] =>
      methodsOf(policy, role).map(authenticationNumber);
    const [ours, theirs] = [
      { side: 'local', name: 'alice' },
      { side: 'remote', names: 'any' },
    ] as const;
    const { certificates } = signing('hq', 'ecdsa256', 'rsa');
    if (certificates === undefined) throw new Error('no certificates');
    expect(numbers({ user: ours }, 'initiator')).toEqual([65_001]);
    expect(numbers({ user: theirs }, 'responder')).toEqual([65_001]);
    expect(numbers({ user: theirs }, 'initiator')).toEqual([65_002]);
    expect(numbers({ user: ours }, 'responder')).toEqual([65_002]);
    expect(numbers({ user: ours, certificates }, 'initiator')).toEqual([65_005]);
    expect(numbers({ user: theirs, certificates }, 'initiator')).toEqual([65_006]);
    expect(numbers({ certificates }, 'initiator')).toEqual([9, 3]);
    expect(numbers({}, 'responder')).toEqual([1]);
  });
});
