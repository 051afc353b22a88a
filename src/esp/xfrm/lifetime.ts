import { StructReader, StructWriter } from '../../linux/host-bytes.ts';
import type { EspCounters } from '../sa.ts';

export const LIFETIME_BYTES = 64;
export const CARRIED_BYTES = 32;

/** A limit and the one before it at which the kernel only says so; absent is none. */
export interface XfrmLimit {
  readonly soft?: number;
  readonly hard?: number;
}

/** struct xfrm_lifetime_cfg; `seconds` run from the moment at which the state was added. */
export interface XfrmLimits {
  readonly bytes?: XfrmLimit;
  readonly packets?: XfrmLimit;
  readonly seconds?: XfrmLimit;
}

const NO_LIMIT = 0xffff_ffff_ffff_ffffn;
const count = (limit: number | undefined): bigint => (limit === undefined ? NO_LIMIT : BigInt(limit));

/** No time is 0 and no count is the greatest number: so does `ip xfrm`. */
export function writeLimits({ bytes = {}, packets = {}, seconds = {} }: XfrmLimits): Uint8Array {
  return new StructWriter(LIFETIME_BYTES)
    .u64(count(bytes.soft))
    .u64(count(bytes.hard))
    .u64(count(packets.soft))
    .u64(count(packets.hard))
    .u64(BigInt(seconds.soft ?? 0))
    .u64(BigInt(seconds.hard ?? 0))
    .finish();
}

/** struct xfrm_lifetime_cur: what a state has carried; its times are the calendar's and nothing to us. */
export function readCarried(bytes: Uint8Array): EspCounters {
  const r = new StructReader(bytes, 'counters of a state');
  return { bytes: Number(r.u64()), packets: Number(r.u64()) };
}
