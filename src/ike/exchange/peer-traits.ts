import { chooseDialect, type NattDialect, NATT_VENDOR_IDS } from '../../natt/vendor-ids.ts';
import { DPD_VENDOR_ID, isDpdVendorId } from '../../dpd/vendor-id.ts';
import { fromHex, sameBytes, toHex } from '../../base/bytes.ts';
import { FRAGMENTATION_VENDOR_ID, fragmentSizeOf, isFragmentationVendorId } from '../negotiate/fragmentation.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { recogniseVendorId } from '../negotiate/vendor-ids.ts';
import { GENERIC_HEADER_BYTES } from '../wire/generic-header.ts';
import { HEADER_BYTES } from '../wire/header.ts';
import { payload } from '../wire/payload.ts';
import type { Payloads } from '../wire/payloads.ts';
import type { Output, OutgoingPayload } from './exchange.ts';

/** What the peer's vendor ids say about it. Unproved until phase 1 is (RFC 2408 §3.16). */
export interface PeerTraits {
  /** The best NAT-T dialect that both sides know; undefined where the peer has none. */
  readonly dialect: NattDialect | undefined;
  readonly dpd: boolean;
  /** Whether it speaks Cisco's additions to Mode Config. */
  readonly unity: boolean;
  /** Octets of an IP packet above which messages go in fragments; undefined where not both sides join them. */
  readonly fragmentSize: number | undefined;
  /** Names of those that we know, hexadecimal for the others. For people. */
  readonly vendorIds: readonly string[];
}

/** More than this many are not named: some peers send twenty. */
const NAMED_VENDOR_IDS = 20;

/** draft-beaulieu-ike-xauth-02 §4: XAUTH is spoken here. */
const XAUTH_VENDOR_ID = fromHex('09002689dfd6b712');
/** Cisco's Unity, version 1.0: its attributes of Mode Config are understood. */
const UNITY_VENDOR_ID = fromHex('12f5f28c457168a9702d9fe274cc0100');
/** Octets before its version. */
const UNITY_PREFIX = 14;

/** Whether XAUTH or Mode Config may be spoken under this connection. */
const isRemoteAccess = ({ user, modeConfig }: ConnectionPolicy): boolean =>
  user !== undefined || modeConfig !== undefined;

/** The vendor ids that we send in the first message of either role. */
export function ownVendorIds(connection: ConnectionPolicy): OutgoingPayload[] {
  const { natt, fragmentSize } = connection;
  const dialects = natt.mode === 'off' ? [] : NATT_VENDOR_IDS;
  const fragmentation = fragmentSize === undefined ? [] : [FRAGMENTATION_VENDOR_ID];
  return [...dialects, DPD_VENDOR_ID, ...fragmentation, ...remoteAccessIds([connection])].map(vendorId);
}

/**
 * The responder answers with one NAT-T vendor id, the one whose dialect is spoken from here on (RFC 3947 §3.1), and with that of
 * fragments only where the initiator has announced that it joins them.
 */
export function answeringVendorIds(
  { dialect, fragmentSize }: PeerTraits,
  candidates: readonly ConnectionPolicy[],
): OutgoingPayload[] {
  const natt = dialect === undefined ? [] : [dialect.vendorId];
  const fragmentation = fragmentSize === undefined ? [] : [FRAGMENTATION_VENDOR_ID];
  return [...natt, ...fragmentation, DPD_VENDOR_ID, ...remoteAccessIds(candidates)].map(vendorId);
}

const remoteAccessIds = (connections: readonly ConnectionPolicy[]): readonly Uint8Array[] =>
  connections.some(isRemoteAccess) ? [XAUTH_VENDOR_ID, UNITY_VENDOR_ID] : [];
const vendorId = (data: Uint8Array): OutgoingPayload => payload('vendor-id', { data });

/**
 * The first payloads of a message, as many as it has room for. What the offer had as well always has: the chosen transform and the vendor
 * id of the dialect. Ours for DPD (RFC 3706 §5.1) has none where the whole first message was one transform and no such id.
 */
export function fitting(room: number, payloads: readonly OutgoingPayload[]): readonly OutgoingPayload[] {
  let length = HEADER_BYTES;
  return payloads.filter(({ body }) => {
    length += GENERIC_HEADER_BYTES + body.length;
    return length <= room;
  });
}

/** What the vendor ids in a message say, to a side that may be any of these connections. */
export function peerTraits(payloads: Payloads, policies: readonly ConnectionPolicy[]): PeerTraits {
  const ids = payloads.all('vendor-id').map(({ value }) => value.data);
  return {
    dialect: policies.some(({ natt }) => natt.mode !== 'off') ? chooseDialect(ids) : undefined,
    dpd: ids.some(isDpdVendorId),
    unity: ids.some((id) => sameBytes(id.subarray(0, UNITY_PREFIX), UNITY_VENDOR_ID.subarray(0, UNITY_PREFIX))),
    fragmentSize: ids.some(isFragmentationVendorId) ? fragmentSizeOf(policies) : undefined,
    vendorIds: ids.slice(0, NAMED_VENDOR_IDS).map((id) => recogniseVendorId(id) ?? toHex(id.subarray(0, 20))),
  };
}

/** From where both sides have announced it, their messages may come in fragments. */
export const useFragments = ({ fragmentSize }: PeerTraits): Output[] =>
  fragmentSize === undefined ? [] : [{ type: 'use-fragments', size: fragmentSize }];
