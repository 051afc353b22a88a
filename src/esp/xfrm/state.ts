import type { IpAddress } from '../../base/address.ts';
import { concat } from '../../base/bytes.ts';
import { StructReader, StructWriter } from '../../linux/host-bytes.ts';
import { readAttributes, u32Value, writeAttributes } from '../../linux/netlink-message.ts';
import { familyOf } from '../../linux/socket-address.ts';
import type { Spi } from '../sa.ts';
import { type Attribute, readScope, scopeAttributes, type XfrmScope } from './attributes.ts';
import { CARRIED_BYTES, LIFETIME_BYTES, writeLimits, type XfrmLimits } from './lifetime.ts';
import { IPPROTO_ESP, XFRM_STATE, XFRMA } from './numbers.ts';
import {
  ADDRESS_BYTES,
  readAddress,
  SELECTOR_BYTES,
  writeAddress,
  writeSelector,
  type XfrmSelector,
} from './selector.ts';

export const MODES = { transport: 0, tunnel: 1 } as const;
export type XfrmMode = keyof typeof MODES;

/** What names an ESP state to the kernel. */
export interface XfrmStateId {
  readonly destination: IpAddress;
  readonly spi: Spi;
  /** One that has a mark is found by it. */
  readonly mark?: XfrmScope['mark'];
}

/** One ESP state as it is added (struct xfrm_usersa_info). */
export interface XfrmState extends XfrmStateId {
  readonly source: IpAddress;
  /** Ties it to the templates of policies. */
  readonly reqid: number;
  readonly mode: XfrmMode;
  /** Up to 32 and without extended sequence numbers; else it is in an attribute. */
  readonly replayWindow: number;
  readonly flags: number;
  readonly limits: XfrmLimits;
  /** In transport mode, where the kernel asks whether a packet fits; absent in tunnel mode, where the policies do. */
  readonly selector?: XfrmSelector;
  readonly attributes: readonly Attribute[];
}

export const STATE_BYTES = 224;
const ID_BYTES = 24;
const STATS_BYTES = 12;

/** Body of NEWSA and UPDSA. */
export function writeState(state: XfrmState): Uint8Array {
  return concat(writeInfo(state), writeAttributes(state.attributes));
}

/** What has no limits said is a state that will carry nothing. */
function writeInfo(state: Omit<XfrmState, 'attributes' | 'limits'> & Partial<Pick<XfrmState, 'limits'>>): Uint8Array {
  const { selector, limits } = state;
  return new StructWriter(STATE_BYTES)
    .bytes(selector === undefined ? new Uint8Array() : writeSelector(selector), SELECTOR_BYTES)
    .bytes(writeAddress(state.destination))
    .net32(state.spi)
    .u8(IPPROTO_ESP)
    .skip(3)
    .bytes(writeAddress(state.source))
    .bytes(limits === undefined ? new Uint8Array() : writeLimits(limits), LIFETIME_BYTES)
    .skip(CARRIED_BYTES + STATS_BYTES + 4)
    .u32(state.reqid)
    .u16(familyOf(state.destination))
    .u8(MODES[state.mode])
    .u8(state.replayWindow)
    .u8(state.flags)
    .finish();
}

/** Body of DELSA, which the kernel also wants to hear the source of (struct xfrm_usersa_id). */
export function writeStateId(id: XfrmStateId, source?: IpAddress): Uint8Array {
  return concat(
    writeId(id),
    writeAttributes([
      ...(source === undefined ? [] : [[XFRMA.SRCADDR, writeAddress(source)] as const]),
      ...scopeAttributes({ mark: id.mark }),
    ]),
  );
}

const writeId = ({ destination, spi }: XfrmStateId): Uint8Array =>
  new StructWriter(ID_BYTES)
    .bytes(writeAddress(destination))
    .net32(spi)
    .u16(familyOf(destination))
    .u8(IPPROTO_ESP)
    .finish();

/** Body of ALLOCSPI (struct xfrm_userspi_info): a state without keys, and the range that its SPI is to be from. */
export function writeSpiRequest(
  ends: Pick<XfrmState, 'source' | 'destination' | 'mode' | 'reqid'>,
  from: Spi,
  to: Spi,
): Uint8Array {
  const info = writeInfo({ ...ends, spi: 0, replayWindow: 0, flags: 0 });
  return concat(info, u32Value(from), u32Value(to));
}

/** Body of GETAE (struct xfrm_aevent_id): asks what a state has carried and never for its keys. */
export const writeCountersRequest = (id: XfrmStateId): Uint8Array =>
  concat(
    new StructWriter(48).bytes(writeId(id)).skip(ADDRESS_BYTES).u32(XFRM_AE_LVAL).finish(),
    writeAttributes(scopeAttributes({ mark: id.mark })),
  );

const XFRM_AE_LVAL = 4;
export const COUNTERS_BYTES = 48;

/** Body of FLUSHSA: every ESP state. */
export const writeFlush = (): Uint8Array => new StructWriter(1).u8(IPPROTO_ESP).finish();

/** What a structure says of a state: its name, and whose it is. */
export type StatedState = XfrmStateId & Pick<XfrmState, 'source' | 'reqid'>;
/** What a message says: also whether a device does the work. */
export type StandingState = StatedState & { readonly offloaded: boolean };

/** From a structure that begins with a state. */
export function readState(bytes: Uint8Array): StatedState {
  const r = new StructReader(bytes, 'state').skip(SELECTOR_BYTES);
  const destination = r.bytes(ADDRESS_BYTES);
  const spi = r.net32();
  r.skip(4);
  const source = r.bytes(ADDRESS_BYTES);
  r.skip(LIFETIME_BYTES + CARRIED_BYTES + STATS_BYTES + 4);
  const reqid = r.u32();
  const family = r.u16();
  return { destination: readAddress(destination, family), spi, source: readAddress(source, family), reqid };
}

/** From a message, as a dump has them. */
export function readStandingState(body: Uint8Array): StandingState {
  const attributes = readAttributes(body.subarray(STATE_BYTES));
  const { mark } = readScope(attributes);
  return { ...readState(body), ...(mark && { mark }), offloaded: attributes.has(XFRMA.OFFLOAD_DEV) };
}

/** The flags of a state of ours; `decapDscp` gives the inner header the DSCP of the outer one. */
export const stateFlags = (options: {
  readonly esn: boolean;
  readonly mixed: boolean;
  readonly decapDscp?: boolean;
  readonly noPathMtu?: boolean;
}): number =>
  (options.esn ? XFRM_STATE.ESN : 0) |
  (options.mixed ? XFRM_STATE.AF_UNSPEC : 0) |
  (options.decapDscp === true ? XFRM_STATE.DECAP_DSCP : 0) |
  (options.noPathMtu === true ? XFRM_STATE.NOPMTUDISC : 0);
