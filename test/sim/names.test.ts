import { describe, expect, it } from 'vitest';
import { type IpAddress, requireIpAddress } from '../../src/base/address.ts';
import { type Duration, seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import { World } from '../../src/sim/world.ts';
import { ADDRESS, type GatewayOptions, keepBusy, passesBothWays, policyOf, PSK } from './two-gateways.ts';

const NAME = 'b.example';
const MOVED = requireIpAddress('198.51.100.77');

interface Named {
  readonly world: World;
  readonly a: Host;
  readonly names: Map<string, readonly IpAddress[]>;
  /** A gateway that is the peer, at an address. */
  readonly peerAt: (address: IpAddress) => Host;
  /** The peer gets another address: packets for the old one go nowhere. */
  readonly readdress: (from: Host, to: IpAddress) => Host;
}

/** `a` knows its peer by name; who is the peer, and where, changes. */
function named(seed: string, monitor?: Duration, options: GatewayOptions = {}): Named {
  const world = new World(seed);
  const names = new Map<string, readonly IpAddress[]>();
  const router = world.router('internet');
  const policy = policyOf('a', options);
  const address = monitor === undefined ? { host: NAME } : { host: NAME, monitor };
  const connections = [{ ...policy, remote: { ...policy.remote, address } }];
  const a = world.host({ name: 'a', address: ADDRESS.a, psks: [{ secret: PSK }], connections, names });
  world.link(a, router.interface([ADDRESS.a]));
  const peerAt = (where: IpAddress): Host => {
    const own = [policyOf('b', options, { local: where, remote: ADDRESS.a })];
    const b = world.host({ name: `b at ${where}`, address: where, psks: [{ secret: PSK }], connections: own });
    world.link(b, router.interface([where]));
    return b;
  };
  const readdress = (from: Host, to: IpAddress): Host => {
    from.crash();
    return peerAt(to);
  };
  return { world, a, names, peerAt, readdress };
}

const codes = (a: Host): string[] => a.told('peer.unknown').map(({ failure }) => failure.code);

describe('a peer by its host name', () => {
  it('is looked for before the first attempt, and found', () => {
    const { world, a, names, peerAt } = named('found');
    const b = peerAt(ADDRESS.b);
    names.set(NAME, [ADDRESS.b]);
    a.initiate('link');
    world.run(seconds(1));
    expect(a.told('peer.located')).toEqual([
      { name: 'peer.located', connection: 'link', host: NAME, addresses: [ADDRESS.b] },
    ]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('lets the peer in from there, and nobody else, before there was an attempt', () => {
    const { world, a, names, peerAt } = named('let in');
    names.set(NAME, [ADDRESS.b]);
    const stranger = peerAt(MOVED);
    world.run(seconds(1));
    stranger.initiate('link');
    world.run(seconds(5));
    expect(stranger.isUp('link')).toBe(false);
    const b = peerAt(ADDRESS.b);
    b.initiate('link');
    world.run(seconds(5));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('that does not resolve is a failure with its code, tried again with growing pauses, and resolved anew each time', () => {
    const { world, a, names, peerAt } = named('unresolved');
    a.initiate('link');
    world.run(seconds(20));
    expect(new Set(codes(a))).toEqual(new Set(['NAME_NOT_RESOLVED']));
    const pauses = a.told('attempt.scheduled').map(({ inMilliseconds }) => Math.floor(inMilliseconds / 1000));
    expect(pauses.slice(0, 3).map((pause, i) => pause >= 2 ** (i + 1) && pause <= 2.5 ** (i + 1) + 2)).toEqual([
      true,
      true,
      true,
    ]);
    const [connection] = a.endpoint.snapshot(world.now).connections;
    expect(connection?.lastFailure?.failure.code).toBe('NAME_NOT_RESOLVED');
    const b = peerAt(ADDRESS.b);
    names.set(NAME, [ADDRESS.b]);
    world.run(seconds(60));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('with several addresses is tried at each in turn', () => {
    const { world, a, names, peerAt } = named('several');
    names.set(NAME, [MOVED, ADDRESS.b]);
    const b = peerAt(ADDRESS.b);
    a.initiate('link');
    world.run(seconds(100));
    expect(a.told('phase1.started').map(({ remote }) => remote.address)).toEqual([MOVED, ADDRESS.b]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });
});

describe('a peer that gets another address', () => {
  it('is noticed while its name is monitored, proves itself there, and is moved to with all that there is', () => {
    const { world, a, names, peerAt, readdress } = named('moved', seconds(300));
    const b = peerAt(ADDRESS.b);
    names.set(NAME, [ADDRESS.b]);
    a.initiate('link');
    world.run(seconds(60));
    expect(passesBothWays(world, a, b)).toBe(true);
    names.set(NAME, [MOVED]);
    const moved = readdress(b, MOVED);
    world.run(seconds(300));
    expect(a.told('peer.located').map(({ addresses }) => addresses)).toEqual([[ADDRESS.b], [MOVED]]);
    expect(passesBothWays(world, a, moved)).toBe(true);
    world.run(seconds(60));
    expect(new Set(a.esp.installed.map(({ remote }) => remote.address))).toEqual(new Set([MOVED]));
  });

  it('leaves the SAs alone as long as nobody proves himself at the new one: a name proves nothing', () => {
    const { world, a, names, peerAt } = named('lied', seconds(10));
    const b = peerAt(ADDRESS.b);
    names.set(NAME, [ADDRESS.b]);
    a.initiate('link');
    world.run(seconds(5));
    names.set(NAME, [MOVED]);
    const traffic = keepBusy(world, a, b);
    world.run(seconds(600));
    traffic.stop();
    expect(a.told('phase1.started').filter(({ remote }) => remote.address === MOVED).length).toBeGreaterThan(1);
    expect(a.told('peer.moved')).toEqual([]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('is not noticed where nobody looks', () => {
    const { world, a, names, peerAt } = named('unwatched');
    peerAt(ADDRESS.b);
    names.set(NAME, [ADDRESS.b]);
    a.initiate('link');
    world.run(seconds(5));
    names.set(NAME, [MOVED]);
    world.run(seconds(900));
    expect(a.told('peer.located')).toHaveLength(1);
  });
});
