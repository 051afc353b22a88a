import { beforeEach, expect, it } from 'vitest';
import { parseSelector } from '../../../src/base/selector.ts';
import { isOurs, PolicyTable, type Wish } from '../../../src/esp/xfrm/policy-table.ts';
import type { StandingPolicy, XfrmPolicy, XfrmPolicyId } from '../../../src/esp/xfrm/policy.ts';
import { policyIds, priorityOf } from '../../../src/esp/xfrm/traffic.ts';

const traffic = { local: parseSelector('10.1.0.0/24'), remote: parseSelector('10.2.0.0/24') };
const ids = policyIds(traffic, 'out');
const trap: Wish = { action: 'allow', template: { reqid: 1, mode: 'tunnel' } };
const sa: Wish = { action: 'allow', template: { reqid: 2, mode: 'tunnel' } };

let calls: string[];
let table: PolicyTable;

beforeEach(() => {
  calls = [];
  const say = (what: string, { action, template }: XfrmPolicy): void => {
    calls.push(`${what} ${action} ${template?.reqid ?? 'nothing'}`);
  };
  table = new PolicyTable({
    addPolicy: (policy) => say('add', policy),
    replacePolicy: (policy) => say('replace', policy),
    deletePolicy: ({ direction }: XfrmPolicyId) => void calls.push(`delete ${direction}`),
  });
});

const wanted = (wish: Wish) => ids.map((id) => [id, wish] as const);

it('an SA has more to say than a guard, and each change is one update in place', () => {
  table.hold({ name: 'guard', rank: 'guard' }, wanted({ action: 'block' }));
  table.hold({ name: 'pair 1', rank: 'sa' }, wanted(sa));
  table.hold({ name: 'guard', rank: 'guard' }, wanted(trap));
  table.release('pair 1');
  table.hold({ name: 'guard', rank: 'guard' }, wanted({ action: 'block' }));
  table.release('guard');
  expect(calls).toEqual([
    'add block nothing',
    'replace allow 2',
    'replace allow 1',
    'replace block nothing',
    'delete out',
  ]);
});

it('a successor wants the same, and nothing changes until the last of them has gone', () => {
  table.hold({ name: 'pair 1', rank: 'sa' }, wanted(sa));
  table.hold({ name: 'pair 2', rank: 'sa' }, wanted(sa));
  table.release('pair 1');
  expect(calls).toEqual(['add allow 2']);
  table.release('pair 2');
  expect(calls).toEqual(['add allow 2', 'delete out']);
});

it('says who holds a policy, which is how an acquire finds its tunnel', () => {
  table.hold({ name: 'guard', rank: 'guard' }, wanted(trap));
  expect(ids.map((id) => table.holders(id))).toEqual([['guard']]);
  expect(policyIds(traffic, 'in').map((id) => table.holders(id))).toEqual([[]]);
});

it('a narrower selector is used before a wider one', () => {
  const priority = (local: string, remote: string): number =>
    Math.max(
      ...policyIds({ local: parseSelector(local), remote: parseSelector(remote) }, 'out').map(({ selector }) =>
        priorityOf(selector),
      ),
    );
  const widestFirst = [
    priority('::/0', '::/0'),
    priority('10.1.0.0/24', '0.0.0.0/0'),
    priority('10.1.0.0/24', '10.1.0.0/24'),
    priority('10.1.0.0/24', '10.1.0.0/24[6/0]'),
    priority('10.1.0.0/24', '10.1.0.0/24[6/22]'),
    priority('10.1.0.7', '10.2.0.7'),
    priority('2001:db8::1', '2001:db8::2'),
  ];
  expect(widestFirst).toEqual([196_608, 184_320, 172_032, 171_776, 171_712, 163_840, 65_536]);
});

it('a range of addresses is as many policies as it has prefixes, and too many are refused', () => {
  const wide = { local: parseSelector('10.1.0.1-10.1.0.4'), remote: parseSelector('10.2.0.0/24') };
  expect(
    policyIds(wide, 'in').map(({ selector: { destination } }) => `${destination.address}/${destination.length}`),
  ).toEqual(['10.1.0.1/32', '10.1.0.2/31', '10.1.0.4/32']);
  const odd = parseSelector('10.0.0.1-10.255.255.254');
  expect(() => policyIds({ local: odd, remote: odd }, 'out')).toThrow(/too many prefixes/);
});

it('what an earlier process left blocks where it needed a state, is changed in place, and goes where nobody wants it', () => {
  const id = (direction: 'in' | 'out', needsState: boolean): StandingPolicy => ({
    ...{ direction, selector: ids[0]!.selector, priority: 1, index: 0x2d00_0000, action: 'allow', usedAt: 0 },
    needsState,
  });
  table.adopt([id('out', true), id('in', false)]);
  expect(calls).toEqual(['replace block nothing', 'replace allow nothing']);
  table.hold({ name: 'guard', rank: 'guard' }, wanted(trap));
  expect(calls.slice(2)).toEqual(['replace allow 1']);
  table.forget();
  expect(calls.slice(3)).toEqual(['delete in']);
  table.release('guard');
  expect(calls.slice(4)).toEqual(['delete out']);
});

it('where a start fails, what an earlier process left guards on', () => {
  const [left] = ids.map((id): StandingPolicy => ({
    ...{ ...id, priority: 1, index: 0x2d00_0001, action: 'allow', usedAt: 0, needsState: true },
  }));
  table.adopt(left === undefined ? [] : [left]);
  table.hold({ name: 'guard', rank: 'guard' }, wanted(trap));
  table.close();
  expect(calls).toEqual(['replace block nothing', 'replace allow 1', 'replace block nothing']);
});

it('a policy of ours is known by its index, and an index that is taken is not given again', () => {
  const indexes: number[] = [];
  const other = new PolicyTable({
    addPolicy: ({ index }) => void indexes.push(index),
    replacePolicy: () => undefined,
    deletePolicy: () => undefined,
  });
  const inward = policyIds(traffic, 'in')[0]!;
  other.adopt([
    { ...inward, priority: 1, index: 0x2d00_0001, action: 'block', usedAt: 0, needsState: false },
    { ...inward, direction: 'fwd', priority: 1, index: 0x2d00_0009, action: 'block', usedAt: 0, needsState: false },
  ]);
  other.hold({ name: 'guard', rank: 'guard' }, wanted(trap));
  expect(indexes).toEqual([0x2d00_0011]);
  expect([0x2cff_ffff, 0x2d00_0011, 0x2e00_0000].map((index) => isOurs({ index }))).toEqual([false, true, false]);
});
