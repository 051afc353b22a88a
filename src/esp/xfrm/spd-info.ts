import { concat } from '../../base/bytes.ts';
import { StructReader, StructWriter } from '../../linux/host-bytes.ts';
import { readAttributes, u32Value, writeAttributes } from '../../linux/netlink-message.ts';
import { XFRMA_SPD } from './numbers.ts';

/** How many policies the kernel has in each direction. */
export interface SpdInfo {
  readonly in: number;
  readonly out: number;
  readonly fwd: number;
}

/** `ip xfrm` sends all ones; the kernel sends back what it gets and looks at nothing. */
const FLAGS = u32Value(0xffff_ffff);

/** Body of GETSPDINFO. */
export const writeSpdInfoRequest = (): Uint8Array => FLAGS;

/** Body of its answer, which is a NEWSPDINFO. */
export function readSpdInfo(body: Uint8Array): SpdInfo {
  const r = new StructReader(readAttributes(body.subarray(4)).get(XFRMA_SPD.INFO) ?? new Uint8Array(), 'SPD info');
  return { in: r.u32(), out: r.u32(), fwd: r.u32() };
}

/** From which lengths of local and remote prefix on policies are found by a hash; shorter ones are found by trying each. */
export interface HashThresholds {
  readonly local: number;
  readonly remote: number;
}

/** Body of NEWSPDINFO. */
export function writeThresholds(thresholds: {
  readonly ipv4: HashThresholds;
  readonly ipv6: HashThresholds;
}): Uint8Array {
  const { ipv4, ipv6 } = thresholds;
  return concat(
    FLAGS,
    writeAttributes([
      [XFRMA_SPD.IPV4_HTHRESH, thresholdValue(ipv4)],
      [XFRMA_SPD.IPV6_HTHRESH, thresholdValue(ipv6)],
    ]),
  );
}

const thresholdValue = ({ local, remote }: HashThresholds): Uint8Array =>
  new StructWriter(2).u8(local).u8(remote).finish();
