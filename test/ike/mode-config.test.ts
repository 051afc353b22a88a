import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { parseSelector, selectorText } from '../../src/base/selector.ts';
import type { Effect } from '../../src/ike/effects.ts';
import type { ConnectionPolicy, TunnelPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { Side } from './side.ts';
import { GIVEN, pairWith, rangeOf, withModeConfig, withUsers } from './users.ts';

/** The selectors of the newest SA of a side, as text. */
function selectors(side: Side): readonly string[] {
  const sa = side.installed.at(-1);
  return sa === undefined ? [] : [selectorText(sa.localSelector), selectorText(sa.remoteSelector)];
}

const assigned = (side: Side): readonly string[] =>
  side.named('settings.assigned').flatMap(({ addresses }) => addresses);
const leases = (pair: PairOfEndpoints): number => pair.b.connection().leases.size;

describe.each(['pull', 'push'] as const)('Mode Config, %s (draft-dukes-ike-mode-cfg-02)', (mode) => {
  const up = (): PairOfEndpoints => {
    const pair = pairWith([withModeConfig('a', mode)], [withModeConfig('b', mode)]);
    pair.initiate();
    return pair;
  };

  it('gives an address and all that goes with it, and the tunnel carries that address alone', () => {
    const pair = up();
    expect(pair.a.named('settings.received').map(({ settings }) => settings)).toEqual([
      {
        addresses: ['10.9.0.1'],
        netmask: '255.255.255.248',
        dns: ['10.2.0.53', '10.2.0.54'],
        domain: 'plant.example',
        banner: 'Authorised persons only.',
        splitInclude: [
          { first: '10.2.0.0', last: '10.2.0.255' },
          { first: '10.4.0.0', last: '10.4.255.255' },
        ],
        localLan: [{ first: '192.168.0.0', last: '192.168.0.255' }],
      },
    ]);
    expect(assigned(pair.b)).toEqual(['10.9.0.1']);
    expect(selectors(pair.a)).toEqual(['10.9.0.1', '10.2.0.0/24']);
    expect(selectors(pair.b)).toEqual(['10.2.0.0/24', '10.9.0.1']);
  });

  it('has the address guarded before the SA is installed', () => {
    const pair = up();
    const order = pair.a.effects.map(({ type }) => type).filter((type) => type === 'assign' || type === 'install-sa');
    expect(order).toEqual(['assign', 'install-sa', 'install-sa']);
    const assign = pair.a.effects.find(
      (effect): effect is Extract<Effect, { type: 'assign' }> => effect.type === 'assign',
    );
    expect(assign).toMatchObject({
      connection: 'link',
      address: '10.9.0.1',
      tunnels: [{ name: 'net', local: parseSelector('10.9.0.1'), remote: parseSelector('10.2.0.0/24'), round: [] }],
      idle: [],
    });
  });

  it('comes after XAUTH', () => {
    const pair = pairWith([withUsers('a'), withModeConfig('a', mode)], [withUsers('b'), withModeConfig('b', mode)]);
    pair.initiate();
    const names = pair.a.events.map(({ name }) => name);
    expect(names.indexOf('settings.received')).toBeGreaterThan(names.indexOf('user.accepted'));
    expect(selectors(pair.a)).toEqual(['10.9.0.1', '10.2.0.0/24']);
  });

  it('has the address free when nothing of the peer is left', () => {
    const pair = up();
    expect(leases(pair)).toBe(1);
    pair.command({ type: 'terminate', connection: 'link' });
    expect(leases(pair)).toBe(0);
  });

  it('gives the same address under the next ISAKMP SA, and carries on', () => {
    const pair = up();
    pair.command({ type: 'renew', connection: 'link', phase: 1 });
    pair.command({ type: 'renew', connection: 'link', phase: 2 });
    expect(assigned(pair.b)).toEqual(['10.9.0.1', '10.9.0.1']);
    expect(leases(pair)).toBe(1);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  });
});

const NET_6 = { a: '::/0', b: '2001:db8:2::/64' } as const;

/** A tunnel of IPv6 beside the one of IPv4, or in its place. */
const with6 =
  (side: 'a' | 'b', alone = false): ((policy: ConnectionPolicy) => ConnectionPolicy) =>
  (policy) => ({
    ...policy,
    tunnels: policy.tunnels.flatMap((tunnel) => {
      const network = parseSelector(NET_6.b);
      const sixth: TunnelPolicy =
        side === 'a'
          ? { ...tunnel, name: 'net6', local: parseSelector(NET_6.a), remote: network }
          : { ...tunnel, name: 'net6', local: network, remote: { ...network, ...rangeOf('2001:db8:9::/120') } };
      return alone ? [sixth] : [tunnel, sixth];
    }),
  });

describe.each(['pull', 'push'] as const)('Mode Config of IPv6, %s', (mode) => {
  const [pool4, pool6] = [GIVEN.pools[0] ?? rangeOf('10.9.0.0/29'), rangeOf('2001:db8:9::/120')];
  const gives = { ...GIVEN, pools: [pool4, pool6], dns: [...GIVEN.dns, requireIpAddress('2001:db8:2::53')] };
  const pairOf = (alone: boolean, given = gives): PairOfEndpoints => {
    const pair = pairWith(
      [withModeConfig('a', mode), with6('a', alone)],
      [withModeConfig('b', mode, given), with6('b')],
    );
    pair.initiate();
    return pair;
  };
  const carried = (side: Side): readonly string[] =>
    side.installed.map(
      ({ localSelector, remoteSelector }) => `${selectorText(localSelector)} ${selectorText(remoteSelector)}`,
    );

  it('gives an address of each version, and each tunnel carries that of its own', () => {
    const pair = pairOf(false);
    expect(assigned(pair.b)).toEqual(['10.9.0.1', '2001:db8:9::1']);
    expect(pair.a.named('settings.received')[0]?.settings).toMatchObject({
      addresses: ['10.9.0.1', '2001:db8:9::1'],
      dns: ['10.2.0.53', '10.2.0.54', '2001:db8:2::53'],
    });
    expect(new Set(carried(pair.a))).toEqual(new Set(['10.9.0.1 10.2.0.0/24', '2001:db8:9::1 2001:db8:2::/64']));
    expect(new Set(carried(pair.b))).toEqual(new Set(['10.2.0.0/24 10.9.0.1', '2001:db8:2::/64 2001:db8:9::1']));
  });

  it('has each address guarded with the tunnels that carry it', () => {
    const assigns = pairOf(false).a.effects.flatMap((effect) =>
      effect.type === 'assign' ? [[effect.address, effect.tunnels.map(({ name }) => name)]] : [],
    );
    expect(assigns).toEqual([
      ['10.9.0.1', ['net']],
      ['2001:db8:9::1', ['net6']],
    ]);
  });

  it('ends where a tunnel gets no address of its version', () => {
    const pair = pairOf(false, { ...gives, pools: [pool4] });
    expect(pair.a.connection().troubles.lastFailure?.failure.code).toBe('SETTINGS_NOT_GIVEN');
    expect(pair.a.installed).toEqual([]);
  });

  it('has both addresses free when nothing of the peer is left', () => {
    const pair = pairOf(false);
    expect(leases(pair)).toBe(1);
    pair.command({ type: 'terminate', connection: 'link' });
    expect(leases(pair)).toBe(0);
  });

  it('tells who asks for one version nothing of the other', () => {
    const told = pairOf(true).a.named('settings.received')[0]?.settings;
    if (mode === 'push') return expect(told?.addresses).toEqual(['10.9.0.1', '2001:db8:9::1']);
    expect(told).toMatchObject({ addresses: ['2001:db8:9::1'], dns: ['2001:db8:2::53'] });
    expect(told).not.toHaveProperty('netmask');
  });
});

describe('a pool', () => {
  it('that is used up ends the SA of the next peer, and both say why', () => {
    const one = { ...GIVEN, pools: [rangeOf('10.9.0.9')] };
    const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      remote: { ...policy.remote, id: 'any' },
    });
    const asks = withModeConfig('a', 'pull');
    const second = asks(policyOf('a', { name: 'second' }));
    const pair = new PairOfEndpoints(
      [asks(policyOf('a')), { ...second, local: { ...second.local, id: parseIdentity('@second.example') } }],
      anybody(withModeConfig('b', 'pull', one)(policyOf('b'))),
    );
    pair.initiate();
    pair.initiate(pair.a, 'second');
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('LIMIT_REACHED');
    expect(pair.b.connection().sas.size).toBe(1);
    expect(['link', 'second'].map((name) => pair.a.connection(name).isUp('net'))).toEqual([true, false]);
    pair.command({ type: 'terminate', connection: 'link' });
    pair.runUntil(10_000);
    expect(pair.a.connection('second').isUp('net')).toBe(true);
  });

  it('is not there for who asks with the whole of it as its network', () => {
    const whole = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, local: parseSelector('10.9.0.0/29') })),
    });
    const pair = pairWith([whole], [withModeConfig('b', 'pull')]);
    pair.initiate();
    expect(pair.a.connection().troubles.lastFailure?.failure.code).toBe('INVALID_ID_INFORMATION');
    expect(pair.b.installed).toEqual([]);
  });

  it('has one address for one user, who may come under the identity of a group', () => {
    const group = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      remote: { address: 'any', id: parseIdentity('@a.example') },
    });
    const pair = pairWith(
      [withUsers('a'), withModeConfig('a', 'pull')],
      [withUsers('b'), withModeConfig('b', 'pull'), group],
    );
    pair.initiate();
    expect(pair.b.connection().leases.size).toBe(1);
    expect([...pair.b.connection().pairs.values()].map(({ peer }) => peer)).toEqual(['@a.example user "alice"']);
  });
});

describe('the other way round', () => {
  it('ends where the peer gives no address', () => {
    const pair = pairWith([withModeConfig('a', 'pull')], [(policy) => ({ ...policy, modeConfig: { mode: 'pull' } })]);
    pair.initiate();
    expect(pair.a.connection().troubles.lastFailure?.failure.code).toBe('SETTINGS_NOT_GIVEN');
  });

  it('ends where the peer never pushes', () => {
    const pair = pairWith([withModeConfig('a', 'push')], [withModeConfig('b', 'pull')]);
    pair.initiate();
    expect(pair.a.connection().isUp('net')).toBe(false);
    pair.runUntil(60_000);
    expect(pair.a.connection().troubles.lastFailure?.failure.code).toBe('SETTINGS_NOT_GIVEN');
  });

  it('gives who speaks Unity and asks for everything the network that it may have, and echoes what it asked for', () => {
    const everything = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, remote: parseSelector('0.0.0.0/0') })),
    });
    const pair = pairWith([withModeConfig('a', 'pull'), everything], [withModeConfig('b', 'pull')]);
    pair.initiate();
    expect(selectors(pair.b)).toEqual(['10.2.0.0/24', '10.9.0.1']);
    expect(selectors(pair.a)).toEqual(['10.9.0.1', '0.0.0.0/0']);
  });
});
