import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import type { Job } from '../../src/ike/effects.ts';
import type { CertificatePolicy, ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { authority, type KeyName } from '../pki/authority.ts';
import { answering, certified, certifiedPair, type Ends, endsWith, root, withId } from './certificates.ts';
import { failures, type PairOfEndpoints, stands } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { Side } from './side.ts';

const usual = await endsWith();
const [endsA, endsB] = usual;
const both = (change: (policy: ConnectionPolicy) => ConnectionPolicy = (policy) => policy) =>
  [change(certified('a', ['ecdsa256'])), change(certified('b', ['ecdsa256']))] as const;

function up(
  [a, b]: readonly [ConnectionPolicy | ConnectionPolicy[], ConnectionPolicy | ConnectionPolicy[]] = both(),
  ends: readonly [Ends, Ends] = usual,
): PairOfEndpoints {
  const pair = certifiedPair(a, b, ends);
  pair.initiate();
  return pair;
}
const hints = (side: Side): unknown[] => side.named('hint').map(({ failure }) => failure.code);
const issue = (wanted: Parameters<typeof root.issue>[0]) =>
  root.issue({ names: [{ type: 'dns', value: 'a.example' }], ...wanted });

describe('Main Mode with signatures', () => {
  it.each([
    ['rsa', 'rsa2048'],
    ['ecdsa256', 'p256'],
    ['ecdsa384', 'p384'],
    ['ecdsa521', 'p521'],
  ] as const satisfies readonly (readonly [SignatureMethod, KeyName])[])(
    'stands with %s, and a tunnel with it',
    async (method, key) => {
      const pair = up([certified('a', [method]), certified('b', [method])], await endsWith(key));
      expect([stands(pair), pair.a.drops, pair.b.drops]).toEqual([[true, true], [], []]);
      expect(pair.a.isakmp().established?.certificate).toMatchObject({ subject: 'CN=b.example', trustedBy: 'CN=Root' });
      expect(pair.b.named('phase1.established')[0]?.certificate).toMatchObject({
        subject: 'CN=a.example',
        unchecked: [],
      });
    },
  );
  it('has HASHes of the negotiated PRF with RSA, and of the method with ECDSA (RFC 4754 §4)', async () => {
    const lengths = async (method: SignatureMethod, key: KeyName) => {
      const suites = [{ cipher: 'aes128', hash: 'sha1', group: 'ecp256' }] as const;
      const pair = certifiedPair(
        certified('a', [method], { suites }),
        certified('b', [method], { suites }),
        await endsWith(key),
      );
      pair.initiate();
      expect(stands(pair)).toEqual([true, true]);
      return jobsOf(pair).flatMap((job) => (job.kind === 'sign' ? [job.hash.length] : []));
    };
    expect(await lengths('rsa', 'rsa2048')).toEqual([20, 20]);
    expect(await lengths('ecdsa256', 'p256')).toEqual([32, 32]);
    expect(await lengths('ecdsa384', 'p384')).toEqual([48, 48]);
    expect(await lengths('ecdsa521', 'p521')).toEqual([64, 64]);
  });
  it('stands through a NAT on port 4500', () => {
    const pair = certifiedPair(certified('a', ['ecdsa256'], { natt: 'force' }), certified('b', ['ecdsa256']), usual);
    pair.initiate();
    expect(stands(pair)).toEqual([true, true]);
    expect(pair.a.isakmp().channel.local.port).toBe(4500);
  });
  it('takes the method that both allow', async () => {
    const pair = up([certified('a', ['rsa', 'ecdsa384', 'ecdsa256']), certified('b', ['ecdsa256', 'rsa'])]);
    expect(pair.a.isakmp().established?.agreement.method).toBe('ecdsa256');
    expect(stands(pair)).toEqual([true, true]);
  });
  it('does not begin with a peer that has a pre-shared key: the refusal names both methods', () => {
    const pair = up([certified('a', ['ecdsa256']), policyOf('b')]);
    expect(failures(pair.b)).toEqual(['NO_PROPOSAL_CHOSEN']);
    expect(JSON.stringify(pair.b.named('phase1.failed'))).toContain('ECDSA-256');
  });
});

const jobsOf = (pair: PairOfEndpoints): Job[] =>
  pair.sides.flatMap((side) => side.effects.flatMap((effect) => (effect.type === 'job' ? [effect.job] : [])));

describe('certificates in Main Mode', () => {
  const sent = (pair: PairOfEndpoints) =>
    jobsOf(pair).flatMap((job) => (job.kind === 'verify-peer' ? [job.certificates.length] : []));
  const policy =
    (certificates: Partial<CertificatePolicy>) =>
    (from: ConnectionPolicy): ConnectionPolicy => ({
      ...from,
      certificates: { methods: ['ecdsa256'], authorities: [], send: 'if-asked', ...certificates },
    });
  const pinned = [
    { ...endsA, trust: { pinned: [endsB.own.certificate] } },
    { ...endsB, trust: { pinned: [endsA.own.certificate] } },
  ] as const;

  it('go along where they are asked for, in both directions', () => {
    expect(sent(up())).toEqual([1, 1]);
  });
  it('do not where nobody asks, and are not needed where the peer has them', () => {
    const pair = up(both(policy({})), pinned);
    expect([sent(pair), stands(pair)]).toEqual([
      [0, 0],
      [true, true],
    ]);
  });
  it('go along unasked, or not although they are asked for, where the configuration says so', () => {
    expect(sent(up(both(policy({ send: 'always' })), pinned))).toEqual([1, 1]);
    expect(sent(up(both(policy({ send: 'never', authorities: [root.certificate.subject] })), pinned))).toEqual([0, 0]);
  });
  it('are asked for by the names of the authorities: by the responder in message 4, by the initiator in message 5 (RFC 4945 §3.2.5)', () => {
    const requests = jobsOf(up()).flatMap((job) => (job.kind === 'sign' ? [job.requests] : []));
    const request = { encoding: 4, data: root.certificate.subject };
    expect(requests).toEqual([[request], [request]]);
  });
  it('are asked for with one empty request where there are more than ten authorities', () => {
    const authorities = Array.from({ length: 11 }, (_, i) => Uint8Array.of(0x30, 0, i));
    const pair = up(both(policy({ authorities })));
    expect(jobsOf(pair).flatMap((job) => (job.kind === 'sign' ? [job.requests.length] : []))).toEqual([1, 1]);
    expect(stands(pair)).toEqual([true, true]);
  });
});

describe('a peer whose certificate is refused', () => {
  it('is known by its signature, so both sides end at once, and it is told under the keys', async () => {
    const expired = await issue({ subject: 'CN=old', until: '2021-01-01T00:00:00Z' });
    const pair = up(both(), [{ ...endsA, own: expired }, endsB]);
    expect(failures(pair.b)).toEqual(['INVALID_CERTIFICATE']);
    expect(pair.b.named('phase1.failed')[0]?.failure.details).toEqual({
      check: 'expired',
      reason: 'certificate CN=old (1 of 2) has expired: 2021-01-01T00:00:00Z',
    });
    expect(failures(pair.a)).toEqual(['INVALID_CERTIFICATE']);
    expect(pair.sides.map(({ installed }) => installed)).toEqual([[], []]);
  });
  it('is told by the initiator too, to whom the responder proved the wrong thing', async () => {
    const stranger = await authority({ subject: 'CN=Stranger' });
    const pair = up(both(), [{ ...endsA, trust: { authorities: [stranger.certificate] } }, endsB]);
    expect(failures(pair.a)).toEqual(['INVALID_CERT_AUTHORITY']);
    expect(pair.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['refused']);
    expect(pair.b.endpoint.snapshot(pair.now).connections[0]).toMatchObject({
      phase1: [],
      lastFailure: { phase: 1, failure: { code: 'INVALID_CERT_AUTHORITY', details: { saidBy: 'peer' } } },
    });
    expect(pair.sides.map(({ installed }) => installed)).toEqual([[], []]);
  });
  it('says an identity for which there is no connection, and is told', async () => {
    const other = await root.issue({ subject: 'CN=other', names: [{ type: 'dns', value: 'other.example' }] });
    const [a, b] = both();
    const pair = up([withId(a, '@other.example'), b], [{ ...endsA, own: other }, endsB]);
    expect(failures(pair.b)).toEqual(['AUTHENTICATION_FAILED']);
    expect(pair.b.named('phase1.failed')[0]?.failure.details).toMatchObject({
      theirs: '@other.example',
      ours: '@a.example',
    });
    expect(failures(pair.a)).toEqual(['AUTHENTICATION_FAILED']);
  });
  it('is another than the initiator wanted', async () => {
    const other = await root.issue({ subject: 'CN=other', names: [{ type: 'dns', value: 'other.example' }] });
    const [a, b] = both();
    const pair = up([a, withId(b, '@other.example')], [endsA, { ...endsB, own: other }]);
    expect(failures(pair.a)).toEqual(['AUTHENTICATION_FAILED']);
    expect(stands(pair)).toEqual([false, false]);
  });
  it('is nobody where it has not even a certificate: that ends nothing before the time is over', () => {
    const [a, b] = both((policy) => ({
      ...policy,
      certificates: { methods: ['ecdsa256'], authorities: [], send: 'never' },
    }));
    const pair = up([a, b]);
    expect([pair.b.drops, hints(pair.b), failures(pair.b)]).toEqual([
      ['signature-mismatch'],
      ['INVALID_CERTIFICATE'],
      [],
    ]);
    pair.runUntil(200_000);
    expect(failures(pair.b)).toContain('INVALID_CERTIFICATE');
  });
});

describe('our own certificate', () => {
  it('that does not have our identity is missed before anything is sent', () => {
    const [a, b] = both();
    const pair = up([withId(a, '@nobody.example'), b]);
    expect(failures(pair.a)).toEqual(['CERTIFICATE_UNAVAILABLE']);
    expect(pair.wire).toHaveLength(4);
  });
  it('that a responder misses ends the attempt after the peer has proved itself', () => {
    const [a, b] = both();
    const pair = up([a, withId(b, '@nobody.example')]);
    expect(failures(pair.b)).toEqual(['CERTIFICATE_UNAVAILABLE']);
    expect(stands(pair)).toEqual([false, false]);
  });
});

describe('the connection of a peer with a certificate', () => {
  const anybody = (name: string): ConnectionPolicy => ({
    ...certified('b', ['ecdsa256']),
    name,
    remote: { address: 'any', id: 'any' },
  });
  it('is the first of those for its identity that trusts it', () => {
    const pair = certifiedPair(certified('a', ['ecdsa256']), [anybody('one'), anybody('two')], usual);
    const trusting = answering(endsB);
    pair.b.answer = (job) => {
      if (job.kind !== 'verify-peer') return trusting(job);
      expect(job.connections).toEqual(['one', 'two']);
      return trusting({ ...job, connections: ['two'] });
    };
    pair.initiate();
    expect(pair.b.installed.map(({ connection }) => connection)).toEqual(['two', 'two']);
  });
  it('is one that names it rather than one with a star, and that rather than one for anybody', async () => {
    const named = await root.issue({ subject: 'O=Example, CN=gw' });
    const withRemote = (name: string, id: string): ConnectionPolicy => {
      const policy = anybody(name);
      return { ...policy, remote: { ...policy.remote, id: withId(policy, id).local.id } };
    };
    const connections = [
      anybody('any'),
      withRemote('star', 'O=Example, CN=*'),
      withRemote('named', 'O=example, CN=GW'),
    ];
    const a = withId(certified('a', ['ecdsa256']), 'O=Example, CN=gw');
    const asked = (list: readonly ConnectionPolicy[]) => {
      const pair = certifiedPair(a, list, [{ ...endsA, own: named }, endsB]);
      pair.initiate();
      return [
        pair.b.installed[0]?.connection,
        jobsOf(pair).flatMap((job) => (job.kind === 'verify-peer' ? [job.connections] : []))[1],
      ];
    };
    expect(asked(connections)[0]).toBe('named');
    expect(asked(connections.slice(0, 2))[0]).toBe('star');
    expect(asked(connections.slice(0, 1))[0]).toBe('any');
  });
  it('has a name in another order, or with less in it, only where that is asked for, in both roles', async () => {
    const named = await root.issue({ subject: 'C=CH, O=Example, CN=gw' });
    const asked = (peer: 'a' | 'b', id: string, nameMatching?: 'reordered' | 'relaxed'): boolean[] => {
      const [a, b] = both();
      const is = (policy: ConnectionPolicy) => withId(policy, 'C=CH, O=Example, CN=gw');
      const wants = (policy: ConnectionPolicy): ConnectionPolicy => ({
        ...policy,
        remote: { ...policy.remote, id: parseIdentity(id), ...(nameMatching && { nameMatching }) },
      });
      return peer === 'a'
        ? stands(up([is(a), wants(b)], [{ ...endsA, own: named }, endsB]))
        : stands(up([wants(a), is(b)], [endsA, { ...endsB, own: named }]));
    };
    for (const peer of ['a', 'b'] as const) {
      expect(asked(peer, 'CN=gw, O=*, C=CH')).toEqual([false, false]);
      expect(asked(peer, 'CN=gw, O=*, C=CH', 'reordered')).toEqual([true, true]);
      expect(asked(peer, 'CN=gw, O=*', 'reordered')).toEqual([false, false]);
      expect(asked(peer, 'CN=gw, O=*', 'relaxed')).toEqual([true, true]);
      expect(asked(peer, 'CN=other, O=*', 'relaxed')).toEqual([false, false]);
    }
  });
});
