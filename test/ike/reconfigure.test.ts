import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf, type PolicyOptions } from './policies.ts';

const link = (side: 'a' | 'b', options: PolicyOptions = {}): ConnectionPolicy => policyOf(side, options);
const spare = (side: 'a' | 'b'): ConnectionPolicy =>
  policyOf(side, { name: 'spare', nets: ['10.3.0.0/24', '10.4.0.0/24'] });
const OTHER_NETS: PolicyOptions = { nets: ['10.1.0.0/24', '10.9.0.0/24'] };

const ended = ({ a }: PairOfEndpoints): string[] =>
  a.events.flatMap((event) => (event.name === 'phase1.ended' || event.name === 'phase2.ended' ? [event.reason] : []));

describe('other connections in place of those that there are', () => {
  it('leave one that is as it was alone: not a message is sent', () => {
    const pair = PairOfEndpoints.up();
    const sent = pair.wire.length;
    const connection = pair.a.connection();
    pair.command({ type: 'configure', connections: [link('a'), spare('a')] });
    expect(pair.a.connection()).toBe(connection);
    expect([pair.wire.length - sent, ended(pair), [...pair.a.endpoint.connections.keys()]]).toEqual([
      0,
      [],
      ['link', 'spare'],
    ]);
  });

  it('leave the SAs of one that differs in what the peer does not notice, which takes effect on them', () => {
    const pair = PairOfEndpoints.up();
    const connection = pair.a.connection();
    const policy = link('a', { but: (before) => ({ ...before, onPeerDelete: 'hold', keyingTries: 2 }) });
    pair.command({ type: 'configure', connections: [policy] });
    expect([pair.a.connection() === connection, ended(pair)]).toEqual([true, []]);
    pair.command({ type: 'terminate', connection: 'link' }, pair.b);
    pair.runUntil(10_000);
    expect(pair.a.named('attempt.scheduled')).toEqual([]);
  });

  it('end one that changed at the peer and negotiate it anew', () => {
    const pair = PairOfEndpoints.up();
    pair.command({ type: 'configure', connections: [link('b', OTHER_NETS)] }, pair.b);
    expect(pair.b.connection().ipsec.allUp()).toBe(false);
    pair.command({ type: 'configure', connections: [link('a', OTHER_NETS)] });
    expect(pair.a.connection().ipsec.allUp()).toBe(true);
    expect(pair.b.installed.at(-1)?.localSelector).toEqual(parseSelector('10.9.0.0/24'));
    // What b had ended, it told.
    expect(ended(pair)).toEqual(['deleted-by-peer', 'deleted-by-peer']);
    expect(pair.a.endpoint.sas.size).toBe(1);
  });

  it('negotiate one anew that is named, though its policy is as it was', () => {
    const pair = PairOfEndpoints.up();
    const before = pair.a.isakmp();
    pair.command({ type: 'configure', connections: [link('a')], renegotiate: ['link'] });
    expect(ended(pair)).toEqual(['reconfigured', 'reconfigured']);
    expect(pair.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(pair.a.connection().ipsec.allUp()).toBe(true);
    expect(pair.a.isakmp()).not.toBe(before);
    expect([pair.a.endpoint.sas.size, pair.b.endpoint.sas.size]).toEqual([1, 1]);
  });

  it('remove one that is not among them: its SAs go, the peer is told, and nobody gets in by it', () => {
    const pair = PairOfEndpoints.up();
    pair.command({ type: 'configure', connections: [spare('a')] });
    expect(ended(pair)).toEqual(['reconfigured', 'reconfigured']);
    expect(pair.a.removed.map(({ type }) => type)).toEqual(['remove-sa', 'remove-sa']);
    expect([pair.a.endpoint.sas.size, pair.b.endpoint.sas.size, pair.b.connection().pairs.size]).toEqual([0, 0, 0]);
    expect(() => pair.command({ type: 'initiate', connection: 'link' })).toThrow('UNKNOWN_NAME');
    pair.initiate(pair.b);
    expect(pair.b.connection().ipsec.allUp()).toBe(false);
  });

  it('let a peer in that was not known before', () => {
    const pair = new PairOfEndpoints([spare('a')], [link('b'), spare('b')]);
    pair.command({ type: 'configure', connections: [link('a')] });
    pair.initiate(pair.b);
    expect(pair.a.connection().ipsec.allUp()).toBe(true);
  });

  it('leave one down that a command took down, whatever else changed', () => {
    const pair = PairOfEndpoints.up();
    pair.command({ type: 'terminate', connection: 'link' });
    pair.command({ type: 'configure', connections: [link('a', { lifetimes: [3600, 600] })] });
    expect(pair.a.connection().attempts.takenDown).toBe(true);
    pair.initiate(pair.b);
    expect(pair.a.connection().ipsec.allUp()).toBe(false);
  });

  it('do not take in whom another policy has let begin', () => {
    const pair = new PairOfEndpoints();
    // B is the responder and reads the fifth message when its connection is another already.
    pair.onWire = (datagram) => {
      if (
        [...pair.a.connection().sas][0]?.phase1State !== 'awaiting-auth' ||
        datagram.remote.address !== '198.51.100.2'
      )
        return [datagram];
      pair.onWire = (next) => [next];
      pair.b.apply(
        pair.b.endpoint.command({ type: 'configure', connections: [link('b', OTHER_NETS)] }, pair.now),
        pair.now,
      );
      return [datagram];
    };
    pair.initiate();
    expect(pair.b.named('phase1.established')).toEqual([]);
    expect(pair.b.named('phase1.failed').map(({ failure }) => failure.code)).toEqual(['CANCELLED']);
    expect([pair.b.endpoint.sas.size, pair.b.endpoint.snapshot(pair.now).halfOpen]).toEqual([0, 0]);
    // A had its answer, and is told in the next message that it counts for nothing.
    expect(pair.a.named('phase1.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
  });
});

describe('to leave a connection to the peer', () => {
  it('ends nothing, and begins nothing when it ends', () => {
    const pair = PairOfEndpoints.up();
    pair.command({ type: 'allow', connection: 'link' });
    expect([pair.a.connection().ipsec.allUp(), pair.a.connection().attempts.wanted]).toEqual([true, false]);
    pair.command({ type: 'terminate', connection: 'link' }, pair.b);
    expect(pair.a.connection().attempts.next).toBeUndefined();
  });
});
