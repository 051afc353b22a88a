import type { IpAddress } from '../../base/address.ts';
import { concat } from '../../base/bytes.ts';
import { StructReader, StructWriter } from '../../linux/host-bytes.ts';
import { readAttributes, writeAttributes } from '../../linux/netlink-message.ts';
import { familyOf } from '../../linux/socket-address.ts';
import { readScope, scopeAttributes, type XfrmScope } from './attributes.ts';
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
export interface XfrmPolicyId extends XfrmScope {
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
  const family = familyOf(template?.destination ?? selector.source.address);
  const templates = template === undefined ? [] : [[XFRMA.TMPL, writeTemplate(template, family)] as const];
  return concat(info, writeAttributes([...templates, ...scopeAttributes(policy)]));
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
export const writePolicyId = (id: XfrmPolicyId): Uint8Array =>
  concat(
    new StructWriter(POLICY_ID_BYTES).bytes(writeSelector(id.selector)).skip(4).u8(DIRECTIONS[id.direction]).finish(),
    writeAttributes(scopeAttributes(id)),
  );

/** What a structure says of a policy that stands: its name, whose it is, and what it does. */
export type StatedPolicy = XfrmPolicyId &
  Pick<XfrmPolicy, 'index' | 'priority' | 'action'> & {
    /** When a packet met it last, by the calendar in seconds; 0 is never. */
    readonly usedAt: number;
  };

/** What a message says: also whether the packets need a state. */
export type StandingPolicy = StatedPolicy & { readonly needsState: boolean };

/** From a structure that begins with a policy; undefined for a socket's own. */
export function readPolicy(bytes: Uint8Array): StatedPolicy | undefined {
  const r = new StructReader(bytes, 'policy');
  const selector = readSelector(r);
  r.skip(LIFETIME_BYTES + CARRIED_BYTES - 8);
  const usedAt = Number(r.u64());
  const priority = r.u32();
  const index = r.u32();
  const number = r.u8();
  const action = r.u8() === ACTIONS.allow ? 'allow' : 'block';
  const direction = DIRECTION_NAMES[number];
  return direction && { direction, selector, priority, index, action, usedAt };
}

/** From a message, as a dump has them. */
export function readStandingPolicy(body: Uint8Array): StandingPolicy | undefined {
  const policy = readPolicy(body);
  const attributes = readAttributes(body.subarray(POLICY_BYTES));
  return policy && { ...policy, ...readScope(attributes), needsState: attributes.has(XFRMA.TMPL) };
}

const DIRECTION_NAMES: readonly (XfrmDirection | undefined)[] = ['in', 'out', 'fwd'];
