import { fromHex, sameBytes } from '../../base/bytes.ts';
import type { ConnectionPolicy } from './policy.ts';

/** MD5 of `FRAGMENTATION`, which announces that fragments are joined; Cisco's and Microsoft's, in no RFC. */
const ANNOUNCEMENT = fromHex('4048b7d56ebce88525e7de7f00d6c2d3');
/** The capabilities behind it have this bit for Main and Aggressive Mode. Interop: some peers send no capabilities. */
const IN_PHASE_1 = 0x80;

/** How we announce it: as charon, racoon and libreswan do. */
export const FRAGMENTATION_VENDOR_ID: Uint8Array = fromHex('4048b7d56ebce88525e7de7f00d6c2d380000000');

/** Whether a vendor id announces that its sender joins fragments in phase 1, and so everywhere. */
export function isFragmentationVendorId(id: Uint8Array): boolean {
  const capabilities = id[ANNOUNCEMENT.length] ?? IN_PHASE_1;
  return sameBytes(id.subarray(0, ANNOUNCEMENT.length), ANNOUNCEMENT) && (capabilities & IN_PHASE_1) !== 0;
}

/**
 * Octets that an IP packet of ours may have for a peer that may be any of these connections': the fewest that one of them says.
 * Undefined where none wants fragments.
 */
export function fragmentSizeOf(policies: readonly Pick<ConnectionPolicy, 'fragmentSize'>[]): number | undefined {
  const sizes = policies.flatMap(({ fragmentSize }) => fragmentSize ?? []);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}
