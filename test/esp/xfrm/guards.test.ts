import { beforeEach, expect, it } from 'vitest';
import { parseSelector } from '../../../src/base/selector.ts';
import type { GuardedTraffic } from '../../../src/esp/backend.ts';
import { KernelGuards } from '../../../src/esp/xfrm/guards.ts';
import { PolicyTable } from '../../../src/esp/xfrm/policy-table.ts';
import type { XfrmPolicy, XfrmPolicyId } from '../../../src/esp/xfrm/policy.ts';
import { isOurReqid, LARVAL_REQID, Reqids } from '../../../src/esp/xfrm/reqids.ts';

const traffic: GuardedTraffic = {
  ...{ connection: 'hq', tunnel: 'lan', without: 'trap' },
  ...{ local: parseSelector('10.1.0.0/24'), remote: parseSelector('10.2.0.0/24') },
};

let traps: (number | undefined)[];
let stands: Map<string, string>;
let guards: KernelGuards;

const textOf = ({ direction, selector: { source, destination } }: XfrmPolicyId): string =>
  `${direction} ${source.address}/${source.length} ${destination.address}/${destination.length}`;
const spoke = (tunnel: string, remote: string, forwards: boolean): GuardedTraffic => ({
  ...{ ...traffic, tunnel, forwards },
  ...{ local: parseSelector('10.0.0.0/8'), remote: parseSelector(remote) },
});

beforeEach(() => {
  traps = [];
  const see = ({ direction, template }: XfrmPolicy): void => {
    if (direction === 'out') traps.push(template?.reqid);
  };
  stands = new Map();
  const policies = new PolicyTable({
    addPolicy: (policy) => {
      see(policy);
      stands.set(textOf(policy), `${policy.action} ${policy.priority}`);
    },
    replacePolicy: see,
    deletePolicy: (id) => void stands.delete(textOf(id)),
  });
  guards = new KernelGuards(policies, new Reqids());
});

it('a trap that comes back has a reqid for which the kernel has no larval state', () => {
  guards.hold(traffic);
  guards.renew(traffic);
  expect(traps).toEqual([0x53a1_0000, 0x53a1_0001]);
});

it('a block stays one', () => {
  guards.hold({ ...traffic, without: 'block' });
  guards.renew(traffic);
  expect(traps).toEqual([undefined]);
});

it('reqids are ours by their range, held ones and those avoided are not given, and after the last comes the first', () => {
  const reqids = new Reqids();
  reqids.avoid(new Set([0x53a1_0001]));
  expect(reqids.of('a', 'holder')).toBe(0x53a1_0000);
  expect(reqids.of('b', 'other')).toBe(0x53a1_0002);
  expect(reqids.of('a', 'successor')).toBe(0x53a1_0000);
  for (let reqid = 0x53a1_0003; reqid < LARVAL_REQID; reqid++) {
    reqids.of('passing', 'passer');
    reqids.release('passer');
  }
  expect(reqids.of('c', 'third')).toBe(0x53a1_0003);
  expect([0x53a0_ffff, 0x53a1_0000, LARVAL_REQID, 0x53b0_0000].map(isOurReqid)).toEqual([false, true, true, false]);
});

it('what comes out of one tunnel does not go on into another, whatever else fits it', () => {
  guards.hold(spoke('a', '10.2.0.0/16', false));
  guards.hold(spoke('b', '10.3.0.0/16', true));
  expect(stands.get('fwd 10.2.0.0/16 10.3.0.0/16')).toBe('block 1');
  expect(stands.get('fwd 10.3.0.0/16 10.2.0.0/16')).toBe('block 1');
  guards.release({ connection: 'hq', tunnel: 'b' });
  expect([...stands.keys()].filter((key) => key.includes('10.3.'))).toEqual([]);
});

it('it does after both have been changed to forward, one after the other, and does not when one of them is changed back', () => {
  const blocked = (): string[] =>
    [...stands].filter(([key, what]) => key.startsWith('fwd') && what.startsWith('block')).map(([key]) => key);
  for (const forwards of [false, true]) {
    guards.hold(spoke('a', '10.2.0.0/16', forwards));
    guards.hold(spoke('b', '10.3.0.0/16', forwards));
  }
  expect(blocked()).toEqual([]);
  guards.hold(spoke('a', '10.2.0.0/16', false));
  expect(blocked()).toContain('fwd 10.3.0.0/16 10.2.0.0/16');
  expect(blocked()).toContain('fwd 10.2.0.0/16 10.3.0.0/16');
});

it('nor back into the same one, from one of its hosts to another', () => {
  guards.hold(spoke('a', '10.2.0.0/16', false));
  expect(stands.get('fwd 10.2.0.0/16 10.2.0.0/16')).toBe('block 1');
});

it('it does where both forward, and neighbours stay neighbours', () => {
  guards.hold(spoke('a', '10.2.0.0/16', true));
  guards.hold(spoke('b', '10.3.0.0/16', true));
  guards.hold({ ...traffic, tunnel: 'c', local: parseSelector('10.1.0.0/24'), remote: parseSelector('0.0.0.0/0') });
  expect([...stands].filter(([key, what]) => key.startsWith('fwd') && what.startsWith('block'))).toEqual([]);
});
