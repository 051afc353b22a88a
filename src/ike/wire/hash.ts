import { readOpaque } from './opaque.ts';

/**
 * Hash payload body, RFC 2408 §3.11: the output of the negotiated prf or hash.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ~                           Hash Data                           ~
 */
export interface HashPayload {
  readonly data: Uint8Array;
}

/** Refuses emptiness only. Whether the length is that of the hash is for who compares it. */
export const readHash = (body: Uint8Array): HashPayload => ({ data: readOpaque(body, 'Hash Data', 1) });

export const writeHash = ({ data }: HashPayload): Uint8Array => data.slice();
