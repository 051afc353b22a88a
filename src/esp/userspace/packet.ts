/**
 * ESP packet, RFC 4303 §2:
 *
 *     ! Security Parameters Index (SPI) ! Sequence Number !  IV, payload, padding  ! Pad Length ! Next Header !  ICV  !
 *
 * Packets are worked on in place, in memory that has room before and behind the inner packet.
 */
export const ESP_HEADER_BYTES = 8;
/** Pad Length and Next Header, RFC 4303 §2.5 and §2.6. */
export const ESP_TRAILER_BYTES = 2;
/** Room that `seal` needs before an inner packet: the header and the longest IV. */
export const HEADROOM = ESP_HEADER_BYTES + 16;
/** Room that `seal` needs behind an inner packet: the longest padding, the trailer and the longest ICV. */
export const TAILROOM = 15 + ESP_TRAILER_BYTES + 32;

/** How many packets have the same upper half of an extended sequence number. */
export const SEQUENCES = 2 ** 32;

/** After this sequence number an SA is used no more (RFC 4303 §3.3.3). Of extended ones, 53 bits are counted: years of any line. */
export const lastSequence = (esn: boolean): number => (esn ? Number.MAX_SAFE_INTEGER : SEQUENCES - 1);

/** Next Header values that an ESP packet in tunnel mode may have, RFC 4303 §2.6. */
export const NEXT_HEADER = { IPV4: 4, IPV6: 41, DUMMY: 59 } as const;

/** Memory in which packets are worked on. `address` is where native code finds it; 0 where no native code may. */
export interface PacketMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly address: number;
}

/** Memory of JavaScript alone. */
export function plainMemory(size: number): PacketMemory {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer), address: 0 };
}

/**
 * Writes padding and trailer behind a payload that lies in `from`..`to`, and returns where they end, so that what is encrypted is
 * a multiple of `block`. Padding is 1, 2, 3, … (RFC 4303 §2.4).
 */
export function writeTrailer(bytes: Uint8Array, from: number, to: number, block: number, nextHeader: number): number {
  const over = (to - from + ESP_TRAILER_BYTES) % block;
  const padding = over === 0 ? 0 : block - over;
  let at = to;
  for (let i = 1; i <= padding; i++) bytes[at++] = i;
  bytes[at++] = padding;
  bytes[at++] = nextHeader;
  return at;
}

/** Where the payload ends in the plaintext `from`..`to`, or -1 where padding is not 1, 2, 3, … (RFC 4303 §2.4: SHOULD inspect). */
export function payloadEnd(bytes: Uint8Array, from: number, to: number): number {
  const padding = bytes[to - ESP_TRAILER_BYTES] ?? 0;
  const end = to - ESP_TRAILER_BYTES - padding;
  if (end < from) return -1;
  for (let i = 0; i < padding; i++) if (bytes[end + i] !== i + 1) return -1;
  return end;
}
