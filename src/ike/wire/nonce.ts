import { readOpaque } from './opaque.ts';

/**
 * Nonce payload body, RFC 2408 §3.13.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ~                           Nonce Data                          ~
 */
export interface NoncePayload {
  readonly data: Uint8Array;
}

/** RFC 2409 §5: "The length of nonce payload MUST be between 8 and 256 bytes inclusive." We read it as the length of the data. */
const MIN_BYTES = 8;
const MAX_BYTES = 256;

export const readNonce = (body: Uint8Array): NoncePayload => ({
  data: readOpaque(body, 'Nonce Data', MIN_BYTES, MAX_BYTES),
});

export const writeNonce = ({ data }: NoncePayload): Uint8Array => data.slice();
