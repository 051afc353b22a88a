import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/ike/events.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf, type PolicyOptions } from './policies.ts';
import type { Side } from './side.ts';

const ONE = { cipher: 'aes128', hash: 'sha256', group: 'ecp256' } as const;
const OTHER = { cipher: 'aes256', hash: 'sha384', group: 'ecp384' } as const;

/** Both sides, after the first attempt has had its time. */
function failed(a: PolicyOptions, b: PolicyOptions, psks: readonly [string, string] = ['one', 'one']): PairOfEndpoints {
  const pair = new PairOfEndpoints(policyOf('a', a), policyOf('b', b), { psks });
  pair.initiate();
  pair.runUntil(63_000);
  return pair;
}
const lastFailure = (side: Side): Failure | undefined => side.connection().troubles.lastFailure?.failure;
const told = (side: Side): unknown => {
  const { code, details } = lastFailure(side) ?? {};
  const { refusal: _refusal, ...plain } = details ?? {};
  return { code, ...plain };
};

describe('a failure says what either side has', () => {
  it('different pre-shared keys: PSK_MISMATCH_LIKELY on both, each with what it did and what it saw', () => {
    const pair = failed({}, {}, ['one', 'another']);
    expect(told(pair.a)).toEqual({
      code: 'PSK_MISMATCH_LIKELY',
      ours: 'the fifth message of Main Mode, the first that is encrypted',
      theirs: 'answers until then, and none to it: it has another key, or its sixth message was lost each time',
    });
    expect(told(pair.b)).toEqual({
      code: 'PSK_MISMATCH_LIKELY',
      ours: 'every pre-shared key for this peer tried',
      theirs: 'a fifth message of Main Mode that does not decrypt',
    });
    expect(lastFailure(pair.b)?.text).toBe(
      'PSK_MISMATCH_LIKELY: encrypted message is unreadable or a HASH is wrong, most likely because the pre-shared keys differ (ours every pre-shared key for this peer tried, theirs a fifth message of Main Mode that does not decrypt)',
    );
    expect(lastFailure(pair.b)?.advice).toBe('enter the same pre-shared key on both sides');
  });

  it('proposals of phase 1: who refuses has both lists and the nearest pair, who is refused what it offered', () => {
    const pair = failed({ suites: [ONE] }, { suites: [OTHER, { ...ONE, hash: 'sha1' }] });
    const why = 'nearest is transform 1 to aes128-sha1-ecp256: hash sha256, we allow sha1';
    expect(told(pair.b)).toEqual({
      code: 'NO_PROPOSAL_CHOSEN',
      why,
      issues: [
        'we allow aes256-sha384-ecp384, aes128-sha1-ecp256',
        'the peer offers transform 1: encryption algorithm aes128, hash sha256, authentication method pre-shared key, group ecp256',
        why,
      ],
    });
    expect(told(pair.a)).toEqual({
      ...{ code: 'NO_PROPOSAL_CHOSEN', saidBy: 'peer', notify: 'NO-PROPOSAL-CHOSEN' },
      ...{ proved: 'no, so only a hint', ours: 'aes128-sha256-ecp256' },
    });
  });

  it('proposals of phase 2, under the keys', () => {
    const pair = failed({ esp: [{ cipher: 'aes128gcm16' }] }, { esp: [{ cipher: 'aes256gcm16' }] });
    expect(told(pair.b)).toMatchObject({
      code: 'NO_PROPOSAL_CHOSEN',
      issues: ['we allow aes256gcm16', expect.stringContaining('aes128gcm16'), expect.stringContaining('nearest is')],
    });
    expect(told(pair.a)).toEqual({
      ...{ code: 'NO_PROPOSAL_CHOSEN', saidBy: 'peer', notify: 'NO-PROPOSAL-CHOSEN', proved: 'yes' },
      ours: 'aes128gcm16',
    });
  });

  it('networks: both, as seen from the side that says it', () => {
    const pair = failed({}, { nets: ['10.1.0.0/24', '10.9.0.0/24'] });
    expect(told(pair.b)).toEqual({
      code: 'INVALID_ID_INFORMATION',
      why: 'nearest is tunnel net: local 10.2.0.0/24 asked, we have 10.9.0.0/24',
      issues: [
        'peer asks for local 10.2.0.0/24, remote 10.1.0.0/24 (seen from here)',
        'nearest is tunnel net: local 10.2.0.0/24 asked, we have 10.9.0.0/24',
      ],
    });
    expect(told(pair.a)).toEqual({
      ...{ code: 'INVALID_ID_INFORMATION', saidBy: 'peer', notify: 'INVALID-ID-INFORMATION', proved: 'yes' },
      ours: 'local 10.1.0.0/24, remote 10.2.0.0/24',
    });
  });

  it('identities: who the peer says to be and who it should be; the peer, who it said to be', () => {
    const renamed: PolicyOptions = {
      but: (policy) => ({ ...policy, local: { ...policy.local, id: policyOf('b').local.id } }),
    };
    const pair = failed(renamed, {});
    expect(told(pair.b)).toEqual({
      ...{ code: 'AUTHENTICATION_FAILED', what: 'identity', theirs: '@b.example', ours: '@a.example' },
    });
    expect(told(pair.a)).toEqual({
      ...{ code: 'AUTHENTICATION_FAILED', saidBy: 'peer', notify: 'AUTHENTICATION-FAILED', proved: 'yes' },
      ours: '@b.example',
    });
  });
});
