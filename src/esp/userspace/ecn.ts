import { internetChecksum } from '../../base/internet-checksum.ts';

/** The codepoints of the ECN field, RFC 3168 §5. */
export const ECN = { NOT_ECT: 0, ECT_1: 1, ECT_0: 2, CE: 3 } as const;

/**
 * What the inner ECN field becomes when a packet leaves the tunnel, RFC 6040 §4.2, or `drop`: the more severe of the two, where
 * the inner transport knows ECN at all.
 */
export function decapsulatedEcn(inner: number, outer: number): number | 'drop' {
  if (inner === ECN.NOT_ECT) return outer === ECN.CE ? 'drop' : ECN.NOT_ECT;
  if (inner === ECN.CE || outer === ECN.CE) return ECN.CE;
  return outer === ECN.ECT_1 ? ECN.ECT_1 : inner;
}

/** Changes the ECN field of the IP packet at `at`, and IPv4's header checksum with it. */
export function writeEcn(bytes: Uint8Array, at: number, version: 4 | 6, ecn: number): void {
  if (version === 6) {
    bytes[at + 1] = ((bytes[at + 1] ?? 0) & 0xcf) | (ecn << 4);
    return;
  }
  bytes[at + 1] = ((bytes[at + 1] ?? 0) & 0xfc) | ecn;
  bytes[at + 10] = 0;
  bytes[at + 11] = 0;
  const sum = internetChecksum(bytes, at, at + ((bytes[at] ?? 0) & 0xf) * 4);
  bytes[at + 10] = sum >>> 8;
  bytes[at + 11] = sum;
}
