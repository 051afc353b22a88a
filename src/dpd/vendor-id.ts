import { fromHex, sameBytes } from '../base/bytes.ts';

/** RFC 3706 §5.1: fourteen octets that say DPD, then the major and the minor version, 1 and 0. Not the MD5 of anything. */
export const DPD_VENDOR_ID: Uint8Array = fromHex('afcad71368a1f1c96b8696fc77570100');

const NAME_BYTES = 14;

/** Whether a vendor id announces DPD of any minor version of the major version 1. Some peers leave the version out. */
export function isDpdVendorId(id: Uint8Array): boolean {
  const major = id[NAME_BYTES] ?? 1;
  return (
    id.length >= NAME_BYTES &&
    major === 1 &&
    sameBytes(id.subarray(0, NAME_BYTES), DPD_VENDOR_ID.subarray(0, NAME_BYTES))
  );
}
