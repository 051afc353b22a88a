import { u16At } from './bytes.ts';
/** The Internet checksum of the octets `from`..`to`, RFC 1071 §1, begun with `initial` (a pseudo header's sum). */
export function internetChecksum(bytes: Uint8Array, from: number, to: number, initial = 0): number {
  let sum = initial;
  for (let at = from; at + 1 < to; at += 2) sum += u16At(bytes, at);
  if ((to - from) % 2 === 1) sum += (bytes[to - 1] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}
