import { readOpaque } from './opaque.ts';

/**
 * NAT-D payload body, RFC 3947 §3.2: HASH(CKY-I | CKY-R | IP | Port) of one end of the flow, as its sender sees it.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ~                 HASH of the address and port                  ~
 */
export interface NatDPayload {
  readonly data: Uint8Array;
}

/**
 * Refuses emptiness only: a hash of another length is one that matches no address.
 *
 * The payload's number is 20, and 130 in drafts 2 and 3. Deviation from drafts 4 to 8, which borrowed 15: IANA gave 15 to SAK (RFC 6407), nobody
 * who does not announce those drafts is sent it, and we announce none of them, so 15 stays an unknown payload.
 */
export const readNatD = (body: Uint8Array): NatDPayload => ({
  data: readOpaque(body, 'HASH of the address and port', 1),
});

export const writeNatD = ({ data }: NatDPayload): Uint8Array => data.slice();
