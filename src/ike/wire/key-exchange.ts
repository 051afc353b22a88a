import { readOpaque } from './opaque.ts';

/**
 * Key Exchange payload body, RFC 2408 §3.7: all of it is the public value of Diffie-Hellman, padded to the length of the group (RFC 2409 §5).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ~                       Key Exchange Data                       ~
 */
export interface KeyExchangePayload {
  readonly data: Uint8Array;
}

/** Refuses emptiness only. Whether the length is that of the group is for who knows the group. */
export const readKeyExchange = (body: Uint8Array): KeyExchangePayload => ({
  data: readOpaque(body, 'Key Exchange Data', 1),
});

export const writeKeyExchange = ({ data }: KeyExchangePayload): Uint8Array => data.slice();
