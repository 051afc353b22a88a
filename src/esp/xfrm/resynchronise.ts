import type { EspEvent } from '../backend.ts';
import type { KernelGuards } from './guards.ts';
import type { PolicyTable } from './policy-table.ts';
import type { StateTable } from './state-table.ts';
import type { XfrmNetlink } from './xfrm-netlink.ts';

/**
 * What the kernel said while nobody could hear it (ENOBUFS), found out by asking: a state that is gone has expired, a trap that a packet
 * has met asked for its tunnel, and a policy that somebody took away comes back. A new mapping is told again with the next packet.
 *
 * No state is dumped, because with it the kernel tells its keys.
 */
export function resynchronise(
  kernel: Pick<XfrmNetlink, 'counters' | 'policies'>,
  { policies, guards, states }: { policies: PolicyTable; guards: KernelGuards; states: StateTable },
): EspEvent[] {
  const gone = states.all().filter(({ id }) => kernel.counters(id) === undefined);
  const standing = kernel.policies();
  policies.restore(standing);
  const met = standing.filter(({ direction, usedAt }) => direction === 'out' && usedAt > 0);
  const asked = new Set(met.flatMap((policy) => guards.among(policies.holders(policy))));
  const carried = (connection: string, tunnel: string): boolean =>
    states.all().some(({ sa }) => sa.connection === connection && sa.tunnel === tunnel);
  return [
    ...gone.map(({ sa: { pair, spi } }): EspEvent => ({ type: 'expired', pair, spi, hard: true })),
    ...[...asked].flatMap(({ connection, tunnel, without }): EspEvent[] =>
      without === 'block' || carried(connection, tunnel) ? [] : [{ type: 'acquire', connection, tunnel }],
    ),
  ];
}
