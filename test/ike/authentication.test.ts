import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import type { PskCandidate } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { failures, PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import type { Side } from './side.ts';

const nothingInstalled = (pair: PairOfEndpoints): void => {
  expect(pair.sides.map(({ installed }) => installed)).toEqual([[], []]);
};
const codesOf = (side: Side): unknown[] => side.named('hint').map(({ failure }) => failure.code);
const candidate = (
  psk: string,
  identities: PskCandidate['identities'] = 'any',
  connections = ['link'],
): PskCandidate => ({
  psk: utf8Bytes(psk),
  connections,
  identities,
});
const anyPeer = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  remote: { address: 'any', id: 'any' },
});

describe('different pre-shared keys', () => {
  const wrong = (): PairOfEndpoints => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'), { psks: ['one', 'another'] });
    pair.initiate();
    return pair;
  };

  it('are a hint to the responder at the fifth message, and end nothing before the time of a half-open SA is over', () => {
    const pair = wrong();
    expect(codesOf(pair.b)).toEqual(['PSK_MISMATCH_LIKELY']);
    expect(pair.b.drops).toEqual(['undecryptable']);
    pair.runUntil(62_999);
    expect(failures(pair.b)).toEqual([]);
    pair.runUntil(63_000);
    expect(failures(pair.b)).toEqual(['PSK_MISMATCH_LIKELY']);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
    nothingInstalled(pair);
  });

  it('are the likely cause to the initiator too, whose fifth message gets no answer while those before it got theirs', () => {
    const pair = wrong();
    pair.runUntil(62_999);
    expect(failures(pair.a)).toEqual([]);
    pair.runUntil(63_000);
    expect(failures(pair.a)).toEqual(['PSK_MISMATCH_LIKELY']);
    expect(pair.a.connection().troubles.lastFailure).toMatchObject({
      phase: 1,
      failure: { code: 'PSK_MISMATCH_LIKELY' },
    });
    nothingInstalled(pair);
  });

  it('make the responder say nothing: not to the message, not at the end', () => {
    const pair = wrong();
    const before = pair.wire.length;
    pair.runUntil(63_000);
    expect(pair.wire.slice(before).filter((datagram) => !pair.fromA(datagram))).toEqual([]);
  });

  it('are only a hint where a peer answers in a key of its own, as charon does', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'));
    pair.onWire = (datagram) => {
      if (pair.fromA(datagram) || pair.wire.length !== 6) return [datagram];
      const bytes = datagram.bytes.slice();
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      return [{ ...datagram, bytes }];
    };
    pair.initiate();
    expect(codesOf(pair.a)).toEqual(['PSK_MISMATCH_LIKELY']);
    expect(failures(pair.a)).toEqual([]);
    expect(pair.a.installed).toEqual([]);
    // The good answer comes again because the fifth message does.
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(1000);
    expect(pair.a.installed).toHaveLength(2);
    // And what comes later has nothing to do with it.
    pair.onWire = () => [];
    pair.within(pair.a, () => {
      for (const known of pair.a.connection().pairs.values()) known.endReason = 'replaced';
      pair.a.connection().initiate(pair.now);
    });
    pair.runUntil(70_000);
    expect(pair.a.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['PEER_SILENT']);
  });
});

describe('several pre-shared keys for one address', () => {
  it('are all tried on the fifth message, and the one that fits decides', () => {
    const candidates = () => [candidate('wrong'), candidate('a secret'), candidate('wrong too')];
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'), { psks: ['a secret', candidates] });
    pair.initiate();
    expect(pair.sides.map(({ installed }) => installed.length)).toEqual([2, 2]);
    expect(pair.b.drops).toEqual([]);
  });

  it('are tried up to sixteen', () => {
    const ring = (wrong: number) => () => [
      ...Array.from({ length: wrong }, (_, i) => candidate(`wrong ${i}`)),
      candidate('a secret'),
    ];
    const bringUp = (wrong: number): number => {
      const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'), { psks: ['a secret', ring(wrong)] });
      pair.initiate();
      return pair.b.installed.length;
    };
    expect([bringUp(15), bringUp(16)]).toEqual([2, 0]);
  });

  it('are none: PSK_NOT_FOUND on either side, and the peer learns no more than AUTHENTICATION-FAILED', () => {
    const asResponder = new PairOfEndpoints(policyOf('a'), policyOf('b'), { psks: ['a secret', () => []] });
    asResponder.initiate();
    expect(failures(asResponder.b)).toEqual(['PSK_NOT_FOUND']);
    expect(asResponder.a.named('peer.notify').map(({ notify, protected: sealed }) => [notify, sealed])).toEqual([
      ['AUTHENTICATION-FAILED', false],
    ]);
    expect(failures(asResponder.a)).toEqual([]);
    const asInitiator = new PairOfEndpoints(policyOf('a'), policyOf('b'), { psks: [() => [], 'a secret'] });
    asInitiator.initiate();
    expect(failures(asInitiator.a)).toEqual(['PSK_NOT_FOUND']);
  });
});

describe('the identity of a peer', () => {
  const renamed =
    (id: string) =>
    (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      local: { ...policy.local, id: parseIdentity(id) },
    });

  it('is refused by the responder where no connection expects it, with both values', () => {
    const pair = new PairOfEndpoints(policyOf('a', { but: renamed('@other.example') }), policyOf('b'));
    pair.initiate();
    expect(pair.b.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['AUTHENTICATION_FAILED', { what: 'identity', theirs: '@other.example', ours: '@a.example' }],
    ]);
    nothingInstalled(pair);
    // The peer has the key, so it can be told under it and does not wait to no purpose.
    expect(pair.now).toBe(0);
    expect(pair.a.named('peer.notify').map(({ notify, protected: sealed }) => [notify, sealed])).toEqual([
      ['AUTHENTICATION-FAILED', true],
    ]);
    expect(pair.a.named('phase1.failed').map(({ failure }) => [failure.code, failure.details['saidBy']])).toEqual([
      ['AUTHENTICATION_FAILED', 'peer'],
    ]);
    expect(pair.b.named('message.sent').filter(({ encrypted }) => !encrypted)).toHaveLength(2);
  });

  it('is refused by the initiator where it is not the one that it called, with both values, and the peer is told', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: renamed('@other.example') }));
    pair.initiate();
    expect(pair.a.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['AUTHENTICATION_FAILED', { what: 'identity', theirs: '@other.example', ours: '@b.example' }],
    ]);
    expect(pair.b.named('peer.notify').map(({ notify, protected: sealed }) => [notify, sealed])).toEqual([
      ['AUTHENTICATION-FAILED', true],
    ]);
    // And the responder, who believed it stood, lets go of it.
    expect(pair.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['refused']);
    nothingInstalled(pair);
  });

  it('compares names without regard to case (RFC 4343)', () => {
    const pair = new PairOfEndpoints(policyOf('a', { but: renamed('@A.Example.') }), policyOf('b'));
    pair.initiate();
    expect(pair.b.installed).toHaveLength(2);
  });

  it('picks its connection among those that share the address', () => {
    const other = policyOf('b', {
      name: 'other',
      but: (policy) => ({ ...policy, remote: { address: A, id: parseIdentity('@x') } }),
    });
    const elsewhere = policyOf('b', {
      name: 'elsewhere',
      but: (policy) => ({ ...policy, remote: { ...policy.remote, address: B } }),
    });
    const pair = new PairOfEndpoints(policyOf('a'), [other, elsewhere, policyOf('b')]);
    pair.initiate();
    expect(pair.b.installed.map(({ connection }) => connection)).toEqual(['link', 'link']);
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['link']);
  });

  it('takes a connection for it by name before one for anybody', () => {
    const pair = new PairOfEndpoints(policyOf('a'), [policyOf('b', { name: 'anybody', but: anyPeer }), policyOf('b')]);
    pair.initiate();
    expect(pair.b.installed.map(({ connection }) => connection)).toEqual(['link', 'link']);
  });

  it('is bound to the key: one peer’s key does not serve for another’s identity', () => {
    const key = (psk: string, id: string) => candidate(psk, [parseIdentity(id)]);
    const keys = () => [key('key of a', '@a.example'), key('key of c', '@c.example')];
    const asA = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: anyPeer }), { psks: ['key of a', keys] });
    asA.initiate();
    expect(asA.b.installed).toHaveLength(2);
    const asThief = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: anyPeer }), { psks: ['key of c', keys] });
    asThief.initiate();
    expect(asThief.b.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['AUTHENTICATION_FAILED', { what: 'identity', theirs: '@a.example', ours: '%any' }],
    ]);
    nothingInstalled(asThief);
  });

  it('is bound to the key that the initiator had to take before it was known', () => {
    const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({ ...policy, remote: { address: B, id: 'any' } });
    const calls = (id: string): PairOfEndpoints => {
      const guess = () => [candidate('one', [parseIdentity(id)])];
      const pair = new PairOfEndpoints(policyOf('a', { but: anybody }), policyOf('b'), { psks: [guess, 'one'] });
      pair.initiate();
      return pair;
    };
    expect(calls('@b.example').a.connection().isUp('net')).toBe(true);
    const refused = calls('@c.example');
    expect(failures(refused.a)).toEqual(['AUTHENTICATION_FAILED']);
    expect(refused.a.connection().troubles.lastFailure?.failure.details).toEqual({
      ...{ what: 'identity', theirs: '@b.example', ours: '@c.example' },
    });
    nothingInstalled(refused);
  });

  it('must belong to a connection that the key is for', () => {
    const keys = () => [candidate('a secret', 'any', ['another'])];
    const another = policyOf('b', {
      name: 'another',
      but: (policy) => ({ ...policy, remote: { address: A, id: parseIdentity('@x') } }),
    });
    const pair = new PairOfEndpoints(policyOf('a'), [policyOf('b'), another], { psks: ['a secret', keys] });
    pair.initiate();
    expect(pair.b.named('phase1.failed').map(({ failure }) => failure.details)).toEqual([
      { what: 'identity', theirs: '@a.example', ours: '@x' },
    ]);
    nothingInstalled(pair);
  });

  it('tells peers apart that have the same key, each in an entry of its own', () => {
    const keys = () => [candidate('a secret', 'any', ['another']), candidate('a secret', 'any', ['link'])];
    const another = policyOf('b', {
      name: 'another',
      but: (policy) => ({ ...policy, remote: { address: A, id: parseIdentity('@x') } }),
    });
    const pair = new PairOfEndpoints(policyOf('a'), [another, policyOf('b')], { psks: ['a secret', keys] });
    pair.initiate();
    expect(pair.b.installed.map(({ connection }) => connection)).toEqual(['link', 'link']);
  });

  it('has to be in a connection that allows the suite that was agreed before it was known', () => {
    const strong = policyOf('b', { suites: [{ cipher: 'aes256', hash: 'sha512', group: 'ecp256' }] });
    const weak = policyOf('b', {
      name: 'weak',
      but: (policy) => ({ ...policy, remote: { address: A, id: parseIdentity('@x') } }),
    });
    const pair = new PairOfEndpoints(policyOf('a'), [strong, weak]);
    pair.initiate();
    expect(failures(pair.b)).toEqual(['AUTHENTICATION_FAILED']);
    nothingInstalled(pair);
  });
});
