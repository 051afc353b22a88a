import type { UdpEndpoint } from '../../base/address.ts';
import { StructReader } from '../../linux/host-bytes.ts';
import { type NetlinkMessage, readAttributes } from '../../linux/netlink-message.ts';
import { readScope } from './attributes.ts';
import { XFRM_MSG } from './numbers.ts';
import { readPolicy, type XfrmPolicyId } from './policy.ts';
import { ADDRESS_BYTES, readAddress } from './selector.ts';
import { readState, STATE_BYTES, type XfrmStateId } from './state.ts';

/** What the kernel says by itself. */
export type XfrmNotice =
  /** A packet fits a policy and there is no state for it. */
  | { readonly type: 'acquire'; readonly policy: XfrmPolicyId }
  | { readonly type: 'expire'; readonly state: XfrmStateId; readonly hard: boolean }
  /** An authentic packet in UDP came from elsewhere. */
  | { readonly type: 'mapping'; readonly state: XfrmStateId; readonly remote: UdpEndpoint };

/** Undefined for what is none of these. @throws IkeError BACKEND_FAILED for one that is too short */
export function readNotice({ type, body }: NetlinkMessage): XfrmNotice | undefined {
  switch (type) {
    case XFRM_MSG.ACQUIRE:
      return readAcquire(body);
    case XFRM_MSG.EXPIRE:
      return { type: 'expire', state: readState(body), hard: body[STATE_BYTES] !== 0 };
    case XFRM_MSG.MAPPING:
      return readMapping(body);
    default:
      return undefined;
  }
}

/** struct xfrm_user_acquire: state, source and selector of the packet, then the policy that it met. */
const POLICY_AT = 96;
const ACQUIRE_BYTES = 280;

function readAcquire(body: Uint8Array): XfrmNotice | undefined {
  const policy = readPolicy(body.subarray(POLICY_AT));
  const scope = readScope(readAttributes(body.subarray(ACQUIRE_BYTES)));
  return policy && { type: 'acquire', policy: { ...policy, ...scope } };
}

/** struct xfrm_user_mapping. */
function readMapping(body: Uint8Array): XfrmNotice {
  const r = new StructReader(body, 'mapping');
  const destination = r.bytes(ADDRESS_BYTES);
  const spi = r.net32();
  const family = r.u16();
  r.skip(6 + ADDRESS_BYTES);
  const source = r.bytes(ADDRESS_BYTES);
  r.skip(2);
  const port = r.net16();
  return {
    type: 'mapping',
    state: { destination: readAddress(destination, family), spi },
    remote: { address: readAddress(source, family), port },
  };
}
