import { IkeError } from '../../base/errors.ts';
import { rangesMeet, selectorText, type TrafficSelector } from '../../base/selector.ts';
import type { TunnelPolicy } from './policy.ts';

/** What somebody else has on its side. */
export type Claim = Pick<TunnelPolicy, 'mode' | 'remote'>;

/** @throws IkeError INVALID_ID_INFORMATION where one of those has what this peer asks for */
export function requireUnclaimed(claimed: readonly Claim[], { mode, remote }: Claim): void {
  // The two are told apart by what arrives: in a tunnel there is no host itself.
  const found = claimed.find((claim) => claim.mode === mode && overlap(claim.remote, remote));
  if (found === undefined) return;
  const what =
    mode === 'tunnel'
      ? 'networks that another peer of this connection has'
      : 'another host behind the same address has these selectors, or some of them';
  throw new IkeError('INVALID_ID_INFORMATION', {
    what,
    theirs: selectorText(remote),
  });
}

function overlap(a: TrafficSelector, b: TrafficSelector): boolean {
  const both = (one: number, other: number): boolean => one === other || one === 0 || other === 0;
  return rangesMeet(a, b) && both(a.protocol, b.protocol) && both(a.port, b.port);
}
