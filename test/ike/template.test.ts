import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { instant } from '../../src/base/instant.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf } from './policies.ts';
import type { Side } from './side.ts';

const C = requireIpAddress('192.0.2.3');
const C_NET = '10.3.0.0/24';

/** b takes anybody and has a network for each of two peers. */
function hub(policy: ConnectionPolicy): ConnectionPolicy {
  const [tunnel] = policy.tunnels;
  const [forC] = policyOf('b', { nets: [C_NET, '10.2.0.0/24'] }).tunnels;
  if (tunnel === undefined || forC === undefined) throw new Error('no tunnel');
  return { ...policy, remote: { address: 'any', id: 'any' }, tunnels: [tunnel, { ...forC, name: 'net of c' }] };
}

/** Two peers of one b, each on a link of its own: a, and c, which is another a under another address and name. */
function twoPeers(netsOfC = C_NET): { b: Side; withA: PairOfEndpoints; withC: PairOfEndpoints } {
  const withA = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: hub }));
  const policyC = policyOf('a', {
    nets: [netsOfC, '10.2.0.0/24'],
    but: (policy) => ({ ...policy, local: { address: C, id: parseIdentity('@c.example') } }),
  });
  const withC = new PairOfEndpoints(policyC, policyOf('b'), { seed: 'c' });
  Object.assign(withC, { b: withA.b });
  withA.initiate();
  withC.initiate();
  return { b: withA.b, withA, withC };
}
/** Gives what b sends to the link that it is for. */
function sort({ b, withA, withC }: ReturnType<typeof twoPeers>): void {
  const all = b.outgoing.splice(0);
  for (const datagram of all) {
    const link = datagram.remote.address === C ? withC : withA;
    link.deliver(link.a, link.seen(datagram));
  }
}

describe('a connection to anybody', () => {
  it('has several peers, each with an ISAKMP SA and a pair of its own', () => {
    const { b } = twoPeers();
    expect(b.connection().sas.size).toBe(2);
    expect([...b.connection().pairs.values()].map(({ peer, tunnel }) => [peer, tunnel])).toEqual([
      ['@a.example', 'net'],
      ['@c.example', 'net of c'],
    ]);
  });

  it('gives nobody the networks that another peer has, and tells both sides why', () => {
    const { b, withC } = twoPeers('10.1.0.0/24');
    expect([...b.connection().pairs.values()].map(({ peer }) => peer)).toEqual(['@a.example']);
    const failures = [b, withC.a].map((side) => side.named('phase2.failed').map(({ failure }) => failure.code));
    expect(failures).toEqual([['INVALID_ID_INFORMATION'], ['INVALID_ID_INFORMATION']]);
    expect(b.named('phase2.failed')[0]?.failure.details).toEqual({
      what: 'networks that another peer of this connection has',
      theirs: '10.1.0.0/24',
    });
  });

  it('gives them to the next peer once they are free', () => {
    const { b, withC } = twoPeers('10.1.0.0/24');
    b.apply(b.endpoint.esp({ type: 'expired', pair: 1, hard: true }, instant(0)), instant(0));
    b.outgoing.splice(0);
    withC.runUntil(10_000);
    expect([...b.connection().pairs.values()].map(({ peer }) => peer)).toEqual(['@c.example']);
  });

  it('tells each peer of the end of its own pair, and of nobody else’s', () => {
    const peers = twoPeers();
    const { b, withA, withC } = peers;
    const now = instant(0);
    b.apply(b.endpoint.esp({ type: 'expired', pair: 1, hard: true }, now), now);
    expect(b.outgoing.map(({ remote }) => remote.address)).toEqual([A]);
    sort(peers);
    expect(withA.a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(withC.a.named('phase2.ended')).toEqual([]);
  });

  it('that is taken down tells all of them', () => {
    const peers = twoPeers();
    const { b, withA, withC } = peers;
    b.apply(b.endpoint.command({ type: 'terminate', connection: 'link' }, instant(0)), instant(0));
    sort(peers);
    for (const { a } of [withA, withC]) {
      expect(a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
      expect(a.named('phase1.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    }
  });

  it('cannot be begun from here: nobody knows where the peer is', () => {
    const { b } = twoPeers();
    expect(() => b.endpoint.command({ type: 'initiate', connection: 'link' }, instant(0))).toThrow(
      /cannot initiate connection without knowing peer IP address/,
    );
    expect(b.connection().attempts.wanted).toBe(false);
  });
});
