import { xfrmStatistics } from '../../linux/xfrm-statistics.ts';
import { ESP_DROP_REASONS, type EspDropReason } from '../backend.ts';

/** The kernel's own counters, of all states and policies of this network namespace, under our names. */
const REASONS: Readonly<Record<string, EspDropReason>> = {
  XfrmInNoStates: 'unknown-spi',
  XfrmInStateProtoError: 'bad-icv',
  XfrmInStateSeqError: 'replayed',
  XfrmInStateExpired: 'expired',
  XfrmInTmplMismatch: 'selector-mismatch',
  XfrmInNoPols: 'selector-mismatch',
  XfrmInPolBlock: 'selector-mismatch',
  XfrmOutNoStates: 'no-sa',
  XfrmOutPolBlock: 'no-sa',
  XfrmOutStateExpired: 'expired',
  XfrmOutStateSeqError: 'sequence-exhausted',
};

/** Counts from its start on. */
export class KernelDrops {
  #before: Readonly<Record<EspDropReason, number>> | undefined;

  start(): void {
    this.#before = sums();
  }
  snapshot(): Readonly<Record<EspDropReason, number>> {
    const now = sums();
    for (const reason of ESP_DROP_REASONS) now[reason] -= this.#before?.[reason] ?? 0;
    return now;
  }
}

function sums(): Record<EspDropReason, number> {
  const zeros = Object.fromEntries(ESP_DROP_REASONS.map((reason) => [reason, 0]));
  const counts = zeros as Record<EspDropReason, number>;
  for (const [name, count] of xfrmStatistics()) {
    const reason = REASONS[name];
    if (reason !== undefined) counts[reason] += count;
  }
  return counts;
}
