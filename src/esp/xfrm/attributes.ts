import { utf8Bytes } from '../../base/bytes.ts';
import { StructReader, StructWriter } from '../../linux/host-bytes.ts';
import { u32Value } from '../../linux/netlink-message.ts';
import { XFRMA } from './numbers.ts';

export type Attribute = readonly [type: number, value: Uint8Array];

/** An algorithm by its name in the kernel; the salt of a combined one is part of its key. */
export interface XfrmAlgorithm {
  readonly name: string;
  readonly key: Uint8Array;
}

const NAME_BYTES = 64;

/** struct xfrm_algo. */
export const cryptAttribute = ({ name, key }: XfrmAlgorithm): Attribute => [
  XFRMA.ALG_CRYPT,
  named(name, 4 + key.length)
    .u32(8 * key.length)
    .bytes(key)
    .finish(),
];

/** struct xfrm_algo_auth: the length of the ICV is said, for the kernel's own guess for HMAC-SHA-256 is 96 bits (RFC 4868 §2.6 has 128). */
export const authAttribute = (algorithm: XfrmAlgorithm, icvBytes: number): Attribute => [
  XFRMA.ALG_AUTH_TRUNC,
  withIcv(algorithm, icvBytes),
];

/** struct xfrm_algo_aead. */
export const aeadAttribute = (algorithm: XfrmAlgorithm, icvBytes: number): Attribute => [
  XFRMA.ALG_AEAD,
  withIcv(algorithm, icvBytes),
];

const withIcv = ({ name, key }: XfrmAlgorithm, icvBytes: number): Uint8Array =>
  named(name, 8 + key.length)
    .u32(8 * key.length)
    .u32(8 * icvBytes)
    .bytes(key)
    .finish();

/** Ends with a zero, as a C string does. */
const named = (name: string, more: number): StructWriter =>
  new StructWriter(NAME_BYTES + more).bytes(utf8Bytes(name), NAME_BYTES);

const UDP_ENCAP_ESPINUDP = 2;

/** ESP in UDP, RFC 3948: the ports as they stand in the packets of this state (struct xfrm_encap_tmpl). */
export const encapAttribute = (sourcePort: number, destinationPort: number): Attribute => [
  XFRMA.ENCAP,
  new StructWriter(24).u16(UDP_ENCAP_ESPINUDP).net16(sourcePort).net16(destinationPort).finish(),
];

const WORD_BITS = 32;

/**
 * A replay window of any multiple of 32, and of extended sequence numbers (struct xfrm_replay_state_esn). Nothing has come yet: the
 * bitmap may be left out, and is.
 */
export const replayAttribute = (window: number): Attribute => [
  XFRMA.REPLAY_ESN_VAL,
  new StructWriter(24)
    .u32(window / WORD_BITS)
    .skip(16)
    .u32(window)
    .finish(),
];

/** State or policy only for packets that have this mark (struct xfrm_mark). */
export const markAttribute = (value: number, mask: number): Attribute => [
  XFRMA.MARK,
  new StructWriter(8).u32(value).u32(mask).finish(),
];

/** Which packets a policy or a state is for beside its selector, and so a part of its name. */
export interface XfrmScope {
  readonly mark?: { readonly value: number; readonly mask: number } | undefined;
  readonly interfaceId?: number | undefined;
}

export const scopeAttributes = ({ mark, interfaceId }: XfrmScope): readonly Attribute[] => [
  ...(mark === undefined ? [] : [markAttribute(mark.value, mark.mask)]),
  ...(interfaceId === undefined ? [] : [interfaceAttribute(interfaceId)]),
];

/** From the attributes of a message; what is not there is not in the result. */
export function readScope(attributes: ReadonlyMap<number, Uint8Array>): XfrmScope {
  const [mark, id] = [attributes.get(XFRMA.MARK), attributes.get(XFRMA.IF_ID)];
  const marked = mark && new StructReader(mark, 'mark');
  return {
    ...(marked && { mark: { value: marked.u32(), mask: marked.u32() } }),
    ...(id && { interfaceId: new StructReader(id, 'XFRM interface').u32() }),
  };
}

/** Has a device do the work (struct xfrm_user_offload). */
export const offloadAttribute = (
  device: number,
  options: { readonly inbound: boolean; readonly ipv6: boolean },
): Attribute => [
  XFRMA.OFFLOAD_DEV,
  new StructWriter(8)
    .u32(device)
    .u8((options.ipv6 ? 1 : 0) | (options.inbound ? 2 : 0))
    .finish(),
];

/** What the packets get as a mark when they leave the state. */
export const setMarkAttributes = (value: number, mask: number): readonly Attribute[] => [
  [XFRMA.SET_MARK, u32Value(value)],
  [XFRMA.SET_MARK_MASK, u32Value(mask)],
];

/** The XFRM interface whose packets these are. */
export const interfaceAttribute = (id: number): Attribute => [XFRMA.IF_ID, u32Value(id)];

/** 1: the outer header does not get the DSCP of the inner one. */
export const extraFlagsAttribute = (flags: number): Attribute => [XFRMA.SA_EXTRA_FLAGS, u32Value(flags)];
