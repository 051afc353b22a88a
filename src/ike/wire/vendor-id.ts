/**
 * Vendor ID payload body, RFC 2408 §3.16: a hash, usually, that stands for an extension or a product.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ~                        Vendor ID (VID)                        ~
 */
export interface VendorIdPayload {
  readonly data: Uint8Array;
}

/** Takes any length, none included: RFC 2408 §3.16 sets no bound, and an unknown vendor id means nothing. */
export const readVendorId = (body: Uint8Array): VendorIdPayload => ({ data: body });

export const writeVendorId = ({ data }: VendorIdPayload): Uint8Array => data.slice();
