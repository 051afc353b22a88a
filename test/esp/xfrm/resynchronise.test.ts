import { expect, it } from 'vitest';
import { parseSelector } from '../../../src/base/selector.ts';
import type { GuardedTraffic } from '../../../src/esp/backend.ts';
import { KernelGuards } from '../../../src/esp/xfrm/guards.ts';
import { PolicyTable } from '../../../src/esp/xfrm/policy-table.ts';
import type { StandingPolicy, XfrmPolicy } from '../../../src/esp/xfrm/policy.ts';
import { Reqids } from '../../../src/esp/xfrm/reqids.ts';
import { resynchronise } from '../../../src/esp/xfrm/resynchronise.ts';
import { StateTable } from '../../../src/esp/xfrm/state-table.ts';
import { outboundSa } from '../sample-sa.ts';

it('after lost events states that are gone have expired, traps that were met ask, and policies that are gone come back', () => {
  let kernel: XfrmPolicy[] = [];
  const policies = new PolicyTable({
    addPolicy: (policy) => void kernel.push(policy),
    replacePolicy: () => undefined,
    deletePolicy: () => undefined,
  });
  const guards = new KernelGuards(policies, new Reqids());
  const guard = (tunnel: string, remote: string, without: GuardedTraffic['without']): void =>
    guards.hold({
      connection: 'hq',
      tunnel,
      without,
      local: parseSelector('10.1.0.0/24'),
      remote: parseSelector(remote),
    });
  guard('met', '10.2.0.0/24', 'trap');
  guard('quiet', '10.3.0.0/24', 'trap');
  guard('blocked', '10.4.0.0/24', 'block');
  const states = new StateTable();
  states.add(outboundSa({ spi: 0x1001, connection: 'other' }), 1);
  states.add(outboundSa({ pair: 2, spi: 0x1002, connection: 'other' }), 2);

  const flushed = kernel.find(({ selector }) => selector.destination.address === '10.3.0.0');
  const standing = kernel
    .filter((policy) => policy !== flushed)
    .map((policy): StandingPolicy => ({
      ...policy,
      usedAt: policy.selector.destination.address === '10.3.0.0' ? 0 : 1_790_000_000,
      needsState: policy.template !== undefined,
    }));
  kernel = [];
  const events = resynchronise(
    {
      policies: () => standing,
      counters: ({ spi }) => (spi === 0x1001 ? undefined : { packets: 0, bytes: 0 }),
    },
    { policies, guards, states },
  );
  expect(events).toEqual([
    { type: 'expired', pair: 1, spi: 0x1001, hard: true },
    { type: 'acquire', connection: 'hq', tunnel: 'met' },
  ]);
  expect(kernel).toEqual([flushed]);
});
