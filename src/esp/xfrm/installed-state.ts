import { isIpv6, type UdpEndpoint } from '../../base/address.ts';
import { OUTER_MARK } from '../../linux/udp-socket.ts';
import type { EspSa, SaEnds } from '../sa.ts';
import { algorithmAttributes, KEYS_AS_THEY_ARE } from './algorithms.ts';
import { type Attribute, encapAttribute, replayAttribute, setMarkAttributes } from './attributes.ts';
import { handlingAttributes, handlingFlags } from './handling.ts';
import type { XfrmLimits } from './lifetime.ts';
import { stateFlags, type XfrmState } from './state.ts';
import { policyIds, scopeOf, type Traffic } from './traffic.ts';

/** An SA without its keys: those are the kernel's alone. */
export type KeylessSa = Omit<EspSa, 'keys'>;

/** The largest window that the structure of a state has room for. */
const SHORT_WINDOW = 32;
/** How near the end the kernel says that it is near. */
const SOFT = 0.9;

export const stateOf = (sa: EspSa, reqid: number): XfrmState =>
  withKeys(sa, reqid, algorithmAttributes(sa.suite, sa.keys));

/** The same state between other ends, for an update in place. */
export const movedState = (sa: KeylessSa, ends: SaEnds, reqid: number): XfrmState =>
  withKeys({ ...sa, ...ends }, reqid, KEYS_AS_THEY_ARE);

function withKeys(sa: KeylessSa, reqid: number, algorithms: readonly Attribute[]): XfrmState {
  const inbound = sa.direction === 'inbound';
  const [from, to] = inbound ? [sa.remote, sa.local] : [sa.local, sa.remote];
  const esn = sa.suite.esn === true;
  const window = inbound ? sa.replayWindow : 0;
  // A state with extended sequence numbers has a window in either direction.
  const replay = esn || window > SHORT_WINDOW ? [replayAttribute(Math.max(window, SHORT_WINDOW))] : [];
  const [fits] = sa.mode === 'transport' ? policyIds(trafficOf(sa), inbound ? 'in' : 'out') : [];
  return {
    source: from.address,
    destination: to.address,
    spi: sa.spi,
    ...{ reqid, mode: sa.mode },
    replayWindow: replay.length > 0 ? 0 : window,
    ...scopeOf(sa.handling),
    flags: stateFlags({
      esn,
      mixed: sa.mode === 'tunnel' && isIpv6(sa.localSelector.first) !== isIpv6(to.address),
      ...handlingFlags(sa.handling),
    }),
    limits: limitsOf(sa.limits),
    ...(fits !== undefined && { selector: fits.selector }),
    attributes: [
      ...algorithms,
      ...(sa.encapsulation === 'udp' ? [encapOf(from, to)] : []),
      ...replay,
      // Outer packets have the mark of all that goes round the tunnels, and so are not led into one.
      ...(inbound ? [] : setMarkAttributes(OUTER_MARK, 0xffff_ffff)),
      ...handlingAttributes(sa.handling),
    ],
  };
}

export const trafficOf = ({ localSelector, remoteSelector, handling }: KeylessSa): Traffic => ({
  local: localSelector,
  remote: remoteSelector,
  ...(handling && { handling }),
});

export const encapOf = (from: UdpEndpoint, to: UdpEndpoint): Attribute => encapAttribute(from.port, to.port);

function limitsOf({ bytes, packets, time }: EspSa['limits']): XfrmLimits {
  const limit = (hard: number): { soft: number; hard: number } => ({
    soft: Math.floor(hard * SOFT),
    hard: Math.ceil(hard),
  });
  return {
    ...(bytes !== undefined && { bytes: limit(bytes) }),
    ...(packets !== undefined && { packets: limit(packets) }),
    ...(time !== undefined && { seconds: limit(time / 1000) }),
  };
}
