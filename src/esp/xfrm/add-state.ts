import { isIpv6 } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { espSuiteText } from '../../crypto/esp-transforms.ts';
import { RouteNetlink } from '../../linux/rtnetlink.ts';
import type { EspSa } from '../sa.ts';
import { offloadAttribute } from './attributes.ts';
import { stateOf } from './installed-state.ts';
import type { XfrmState } from './state.ts';
import type { XfrmNetlink } from './xfrm-netlink.ts';

/**
 * Hands an SA over. Where a device is to do its work and does not, it is taken back: the kernel would do the work itself and not say so.
 *
 * @throws IkeError BACKEND_FAILED
 */
export function addState(kernel: XfrmNetlink, sa: EspSa, reqid: number): void {
  const device = sa.handling?.offload;
  const plain = stateOf(sa, reqid);
  const state = device === undefined ? plain : offloadedTo(device, plain, sa.direction);
  if (sa.direction === 'inbound') kernel.addInbound(state);
  else kernel.addState(state);
  if (device === undefined || kernel.isOffloaded(state)) return;
  kernel.deleteState(state);
  throw refusal(device, `it does not do ${espSuiteText(sa.suite)}`);
}

function offloadedTo(device: string, state: XfrmState, direction: EspSa['direction']): XfrmState {
  const links = new RouteNetlink();
  const index = links.linkIndex(device);
  links.close();
  if (index === undefined) throw refusal(device, 'there is no such device');
  const options = { inbound: direction === 'inbound', ipv6: isIpv6(state.destination) };
  return { ...state, attributes: [...state.attributes, offloadAttribute(index, options)] };
}

const refusal = (device: string, reason: string): IkeError =>
  new IkeError('BACKEND_FAILED', {
    what: `off-loading of ESP to ${device}: ${reason}`,
    advice: 'leave kernel.offload out; ethtool -k says whether a device has esp-hw-offload',
  });
