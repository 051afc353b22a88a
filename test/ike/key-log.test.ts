import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import type { UnsafeKeyLog } from '../../src/ike/effects.ts';
import { keyLogLine } from '../../src/ike/key-log.ts';
import { withId } from './certificates.ts';
import { asGateway, asUser, hybridPair } from './hybrid-pair.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { Side } from './side.ts';

const logged = ({ effects }: Side): UnsafeKeyLog[] =>
  effects.flatMap((effect) => (effect.type === 'unsafe-key-log' ? [effect] : []));

const finishOne = (pair: PairOfEndpoints): void => {
  pair.b.finishJob(pair.now);
  pair.settle();
};

const unsafe = { unsafeKeyLog: true } as const;

describe('the key log', () => {
  test('does not exist unless it was asked for by name', () => {
    const pair = PairOfEndpoints.up();
    expect(pair.sides.map(logged)).toEqual([[], []]);
    expect(pair.sides.map(({ installed }) => installed.length)).toEqual([2, 2]);
  });

  test.each(['main', 'aggressive'] as const)('has the key of each ISAKMP SA once at both ends: %s', (exchange) => {
    const pair = PairOfEndpoints.up({ exchange }, unsafe);
    pair.command({ type: 'terminate', connection: 'link' });
    const [[a], [b]] = [logged(pair.a), logged(pair.b)];
    expect(pair.sides.map((side) => logged(side).length)).toEqual([1, 1]);
    expect(a).toEqual(b);
    expect(a?.encryptionKey).toHaveLength(16);
    expect(toHex(a?.initiatorCookie ?? new Uint8Array())).toBe(pair.a.named('phase1.started')[0]?.sa.initiatorCookie);
  });

  test('has the one of an initiator whose fifth message nobody can read', () => {
    const pair = new PairOfEndpoints(undefined, undefined, { ...unsafe, psks: ['one', 'another'] });
    pair.initiate();
    expect(pair.b.drops).toEqual(['undecryptable']);
    expect(pair.sides.map((side) => logged(side).length)).toEqual([1, 0]);
  });

  test('has, of an Aggressive Mode that nobody believed, nothing', () => {
    const policies = [policyOf('a', { exchange: 'aggressive' }), policyOf('b', { exchange: 'aggressive' })] as const;
    const pair = new PairOfEndpoints(...policies, { ...unsafe, psks: ['one', 'another'] });
    pair.initiate();
    expect(pair.sides.map((side) => logged(side).length)).toEqual([0, 0]);
  });

  test('has it of an SA that is refused too, under which the refusal is sent', () => {
    const stranger = { ...policyOf('b').remote, id: parseIdentity('@somebody.example') };
    const pair = new PairOfEndpoints(policyOf('a'), { ...policyOf('b'), remote: stranger }, unsafe);
    pair.initiate();
    expect(pair.b.named('phase1.failed')[0]?.failure.code).toBe('AUTHENTICATION_FAILED');
    expect(logged(pair.b)).toEqual(logged(pair.a));
    expect(logged(pair.b)).toHaveLength(1);
  });

  test.each([
    ['main', 'a'],
    ['aggressive', 'a'],
    ['aggressive', 'b'],
  ] as const)('has, of a peer that only a user proves, nothing before that: %s, begun by %s', (exchange, beginner) => {
    const pair = hybridPair(asUser(exchange), asGateway('any', exchange), unsafe);
    pair.b.holdJobs = true;
    pair.initiate(pair[beginner]);
    while (pair.b.waiting.some(({ job }) => job.kind !== 'verify-user')) finishOne(pair);
    expect(pair.b.waiting.map(({ job }) => job.kind)).toEqual(['verify-user']);
    expect(pair.sides.map((side) => logged(side).length)).toEqual([1, 0]);
    pair.finishJobs(pair.b);
    expect(logged(pair.b)).toEqual(logged(pair.a));
    expect(logged(pair.b)).toHaveLength(1);
  });

  test('has none of one that is refused without being proved', () => {
    const pair = hybridPair(withId(asUser(), '@c.example'), asGateway(), unsafe);
    pair.initiate();
    expect(pair.b.named('phase1.failed')[0]?.failure.code).toBe('AUTHENTICATION_FAILED');
    expect(pair.sides.map((side) => logged(side).length)).toEqual([1, 0]);
  });

  test('is a line of an ikev1_decryption_table', () => {
    const [initiatorCookie, encryptionKey] = [fromHex('0102030405060708'), fromHex('0a0b0c')];
    expect(keyLogLine({ type: 'unsafe-key-log', initiatorCookie, encryptionKey })).toBe('0102030405060708,0a0b0c');
  });
});
