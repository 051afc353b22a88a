import { describe, expect, it } from 'vitest';
import { type IpAddress, requireIpAddress, type UdpEndpoint } from '../../src/base/address.ts';
import type { LocalAddress } from '../../src/base/local-address.ts';
import { IkeError } from '../../src/base/errors.ts';
import type { Job, JobResult } from '../../src/ike/effects.ts';
import { fromOutside, MAPPED, NAT_A } from './behind-nat.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import { watching } from './watched-pair.ts';

const MOVED = requireIpAddress('192.0.2.77');

interface Roamer {
  readonly pair: PairOfEndpoints;
  /** The addresses of a from now on, and the one from which the way to b begins; undefined where there is none. */
  goTo(way: IpAddress | undefined, addresses?: readonly IpAddress[]): void;
}

/** A speaks from wherever the way begins, and b takes it from anywhere. */
function roamer(local: LocalAddress = 'any', natt: 'auto' | 'force' = 'auto'): Roamer {
  const pair = new PairOfEndpoints(
    policyOf('a', { natt, but: (policy) => ({ ...policy, local: { ...policy.local, address: local } }) }),
    policyOf('b', { natt, but: fromOutside }),
  );
  let from: IpAddress | undefined = A;
  pair.a.answer = (job: Job): JobResult | undefined => {
    if (job.kind !== 'locate-peer') return undefined;
    if (from === undefined) throw new IkeError('NO_WAY_TO_PEER', { peer: job.peer });
    return { kind: job.kind, places: [{ local: from, remote: requireIpAddress(job.peer) }] };
  };
  const goTo: Roamer['goTo'] = (way, addresses = way === undefined ? [] : [way]) => {
    from = way;
    pair.command({ type: 'network', addresses: addresses.map((address) => ({ address, interface: 'wan' })) });
  };
  return { pair, goTo };
}

/** The same behind a NAT, which maps each address and port of a anew. */
function hiddenRoamer(): Roamer {
  const hidden = roamer();
  const ports = new Map<number, UdpEndpoint>();
  const outOf = (end: UdpEndpoint): UdpEndpoint => {
    if (end.address === B) return end;
    const port = end.port + (end.address === A ? MAPPED : 2 * MAPPED);
    ports.set(port, end);
    return { address: NAT_A, port };
  };
  hidden.pair.onWire = ({ local, remote, bytes }) => [
    { local: outOf(local), remote: ports.get(remote.port) ?? remote, bytes },
  ];
  return hidden;
}

const locals = ({ pair: { a } }: Roamer): IpAddress[] => [
  ...[...a.connection().sas].map(({ channel }) => channel.local.address),
  ...[...a.connection().pairs.values()].map(({ local }) => local.address),
];

describe('our own address that changes', () => {
  it('has everything with a peer that cannot follow ended and negotiated anew from the other one', () => {
    const we = roamer();
    we.goTo(A);
    we.pair.initiate();
    const { a, b } = we.pair;
    const { cookies } = a.isakmp().channel;
    we.pair.runUntil(1000);
    we.goTo(MOVED);
    expect(a.named('connection.moved')).toEqual([
      {
        ...{ name: 'connection.moved', connection: 'link', peer: '@b.example' },
        ...{ from: A, to: MOVED, how: 'renegotiation' },
      },
    ]);
    expect(a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['moved']);
    expect(locals(we)).toEqual([MOVED, MOVED]);
    expect(a.isakmp().channel.cookies).not.toEqual(cookies);
    // INITIAL-CONTACT, and no Delete: a peer that is told begins at the same moment.
    expect(b.named('phase2.ended').map(({ reason }) => reason)).toEqual(['initial-contact']);
    expect([a, b].map((side) => [side.connection().sas.size, side.connection().pairs.size])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('leaves everything where it is while there is no way at all, and when the address comes back', () => {
    const we = roamer();
    we.goTo(A);
    we.pair.initiate();
    const before = we.pair.a.effects.length;
    we.goTo(undefined);
    we.goTo(A);
    expect(we.pair.a.effects.slice(before).map(({ type }) => type)).toEqual(['job', 'job']);
    expect(locals(we)).toEqual([A, A]);
  });

  it('is nothing to a connection that was told its address', () => {
    const we = roamer(A);
    we.goTo(A);
    we.pair.initiate();
    const before = we.pair.a.effects.length;
    we.goTo(MOVED);
    expect(we.pair.a.effects).toHaveLength(before);
  });

  it('has an attempt that waits for its time made at once', () => {
    const we = roamer();
    we.goTo(undefined);
    we.pair.initiate();
    const { a } = we.pair;
    expect(a.named('attempt.scheduled')).toHaveLength(1);
    we.goTo(A);
    we.pair.tick(a);
    expect(a.named('phase2.established')).toHaveLength(1);
  });

  it('has an attempt under way made from the other one', () => {
    const we = roamer();
    we.goTo(A);
    const { a } = we.pair;
    we.pair.onWire = (datagram) => (datagram.local.address === A ? [] : [datagram]);
    we.pair.initiate();
    we.goTo(MOVED);
    expect(a.named('phase1.started').map(({ local }) => local.address)).toEqual([A, MOVED]);
    expect(a.named('phase2.established')).toHaveLength(1);
    expect(locals(we)).toEqual([MOVED, MOVED]);
  });
});

describe('an address of ours to which the peer came', () => {
  it('stays, wherever the way to the peer begins, until it is gone', () => {
    const we = roamer();
    const b = policyOf('b');
    we.goTo(A);
    we.pair.command({ type: 'configure', connections: [b] }, we.pair.b);
    we.pair.initiate(we.pair.b);
    we.goTo(MOVED, [A, MOVED]);
    expect(locals(we)).toEqual([A, A]);
    we.goTo(MOVED);
    expect(we.pair.a.named('connection.moved').map(({ to }) => to)).toEqual([MOVED]);
    expect(we.pair.a.named('phase1.started').at(-1)?.local.address).toBe(MOVED);
  });

  it('is for the connection whose interface has it, and for no other', () => {
    const we = roamer({ interface: 'wan' });
    we.pair.command({ type: 'configure', connections: [policyOf('b')] }, we.pair.b);
    we.pair.initiate(we.pair.b);
    expect(we.pair.a.named('datagram.dropped').at(-1)?.failure?.code ?? we.pair.a.drops).toEqual(
      'NO_MATCHING_CONNECTION',
    );
    we.goTo(A);
    we.pair.command({ type: 'terminate', connection: 'link' }, we.pair.b);
    we.pair.initiate(we.pair.b);
    expect(we.pair.a.named('phase2.established')).toHaveLength(1);
  });
});

describe('a peer that sees us behind a NAT', () => {
  it('follows the first authentic message: the SAs go along as they are (RFC 3947 §7)', () => {
    const we = hiddenRoamer();
    we.goTo(A);
    we.pair.initiate();
    const { a, b } = we.pair;
    const before = a.effects.length;
    we.goTo(MOVED);
    const pair = [...a.connection().pairs.keys()][0];
    expect(a.effects.slice(before).filter(({ type }) => type === 'move-sa')).toEqual([
      {
        ...{ type: 'move-sa', pair, local: { address: MOVED, port: 4500 } },
        remote: { address: B, port: 4500 },
      },
    ]);
    expect(a.named('connection.moved').map(({ how }) => how)).toEqual(['in-place']);
    expect(a.named('dpd.acknowledged')).toHaveLength(1);
    expect(b.named('peer.moved').map(({ to }) => to)).toEqual([{ address: NAT_A, port: 4500 + 2 * MAPPED }]);
    we.pair.runUntil(10_000);
    expect(a.named('phase1.started')).toHaveLength(1);
    expect(locals(we)).toEqual([MOVED, MOVED]);
  });

  it('and does not answer three questions from there is negotiated with anew', () => {
    const we = hiddenRoamer();
    we.goTo(A);
    we.pair.initiate();
    const { a } = we.pair;
    const throughNat = we.pair.onWire;
    const [peer] = [...a.connection().sas];
    const old = Buffer.from(peer?.channel.cookies.initiator ?? new Uint8Array()).toString('hex');
    // What it says under the old SA goes to where we were.
    we.pair.onWire = (datagram) =>
      !we.pair.fromA(datagram) &&
      datagram.local.address === B &&
      Buffer.from(datagram.bytes).toString('hex').includes(old)
        ? []
        : throughNat(datagram);
    we.goTo(MOVED);
    we.pair.runUntil(2999);
    expect(a.named('dpd.asked')).toHaveLength(3);
    expect(a.named('phase1.started')).toHaveLength(1);
    we.pair.runUntil(3000);
    expect(a.named('connection.moved').map(({ how }) => how)).toEqual(['in-place', 'renegotiation']);
    expect(a.named('phase1.started')).toHaveLength(2);
    expect(locals(we)).toEqual([MOVED, MOVED]);
  });
});

describe('a peer to which there is no way', () => {
  it('is not dead: we are cut off, and two questions that can be sent come before any verdict', () => {
    const pair = new PairOfEndpoints(policyOf('a', { but: watching() }), policyOf('b'));
    pair.initiate();
    pair.onWire = () => [];
    let route: 'none' | undefined = 'none';
    pair.a.answer = (job) =>
      job.kind === 'look-for-life' ? { kind: job.kind, traffic: [], route: route ?? { from: A } } : undefined;
    pair.runUntil(600_000);
    expect(pair.a.named('peer.dead')).toEqual([]);
    route = undefined;
    pair.runUntil(700_000);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
  });
});
