import type { EspSa, SaEnds } from '../sa.ts';
import { type KeylessSa, trafficOf } from './installed-state.ts';
import type { Wanted, Wish } from './policy-table.ts';
import type { XfrmDirection } from './policy.ts';
import { policyIds, type Traffic } from './traffic.ts';

export const BLOCK: Wish = { action: 'block' };
export const IN_CLEAR: Wish = { action: 'allow' };
const ALL: readonly XfrmDirection[] = ['out', 'in', 'fwd'];

/** One thing for all packets of some traffic, by default in every direction. */
export const wishes = (traffic: Traffic, wish: Wish, directions: readonly XfrmDirection[] = ALL): Wanted =>
  directions.flatMap((direction) => policyIds(traffic, direction).map((id) => [id, wish] as const));

/** Packets have to have come through a state of this tunnel, from wherever its peer is by then. */
export const inboundWishes = (sa: KeylessSa, reqid: number, template: Wish['template'] = { reqid, mode: sa.mode }) =>
  wishes(trafficOf(sa), { action: 'allow', template }, sa.mode === 'tunnel' ? ['in', 'fwd'] : ['in']);

export const outboundWishes = (sa: KeylessSa, { local, remote }: SaEnds, reqid: number) =>
  wishes(
    trafficOf(sa),
    { action: 'allow', template: { source: local.address, destination: remote.address, reqid, mode: sa.mode } },
    ['out'],
  );

/** The ends of a state of one direction, in the order in which its packets pass them. */
export const sidesOf = (direction: EspSa['direction'], { local, remote }: SaEnds) =>
  direction === 'inbound' ? { source: remote, destination: local } : { source: local, destination: remote };
