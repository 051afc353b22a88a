import { sameSelector, selectorHas, type TrafficSelector } from '../../base/selector.ts';
import type { GuardedTraffic } from '../backend.ts';
import { ownTraffic, type Traffic } from './traffic.ts';

/**
 * What could come out of one tunnel and go on into the other, as the one sees it, both ways; a tunnel may be its own other. Nothing where
 * both forward; what stays among our own networks goes nowhere.
 */
export function passagesBetween(a: GuardedTraffic, b: GuardedTraffic): Traffic[] {
  if (a.forwards === true && b.forwards === true) return [];
  return [passage(a, b), passage(b, a)].filter((found) => found !== undefined);
}

function passage(from: GuardedTraffic, to: GuardedTraffic): Traffic | undefined {
  const remote = common(from.remote, to.local);
  const local = common(to.remote, from.local);
  if (remote === undefined || local === undefined) return undefined;
  const own = ownTraffic(from);
  const stays = own !== undefined && sameSelector(own.local, local) && sameSelector(own.remote, remote);
  return stays ? undefined : { local, remote, handling: from.handling };
}

/** What two selectors have in common. */
function common(a: TrafficSelector, b: TrafficSelector): TrafficSelector | undefined {
  if (!agree(a.protocol, b.protocol) || !agree(a.port, b.port)) return undefined;
  const first = [a.first, b.first].find((address) => selectorHas(a, address) && selectorHas(b, address));
  const last = [a.last, b.last].find((address) => selectorHas(a, address) && selectorHas(b, address));
  if (first === undefined || last === undefined) return undefined;
  return { first, last, protocol: a.protocol || b.protocol, port: a.port || b.port };
}

/** 0 is any. */
const agree = (a: number, b: number): boolean => a === 0 || b === 0 || a === b;
