import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { instant } from '../../src/base/instant.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { answering, certified, certifiedPair, endsWith, root } from './certificates.ts';
import { firstMessage } from './first-message.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import type { Side } from './side.ts';

const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({ ...policy, remote: { address: 'any', id: 'any' } });
/** As c, from an address of its own. */
const elsewhere = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  local: { address: requireIpAddress('192.0.2.3'), id: parseIdentity('@c.example') },
});
const drops = ({ endpoint }: Side, now: number): Record<string, number> => endpoint.snapshot(instant(now)).drops;
const jobs = (side: Side, kind: string): number =>
  side.effects.filter((effect) => effect.type === 'job' && effect.job.kind === kind).length;

/** Shows a side a first message of somebody. */
function offer(
  side: Side,
  number: number,
  address: string,
  options: Parameters<typeof firstMessage>[1],
  now = 0,
): void {
  const ends = { local: { address: B, port: 500 }, remote: { address: requireIpAddress(address), port: 500 } };
  side.apply(side.endpoint.receive({ ...ends, bytes: firstMessage(number, options) }, instant(now)), instant(now));
}

describe('a Diffie-Hellman', () => {
  it('of Main Mode is begun for nobody who has not returned our cookie', () => {
    const { b } = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: anybody }));
    for (let i = 0; i < 600; i++) offer(b, i, `203.0.${i >> 8}.${i & 255}`, {});
    expect(b.named('message.sent')).toHaveLength(512);
    expect(b.effects.filter(({ type }) => type === 'job')).toEqual([]);
  });

  it('is under way for so many who have proved nothing, and the next one asks again', () => {
    const withA = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: anybody }), { limits: { keyExchanges: 1 } });
    const c = policyOf('a', { but: elsewhere });
    const { b } = withA;
    const withC = new PairOfEndpoints(c, policyOf('b'), { seed: 'c' });
    Object.assign(withC, { b });
    b.holdJobs = true;
    withA.initiate();
    withC.initiate();
    expect(b.waiting.map(({ job }) => job.kind)).toEqual(['dh-exchange']);
    expect(drops(b, 0)).toMatchObject({ 'key-exchange-limit': 1 });
    expect(b.endpoint.snapshot(instant(0)).halfOpenByStanding).toMatchObject({ 'stranger-shown': 2 });
    b.holdJobs = false;
    withA.finishJobs(b);
    withC.runUntil(1000);
    expect(b.named('phase1.established').map(({ peerId }) => peerId)).toEqual(['@a.example', '@c.example']);
  });

  it('that comes to nothing costs its source one of sixty-four, and one that ends in a proof costs nothing', () => {
    const pair = new PairOfEndpoints();
    // The fifth message gets lost.
    pair.onWire = (datagram) => (pair.fromA(datagram) && (datagram.bytes[19] ?? 0) === 1 ? [] : [datagram]);
    for (let i = 0; i < 70; i++) {
      pair.initiate();
      pair.command({ type: 'terminate', connection: 'link' });
    }
    expect(jobs(pair.b, 'dh-exchange')).toBe(64);
    expect(drops(pair.b, 0)).toMatchObject({ 'key-exchange-limit': 6 });
    const good = new PairOfEndpoints();
    for (let i = 0; i < 70; i++) {
      good.initiate();
      good.command({ type: 'terminate', connection: 'link' });
    }
    expect(good.b.named('phase1.established')).toHaveLength(70);
  });
});

describe('a Diffie-Hellman of Aggressive Mode, which comes before anybody could return our cookie', () => {
  const aggressive = (but: (policy: ConnectionPolicy) => ConnectionPolicy = anybody): ConnectionPolicy =>
    policyOf('b', { exchange: 'aggressive', but });
  const stranger = (i: number): string => `203.0.${i >> 8}.${i & 255}`;

  it('is begun for so many at a time', () => {
    const { b } = new PairOfEndpoints(policyOf('a'), aggressive());
    b.holdJobs = true;
    for (let i = 0; i < 200; i++) offer(b, i, stranger(i), { aggressive: '@a.example' });
    expect(jobs(b, 'dh-exchange')).toBe(128);
    expect(drops(b, 0)).toMatchObject({ 'key-exchange-limit': 72 });
    expect(b.endpoint.snapshot(instant(0)).halfOpen).toBe(128);
  });

  it('is begun so often for one source, and so often for all', () => {
    const one = new PairOfEndpoints(policyOf('a'), aggressive()).b;
    for (let i = 0; i < 70; i++) offer(one, i, stranger(0), { aggressive: '@a.example' });
    expect([jobs(one, 'dh-exchange'), drops(one, 0)['key-exchange-limit']]).toEqual([64, 6]);
    for (let i = 70; i < 100; i++) offer(one, i, stranger(0), { aggressive: '@a.example' }, 1000);
    expect(jobs(one, 'dh-exchange')).toBe(64 + 16);
    const all = new PairOfEndpoints(policyOf('a'), aggressive(), { limits: { halfOpen: 4000 } }).b;
    for (let i = 0; i < 600; i++) offer(all, i, stranger(i), { aggressive: '@a.example' });
    expect([jobs(all, 'dh-exchange'), drops(all, 0)['key-exchange-limit']]).toEqual([512, 88]);
  });

  it('takes nothing from Main Mode, nor from peers with an address here', () => {
    const connections = [
      aggressive(),
      policyOf('b', { name: 'by address', exchange: 'aggressive', nets: ['10.7.0.0/24', '10.2.0.0/24'] }),
      policyOf('b', { name: 'in main mode', nets: ['10.8.0.0/24', '10.2.0.0/24'], but: anybody }),
    ];
    const named = policyOf('a', { exchange: 'aggressive', nets: ['10.7.0.0/24', '10.2.0.0/24'] });
    const pair = new PairOfEndpoints(named, connections, { limits: { halfOpen: 4000 } });
    for (let i = 0; i < 600; i++) offer(pair.b, i, stranger(i), { aggressive: '@a.example' });
    pair.b.outgoing.splice(0);
    pair.initiate();
    expect(pair.b.named('phase1.established')).toHaveLength(1);
    const c = policyOf('a', { nets: ['10.8.0.0/24', '10.2.0.0/24'], but: elsewhere });
    const withC = new PairOfEndpoints(c, policyOf('b'), { seed: 'c' });
    Object.assign(withC, { b: pair.b });
    withC.initiate();
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['by address', 'in main mode']);
  });

  it('costs nothing where it ends in a proof', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', { exchange: 'aggressive' }),
      aggressive((policy) => policy),
    );
    for (let i = 0; i < 70; i++) {
      pair.initiate();
      pair.command({ type: 'terminate', connection: 'link' });
    }
    expect(pair.b.named('phase1.established')).toHaveLength(70);
  });
});

describe('a first message that is refused', () => {
  const bad = { suites: [{ cipher: '3des', hash: 'sha1', group: 'modp1024' }] } as const;

  it('is told of four times to one who goes on, and after that once a second', () => {
    const { b } = new PairOfEndpoints();
    for (let i = 0; i < 10; i++) offer(b, i, A, bad);
    expect([b.named('phase1.failed').length, b.outgoing.length]).toEqual([4, 4]);
    expect(drops(b, 0)).toMatchObject({ 'refusal-limit': 6 });
    for (let i = 0; i < 10; i++) offer(b, 10 + i, A, bad, 1000);
    expect([b.named('phase1.failed').length, b.outgoing.length]).toEqual([5, 5]);
    expect(b.connection().troubles.lastFailure?.failure.code).toBe('NO_PROPOSAL_CHOSEN');
  });

  it('is told of sixty-four times to strangers, who take nothing of that from peers with an address here', () => {
    const { b } = new PairOfEndpoints(policyOf('a'), [policyOf('b'), policyOf('b', { name: 'rest', but: anybody })]);
    for (let i = 0; i < 300; i++) offer(b, i, `203.0.${i >> 8}.${i & 255}`, bad);
    expect(b.named('phase1.failed')).toHaveLength(64);
    offer(b, 300, A, bad);
    expect(b.named('phase1.failed')).toHaveLength(65);
  });

  it('is worked on in a place like any other, so that no more of them a second cost us anything', () => {
    const { b } = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: anybody }), { limits: { halfOpen: 64 } });
    for (let i = 0; i < 100; i++) offer(b, i, `203.0.113.${i}`, bad);
    expect(drops(b, 0)).toMatchObject({ 'half-open-limit': 84 });
    expect([b.endpoint.snapshot(instant(0)).halfOpen, b.endpoint.sas.size]).toEqual([0, 0]);
    // Whoever comes a second later finds it free.
    offer(b, 100, '203.0.113.200', {}, 1000);
    expect(b.endpoint.snapshot(instant(1000)).halfOpen).toBe(1);
  });
});

describe('the look at a certificate and its signature', () => {
  /** A peer whose signature is never right begins again and again, ten times a second. */
  async function attempts(count: number, signs: boolean) {
    const pair = certifiedPair(certified('a', ['ecdsa256']), certified('b', ['ecdsa256']), await endsWith());
    const real = pair.a.answer;
    pair.a.answer = (job) => {
      const answer = real(job);
      return answer?.kind === 'sign' && !signs ? { ...answer, signature: new Uint8Array(64).fill(1) } : answer;
    };
    for (let i = 0; i < count; i++) {
      pair.initiate();
      pair.command({ type: 'terminate', connection: 'link' });
      pair.runUntil(pair.now + 100);
    }
    return pair.b;
  }

  it('that comes to nothing is had by a source sixty-four times, and then four times a second', async () => {
    const b = await attempts(120, false);
    const looked = jobs(b, 'verify-peer');
    // In 11.9 s.
    expect(looked).toBe(64 + 47);
    expect(drops(b, 12_000)).toMatchObject({ 'signature-mismatch': looked, 'signature-limit': 120 - looked });
  });

  it('that ends in a proof costs nothing', async () => {
    const b = await attempts(120, true);
    expect(b.named('phase1.established')).toHaveLength(120);
    expect(drops(b, 12_000)['signature-limit'] ?? 0).toBe(0);
  });
});

describe('our signature in Aggressive Mode, which comes before anybody could return our cookie', () => {
  it('is made so often for one source, and then four times a second', async () => {
    const [, endsB] = await endsWith();
    const signed = certified('b', ['ecdsa256'], { exchange: 'aggressive', but: anybody });
    expect(signed.certificates?.authorities).toEqual([root.certificate.subject]);
    const { b } = new PairOfEndpoints(policyOf('a'), signed);
    b.answer = answering(endsB);
    const ask = (from: number, to: number, now: number): void => {
      for (let i = from; i < to; i++)
        offer(b, i, '203.0.113.1', { aggressive: '@a.example', method: 'ecdsa256', asks: true }, now);
    };
    ask(0, 64, 0);
    // Diffie-Hellmans there are again by then.
    ask(64, 70, 250);
    expect(jobs(b, 'sign')).toBe(65);
    expect(drops(b, 250)['signature-limit']).toBeGreaterThan(0);
    ask(70, 80, 2000);
    expect(jobs(b, 'sign')).toBe(65 + 7);
  });
});
