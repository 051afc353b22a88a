import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { instant, seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf } from './policies.ts';
import type { Side } from './side.ts';

/** a begins a Quick Mode, as a peer of ours never would, though its tunnel is up. */
function ask(pair: PairOfEndpoints, times: number): void {
  for (let time = 0; time < times; time++)
    pair.within(pair.a, () => {
      for (const known of pair.a.connection().pairs.values()) known.endReason = 'replaced';
      pair.a.connection().ipsec.start(pair.a.isakmp(), pair.now);
    });
}
const answered = (side: Side): number => side.named('phase2.established').length;

describe('a peer that has proved itself and begins Quick Modes without end', () => {
  it('gets no more than a burst, then one a second, and we hold no more than eight pairs of a tunnel', () => {
    const pair = PairOfEndpoints.up();
    ask(pair, 40);
    // 16 and 8 for its tunnel, the first of them when it came up.
    expect(answered(pair.b)).toBe(24);
    expect(new Set(pair.b.drops)).toEqual(new Set(['limit']));
    expect(pair.b.connection().pairs.size).toBeLessThanOrEqual(8);
    pair.runUntil(1000);
    expect(answered(pair.b)).toBe(25);
    expect(pair.b.connection().isUp('net')).toBe(true);
  });

  it('has its share for itself: another is answered meanwhile', () => {
    const other = policyOf('b', { name: 'other', nets: ['10.3.0.0/24', '10.4.0.0/24'] });
    const spare = policyOf('a', { name: 'other', nets: ['10.3.0.0/24', '10.4.0.0/24'] });
    const named = (policy: ConnectionPolicy, local: string, remote: string): ConnectionPolicy => ({
      ...policy,
      local: { ...policy.local, id: parseIdentity(local) },
      remote: { ...policy.remote, id: parseIdentity(remote) },
    });
    const pair = new PairOfEndpoints(
      [policyOf('a'), named(spare, '@c.example', '@b.example')],
      [policyOf('b'), named(other, '@b.example', '@c.example')],
    );
    pair.initiate();
    ask(pair, 40);
    pair.initiate(pair.a, 'other');
    expect(pair.b.connection('other').isUp('net')).toBe(true);
  });

  it('pays for nothing that somebody else sends under its cookies', () => {
    const pair = PairOfEndpoints.up();
    const quickMode = pair.wire.find(({ bytes }) => bytes[18] === 32);
    if (quickMode === undefined) throw new Error('no Quick Mode');
    for (let id = 1; id <= 40; id++) {
      const bytes = quickMode.bytes.slice();
      bytes.set([0, 0, 9, id], 20);
      pair.deliver(pair.b, pair.seen({ ...quickMode, bytes }));
    }
    expect(pair.b.drops).not.toContain('limit');
    ask(pair, 1);
    expect(answered(pair.b)).toBe(2);
  });
});

describe('a peer that has proved itself and wants lives of next to no time', () => {
  it('makes us negotiate no more often than every few seconds', () => {
    const renewal = { margin: seconds(60), fuzz: 1 };
    const renews = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      renewal,
      tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, renewal })),
    });
    const pair = new PairOfEndpoints(policyOf('a', { but: renews }), policyOf('b', { lifetimes: [1, 1] }));
    pair.initiate();
    pair.runUntil(60_000);
    expect(pair.a.named('phase2.started').length).toBeLessThanOrEqual(24);
    expect(pair.a.named('phase1.started').length).toBeLessThanOrEqual(24);
  });
});

describe('a connection to anybody', () => {
  /** Peers of one b, each of its own name and network, one after the other. */
  function crowd(size: number, limit: number): { b: Side; peers: Side[] } {
    const nets = (i: number): readonly [string, string] => [`10.1.${i}.0/24`, '10.2.0.0/24'];
    const tunnels = Array.from({ length: size }, (_, i) =>
      policyOf('b', { nets: nets(i) }).tunnels.map((tunnel) => ({ ...tunnel, name: `net ${i}` })),
    ).flat();
    const hub = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      remote: { address: 'any', id: 'any' },
      tunnels,
    });
    const first = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: hub }), { limits: { established: limit } });
    const peers = Array.from({ length: size }, (_, i) => {
      const local = { address: requireIpAddress(`192.0.2.${i + 10}`), id: parseIdentity(`@peer${i}.example`) };
      const policy = policyOf('a', { nets: nets(i), but: (before) => ({ ...before, local }) });
      const link = Object.assign(new PairOfEndpoints(policy, policyOf('b'), { seed: `peer ${i}` }), { b: first.b });
      link.initiate();
      return link.a;
    });
    return { b: first.b, peers };
  }

  it('has so many peers as are allowed; one more is turned away and told so', () => {
    const { b, peers } = crowd(5, 3);
    expect(b.connection().sas.size).toBe(3);
    expect(b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['limit', 'limit']);
    expect(peers.map((peer) => peer.named('phase2.established').length)).toEqual([1, 1, 1, 0, 0]);
    expect(
      peers
        .at(-1)
        ?.named('phase1.ended')
        .map(({ reason }) => reason),
    ).toEqual(['deleted-by-peer']);
  });
});

describe('a connection for several peers, with a bound of its own', () => {
  const hub = (policy: ConnectionPolicy): ConnectionPolicy => ({
    ...policy,
    maxPeers: 1,
    remote: { address: 'any', id: 'any' },
    unique: 'replace',
  });
  const named = (id: string): ConnectionPolicy =>
    policyOf('a', { but: (policy) => ({ ...policy, local: { ...policy.local, id: parseIdentity(id) } }) });

  it('lets no other in while the one has anything, also when that one has given up its ISAKMP SA, and says so', () => {
    const first = new PairOfEndpoints(named('@one.example'), policyOf('b', { but: hub }));
    first.initiate();
    first.within(first.b, () => first.b.connection().endSa(first.b.isakmp(), 'command', first.now, false));
    expect([first.b.connection().sas.size, first.b.connection().pairs.size]).toEqual([0, 1]);
    const second = Object.assign(new PairOfEndpoints(named('@two.example'), policyOf('b'), { seed: 'two' }), {
      b: first.b,
      now: first.now,
    });
    second.initiate();
    expect(second.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['command', 'limit']);
    const [status] = second.b.endpoint.snapshot(second.now).connections;
    expect(status?.peers).toEqual({ count: 1, most: 1 });
    expect(status?.lastFailure?.failure).toMatchObject({
      code: 'LIMIT_REACHED',
      details: { what: 'peers of this connection', limit: 1 },
    });
    // The one that has something may come back.
    first.initiate();
    first.within(first.a, () => first.a.connection().renew(1, first.now));
    expect(first.b.connection().sas.size).toBe(1);
  });

  it('asks no more of them for their user at a time either: who has the key of a group could be anybody', () => {
    const asking = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...hub(policy),
      user: { side: 'remote', names: 'any' },
    });
    const pairs = ['one', 'two', 'three'].map((name) => {
      const policy = { ...named(`@${name}.example`), user: { side: 'local', name } } as const;
      const pair = new PairOfEndpoints(policy, policyOf('b', { but: asking }), { seed: name });
      // Nobody says who the user is.
      pair.onWire = (datagram) => (datagram.bytes[18] === EXCHANGE.TRANSACTION ? [] : [datagram]);
      return pair;
    });
    const [{ b } = expect.unreachable()] = pairs;
    for (const pair of pairs) Object.assign(pair, { b }).initiate();
    expect(b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['limit', 'limit']);
    expect(b.connection().sas.size).toBe(1);
  });
});

describe('the networks of another connection', () => {
  const other = (side: 'a' | 'b'): ConnectionPolicy =>
    policyOf(side, {
      name: 'other',
      nets: ['10.3.0.0/24', '10.4.0.0/24'],
      but: (policy) =>
        side === 'b' ? { ...policy, remote: { ...policy.remote, id: parseIdentity('@c.example') } } : policy,
    });

  it('are refused to a peer that has proved itself for one alone, and nothing of them is installed', () => {
    // a says that it is @a.example and asks for what is @c.example's.
    const greedy = { ...other('a'), name: 'link' };
    const pair = new PairOfEndpoints(greedy, [policyOf('b'), other('b')]);
    pair.initiate();
    expect(pair.b.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['INVALID_ID_INFORMATION']);
    expect(pair.b.installed).toEqual([]);
    expect(pair.a.named('phase2.failed').map(({ failure }) => failure.details['saidBy'])).toEqual(['peer']);
  });

  it('are not had by asking for both at once, or for more than one’s own', () => {
    for (const net of ['0.0.0.0/0', '10.2.0.0/16', '10.2.0.0/25', '10.2.0.0-10.4.0.255']) {
      const [tunnel] = policyOf('a').tunnels;
      if (tunnel === undefined) throw new Error('no tunnel');
      const wide = { ...policyOf('a'), tunnels: [{ ...tunnel, remote: parseSelector(net) }] };
      const pair = new PairOfEndpoints(wide, [policyOf('b'), other('b')]);
      pair.initiate();
      expect([net, pair.b.installed]).toEqual([net, []]);
    }
  });

  it('cannot be deleted by a peer of one’s own: the SPI of a pair of another connection is nobody’s there', () => {
    const c = policyOf('a', {
      name: 'other',
      nets: ['10.3.0.0/24', '10.4.0.0/24'],
      but: (policy) => ({ ...policy, local: { address: A, id: parseIdentity('@c.example') } }),
    });
    const pair = new PairOfEndpoints([policyOf('a'), c], [policyOf('b'), other('b')]);
    pair.initiate();
    pair.initiate(pair.a, 'other');
    const spis = [...pair.b.connection('other').pairs.values()].flatMap(({ inboundSpi, outboundSpi }) => [
      inboundSpi,
      outboundSpi,
    ]);
    pair.within(pair.b, () => pair.b.connection().deletedByPeer(pair.b.isakmp(), spis, instant(0)));
    expect(pair.b.connection('other').isUp('net')).toBe(true);
  });
});
