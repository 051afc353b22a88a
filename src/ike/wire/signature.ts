import { readOpaque } from './opaque.ts';

/**
 * Signature payload body, RFC 2408 §3.12: what the negotiated method made over HASH_I or HASH_R (RFC 2409 §5.1).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ~                         Signature Data                        ~
 */
export interface SignaturePayload {
  readonly data: Uint8Array;
}

/** Refuses emptiness only. Whether the length is that of the key is for who verifies it. */
export const readSignature = (body: Uint8Array): SignaturePayload => ({ data: readOpaque(body, 'Signature Data', 1) });

export const writeSignature = ({ data }: SignaturePayload): Uint8Array => data.slice();
