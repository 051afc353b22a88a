import { describe, expect, it } from 'vitest';
import { parseSelector, rangeText, selectorText } from '../../src/base/selector.ts';
import type { Effect } from '../../src/ike/effects.ts';
import { narrowed } from '../../src/ike/negotiate/narrowing.ts';
import type { ConnectionPolicy, TunnelPolicy } from '../../src/ike/negotiate/policy.ts';
import type { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import { GIVEN, pairWith, rangeOf, withModeConfig } from './users.ts';

const ALL = '0.0.0.0/0';

/** Side a keeps to what it is told, with a tunnel for each of these remote networks. */
const keepsTo =
  (...remotes: readonly string[]) =>
  (policy: ConnectionPolicy): ConnectionPolicy => ({
    ...policy,
    modeConfig: { mode: policy.modeConfig?.mode ?? 'pull', unity: true },
    tunnels: policy.tunnels.flatMap((tunnel) =>
      remotes.map((remote, i) => ({
        ...tunnel,
        name: i === 0 ? tunnel.name : `${tunnel.name}-${i + 1}`,
        remote: parseSelector(remote),
      })),
    ),
  });

/** Side b has a tunnel for each of the networks that it includes. */
const hasBoth = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  tunnels: policy.tunnels.flatMap((tunnel) => [
    tunnel,
    { ...tunnel, name: 'more', local: parseSelector('10.4.0.0/16') },
  ]),
});

function up(remotes: readonly string[], mode: 'pull' | 'push' = 'pull', given = GIVEN): PairOfEndpoints {
  const pair = pairWith([withModeConfig('a', mode), keepsTo(...remotes)], [withModeConfig('b', mode, given), hasBoth]);
  pair.initiate();
  return pair;
}
const carried = ({ a }: PairOfEndpoints): readonly string[] => [
  ...new Set(a.installed.map(({ tunnel, remoteSelector }) => `${tunnel} ${selectorText(remoteSelector)}`)),
];
const assigns = ({ a }: PairOfEndpoints) =>
  a.effects.filter((effect): effect is Extract<Effect, { type: 'assign' }> => effect.type === 'assign');

describe.each(['pull', 'push'] as const)('a side that keeps to the networks that its peer includes, %s', (mode) => {
  it('carries one in each tunnel that may have it', () => {
    const pair = up([ALL, '10.0.0.0/8'], mode);
    expect(carried(pair)).toEqual(['net 10.2.0.0/24', 'net-2 10.4.0.0/16']);
    expect(pair.a.connection().ipsec.allUp()).toBe(true);
  });

  it('leaves a tunnel out, and unguarded, for which there is none', () => {
    const pair = up(['10.4.0.0/15', '172.16.0.0/12'], mode);
    expect(carried(pair)).toEqual(['net 10.4.0.0/16']);
    expect(assigns(pair).map(({ idle }) => idle)).toEqual([['net-2']]);
    expect(pair.a.endpoint.snapshot(pair.now).connections.map(({ state, tunnels }) => [state, tunnels.length])).toEqual(
      [['up', 1]],
    );
  });

  it('has the networks that are left to it go round the tunnels in which they would be', () => {
    const given = { ...GIVEN, splitInclude: [], localLan: [rangeOf('10.2.0.64/26'), rangeOf('192.168.0.0/24')] };
    const [assign] = assigns(up(['10.2.0.0/24'], mode, given));
    expect(assign?.tunnels.map(({ round }) => round.map(rangeText))).toEqual([['10.2.0.64/26']]);
  });

  it('ends where there is none for any tunnel', () => {
    const pair = up(['172.16.0.0/12'], mode);
    expect(pair.a.connection().troubles.lastFailure?.failure.code).toBe('SETTINGS_NOT_GIVEN');
    expect(pair.a.installed).toEqual([]);
  });
});

it('a side that was not told to keep to them carries what its file says', () => {
  const pair = pairWith([withModeConfig('a', 'pull')], [withModeConfig('b', 'pull')]);
  pair.initiate();
  expect(carried(pair)).toEqual(['net 10.2.0.0/24']);
  expect(assigns(pair).map(({ tunnels }) => tunnels.map(({ round }) => round))).toEqual([[[]]]);
});

describe('the tunnels for included networks', () => {
  const [base] = policyOf('a').tunnels;
  const tunnel = (name: string, remote: string, assigned: TunnelPolicy['assigned'] = 'local'): TunnelPolicy => {
    if (base === undefined) throw new Error('no tunnel');
    return { ...base, name, remote: parseSelector(remote), assigned };
  };
  const texts = (tunnels: readonly TunnelPolicy[], ...included: readonly string[]): readonly string[] =>
    narrowed(tunnels, included.map(rangeOf)).map(({ name, remote }) => `${name} ${selectorText(remote)}`);

  it.each([
    ['all of them where nothing is included', ['10.0.0.0/8'], [], ['0 10.0.0.0/8']],
    [
      'in order, each with one',
      [ALL, ALL],
      ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'],
      ['0 10.1.0.0/16', '1 10.2.0.0/16'],
    ],
    [
      'those that lie within one as they are',
      ['10.1.1.0/24', ALL],
      ['10.1.0.0/16'],
      ['0 10.1.1.0/24', '1 10.1.0.0/16'],
    ],
    ['with their protocol and port', ['10.0.0.0/8[6/22]'], ['10.1.0.0/16'], ['0 10.1.0.0/16[6/22]']],
    ['those of IPv6 as they are', ['2001:db8::/32'], ['10.1.0.0/16'], ['0 2001:db8::/32']],
    ['none of which a part only is included', ['10.1.0.0/16'], ['10.2.0.0/16'], []],
  ] as const)('are %s', (_, remotes, included, expected) => {
    expect(
      texts(
        remotes.map((remote, i) => tunnel(String(i), remote)),
        ...included,
      ),
    ).toEqual(expected);
  });
});
