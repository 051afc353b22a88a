import { IkeError } from '../../base/errors.ts';
import { selectorHas, selectorText, type TrafficSelector } from '../../base/selector.ts';
import { rangePrefixes } from '../../linux/prefixes.ts';
import type { KernelHandling } from '../sa.ts';
import type { XfrmScope } from './attributes.ts';
import type { XfrmDirection, XfrmPolicyId } from './policy.ts';
import type { XfrmSelector } from './selector.ts';

/** What a tunnel carries, as we see it. */
export interface Traffic {
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
  readonly handling?: KernelHandling | undefined;
}

/** Ours: a range of addresses is many prefixes, and two of them many policies. */
const MOST_POLICIES = 64;

/** The kernel's selectors for traffic that leaves (`out`) or comes; it knows prefixes and no ranges. @throws IkeError BACKEND_FAILED for too many */
export function policyIds({ local, remote, handling }: Traffic, direction: XfrmDirection): readonly XfrmPolicyId[] {
  const [from, to] = direction === 'out' ? [local, remote] : [remote, local];
  const protocol = from.protocol === 0 ? to.protocol : from.protocol;
  const sources = rangePrefixes(from);
  const destinations = rangePrefixes(to);
  if (sources.length * destinations.length > MOST_POLICIES) {
    const reason = `${selectorText(local)} and ${selectorText(remote)} are too many prefixes`;
    throw new IkeError('BACKEND_FAILED', { what: `policies: ${reason}` });
  }
  const rest = { protocol, sourcePort: from.port, destinationPort: to.port };
  return sources.flatMap((source) =>
    destinations.map((destination) => ({
      direction,
      selector: { source, destination, ...rest },
      ...scopeOf(handling),
    })),
  );
}

/** What a wide remote network has of our own: neighbours stay neighbours, and their packets stay out of the tunnel. */
export function ownTraffic({ local, remote, handling }: Traffic): Traffic | undefined {
  const within = selectorHas(remote, local.first) && selectorHas(remote, local.last);
  const own = { first: local.first, last: local.last, protocol: 0, port: 0 };
  return within ? { local: own, remote: own, handling } : undefined;
}

/** Ours: below it the kernel's other users can have policies that win over all of ours, and above it such that lose. */
const WIDEST = 0x3_0000;

/** The narrower a selector, the lower, and so the sooner used: both prefixes first, then protocol, then ports. */
export function priorityOf({ source, destination, protocol, sourcePort, destinationPort }: XfrmSelector): number {
  const ports = (sourcePort === 0 ? 0 : 1) + (destinationPort === 0 ? 0 : 1);
  return WIDEST - 512 * (source.length + destination.length) - (protocol === 0 ? 0 : 256) - 64 * ports;
}

/** What of it is a part of the names of policies and states. */
export const scopeOf = ({ mark, interface: interfaceId }: KernelHandling = {}): XfrmScope => ({
  ...(mark && { mark }),
  ...(interfaceId !== undefined && { interfaceId }),
});

export const policyKey = ({ direction, selector, mark, interfaceId }: XfrmPolicyId): string =>
  JSON.stringify([direction, selector, mark, interfaceId]);
export const trafficKey = ({ local, remote, handling }: Traffic): string =>
  JSON.stringify([selectorText(local), selectorText(remote), scopeOf(handling)]);
