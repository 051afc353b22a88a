import { IkeError } from '../../base/errors.ts';
import { prefixLength, type TrafficSelector, sameSelector, rangesMeet, selectorText } from '../../base/selector.ts';
import type { ConnectionPolicy, TunnelPolicy } from './policy.ts';

/** A pair of selectors seen from our side, as text: what a tunnel carries between here and there. */
export interface SelectorPair {
  readonly local: string;
  readonly remote: string;
}

/** Why no tunnel has the selectors that a peer asks for: both pairs, so that the wrong end is plain to see. */
export interface SelectorRefusal {
  readonly asked: SelectorPair;
  /** The tunnel that is most like it; absent where the connection has none. */
  readonly nearest?: SelectorPair & { readonly tunnel: string };
  /** The nearest tunnel has the asked networks the other way round, as it is when one side copied the other's file. */
  readonly mirrored: boolean;
}

/**
 * The tunnel whose selectors are exactly those that the peer asks for: its local ones are our remote ones (IDci of an initiating peer).
 * Selectors are not narrowed: RFC 2409 §5.5 knows only to accept them or to refuse with INVALID-ID-INFORMATION.
 *
 * Throws INVALID_ID_INFORMATION with `details.refusal`.
 */
export function matchTunnel(
  tunnels: readonly TunnelPolicy[],
  theirLocal: TrafficSelector,
  theirRemote: TrafficSelector,
): TunnelPolicy {
  const found = tunnels.find(
    ({ local, remote }) => sameSelector(remote, theirLocal) && sameSelector(local, theirRemote),
  );
  if (found !== undefined) return found;
  const refusal = explain(tunnels, theirLocal, theirRemote);
  const issues = selectorRefusalText(refusal);
  throw new IkeError('INVALID_ID_INFORMATION', { why: issues.at(-1), issues, refusal });
}

/**
 * Interop: those who speak Cisco's Unity ask for everything on our side, whatever split include has told them, and keep to that by
 * themselves. What they get is the network of the first tunnel that carries their assigned address.
 */
export function unityTunnel(
  { tunnels, modeConfig }: Pick<ConnectionPolicy, 'tunnels' | 'modeConfig'>,
  theirLocal: TrafficSelector,
  theirRemote: TrafficSelector,
): TunnelPolicy | undefined {
  if (modeConfig?.gives === undefined || prefixLength(theirRemote) !== 0) return undefined;
  return tunnels.find(({ assigned, remote }) => assigned === 'remote' && sameSelector(remote, theirLocal));
}

/** For people: what was asked, then what the nearest tunnel has. */
export function selectorRefusalText({ asked, nearest, mirrored }: SelectorRefusal): string[] {
  const lines = [`peer asks for local ${asked.local}, remote ${asked.remote} (seen from here)`];
  if (nearest === undefined) return [...lines, 'no tunnel is configured for this peer'];
  const { tunnel, local, remote } = nearest;
  if (mirrored)
    return [...lines, `tunnel ${tunnel} has local and remote the other way round: local ${local}, remote ${remote}`];
  const unlike = [
    ...(asked.local === local ? [] : [`local ${asked.local} asked, we have ${local}`]),
    ...(asked.remote === remote ? [] : [`remote ${asked.remote} asked, we have ${remote}`]),
  ];
  return [...lines, `nearest is tunnel ${tunnel}: ${unlike.join('; ')}`];
}

function explain(
  tunnels: readonly TunnelPolicy[],
  theirLocal: TrafficSelector,
  theirRemote: TrafficSelector,
): SelectorRefusal {
  const asked = { local: selectorText(theirRemote), remote: selectorText(theirLocal) };
  const mirror = tunnels.find(
    ({ local, remote }) => sameSelector(local, theirLocal) && sameSelector(remote, theirRemote),
  );
  let nearest = mirror;
  for (const tunnel of mirror === undefined ? tunnels : []) {
    if (nearest === undefined || likeness(tunnel, theirLocal, theirRemote) > likeness(nearest, theirLocal, theirRemote))
      nearest = tunnel;
  }
  if (nearest === undefined) return { asked, mirrored: false };
  const { name, local, remote } = nearest;
  return {
    asked,
    nearest: { tunnel: name, local: selectorText(local), remote: selectorText(remote) },
    mirrored: mirror !== undefined,
  };
}

const likeness = (tunnel: TunnelPolicy, theirLocal: TrafficSelector, theirRemote: TrafficSelector): number =>
  alike(tunnel.remote, theirLocal) + alike(tunnel.local, theirRemote);

/** Equal, the same addresses with another protocol or port, overlapping, or nothing of the kind. */
function alike(a: TrafficSelector, b: TrafficSelector): number {
  if (sameSelector(a, b)) return 4;
  if (a.first === b.first && a.last === b.last) return 3;
  return rangesMeet(a, b) ? 1 : 0;
}
