import type { IpAddress } from '../../base/address.ts';
import { concat } from '../../base/bytes.ts';
import { StructReader, StructWriter } from '../../linux/host-bytes.ts';
import { writeAttributes } from '../../linux/netlink-message.ts';
import { familyOf } from '../../linux/socket-address.ts';
import { CARRIED_BYTES, LIFETIME_BYTES, writeLimits } from './lifetime.ts';
import { IPPROTO_ESP, XFRMA } from './numbers.ts';
import { readSelector, writeAddress, writeSelector, type XfrmSelector } from './selector.ts';
import { MODES, type XfrmMode } from './state.ts';

export const DIRECTIONS = { in: 0, out: 1, fwd: 2 } as const;
export type XfrmDirection = keyof typeof DIRECTIONS;

/** What a packet of the policy needs (struct xfrm_user_tmpl); absent addresses are any. */
export interface XfrmTemplate {
  readonly source?: IpAddress;
  readonly destination?: IpAddress;
  readonly reqid: number;
  readonly mode: XfrmMode;
}

/** What names a policy to the kernel: one a selector and direction, whatever its priority. */
export interface XfrmPolicyId {
  readonly direction: XfrmDirection;
  readonly selector: XfrmSelector;
}

export interface XfrmPolicy extends XfrmPolicyId {
  /** Of several that fit a packet, the one with the lowest is used. */
  readonly priority: number;
  /** A number that comes back, by which its owner knows it; its lowest two bits are the direction. */
  readonly index: number;
  /** `allow` without a template lets packets pass in clear. */
  readonly action: 'allow' | 'block';
  readonly template?: XfrmTemplate;
}

const POLICY_BYTES = 168;
const POLICY_ID_BYTES = 64;
const TEMPLATE_BYTES = 64;
const ACTIONS = { allow: 0, block: 1 } as const;
const ALL_ALGORITHMS = 0xffff_ffff;

/** Body of NEWPOLICY and UPDPOLICY (struct xfrm_userpolicy_info). */
export function writePolicy(policy: XfrmPolicy): Uint8Array {
  const { selector, priority, index, direction, action, template } = policy;
  const info = new StructWriter(POLICY_BYTES)
    .bytes(writeSelector(selector))
    .bytes(writeLimits({}))
    .skip(CARRIED_BYTES)
    .u32(priority)
    .u32(index)
    .u8(DIRECTIONS[direction])
    .u8(ACTIONS[action])
    .finish();
  if (template === undefined) return info;
  const family = familyOf(template.destination ?? selector.source.address);
  return concat(info, writeAttributes([[XFRMA.TMPL, writeTemplate(template, family)]]));
}

function writeTemplate({ source, destination, reqid, mode }: XfrmTemplate, family: number): Uint8Array {
  return new StructWriter(TEMPLATE_BYTES)
    .bytes(writeAddress(destination))
    .skip(4)
    .u8(IPPROTO_ESP)
    .skip(3)
    .u16(family)
    .skip(2)
    .bytes(writeAddress(source))
    .u32(reqid)
    .u8(MODES[mode])
    .skip(3)
    .u32(ALL_ALGORITHMS)
    .u32(ALL_ALGORITHMS)
    .u32(ALL_ALGORITHMS)
    .finish();
}

/** Body of DELPOLICY (struct xfrm_userpolicy_id). */
export const writePolicyId = ({ selector, direction }: XfrmPolicyId): Uint8Array =>
  new StructWriter(POLICY_ID_BYTES).bytes(writeSelector(selector)).skip(4).u8(DIRECTIONS[direction]).finish();

/** What names a policy and whose it is, from a message or structure that begins with one; undefined for a socket's own. */
export function readPolicy(bytes: Uint8Array): (XfrmPolicyId & Pick<XfrmPolicy, 'index' | 'priority'>) | undefined {
  const r = new StructReader(bytes, 'policy');
  const selector = readSelector(r);
  r.skip(LIFETIME_BYTES + CARRIED_BYTES);
  const priority = r.u32();
  const index = r.u32();
  const number = r.u8();
  const direction = DIRECTION_NAMES[number];
  return direction === undefined ? undefined : { selector, priority, index, direction };
}

const DIRECTION_NAMES: readonly (XfrmDirection | undefined)[] = ['in', 'out', 'fwd'];
