import { IkeError } from '../../base/errors.ts';
import { rangesMeet, selectorText, type TrafficSelector } from '../../base/selector.ts';

/** @throws IkeError INVALID_ID_INFORMATION where one of those has what this peer asks for */
export function requireUnclaimed(claimed: readonly TrafficSelector[], networks: TrafficSelector): void {
  if (!claimed.some((other) => overlap(other, networks))) return;
  throw new IkeError('INVALID_ID_INFORMATION', {
    what: 'networks that another peer of this connection has',
    theirs: selectorText(networks),
  });
}

function overlap(a: TrafficSelector, b: TrafficSelector): boolean {
  const both = (one: number, other: number): boolean => one === other || one === 0 || other === 0;
  return rangesMeet(a, b) && both(a.protocol, b.protocol) && both(a.port, b.port);
}
