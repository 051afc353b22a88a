import type { Instant } from '../../base/instant.ts';
import { ESP_DROP_REASONS, type EspDropReason } from '../backend.ts';

const INDEX = new Map<EspDropReason, number>(ESP_DROP_REASONS.map((reason, i) => [reason, i]));
/** `dropped` events of one reason come at most this often (EspEvent). */
const INTERVAL = 1000;

/**
 * How many packets were dropped, by reason. The numbers may lie in memory that two threads share: one counts, the other reads.
 */
export class DropCounters {
  /** Octets that shared memory for the counters needs. */
  static readonly BYTES = ESP_DROP_REASONS.length * Float64Array.BYTES_PER_ELEMENT;
  readonly #counts: Float64Array;

  constructor(memory: ArrayBuffer | SharedArrayBuffer = new ArrayBuffer(DropCounters.BYTES)) {
    this.#counts = new Float64Array(memory);
  }
  add(reason: EspDropReason, count = 1): void {
    const at = INDEX.get(reason) ?? 0;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }
  of(reason: EspDropReason): number {
    return this.#counts[INDEX.get(reason) ?? 0] ?? 0;
  }
  snapshot(): Readonly<Record<EspDropReason, number>> {
    const pairs = ESP_DROP_REASONS.map((reason) => [reason, this.of(reason)] as const);
    return Object.fromEntries(pairs) as Record<EspDropReason, number>;
  }
}

/** Turns counters into events that no flood of packets can multiply. */
export class DropReporter {
  readonly #counters: DropCounters;
  readonly #told = new Map<EspDropReason, { readonly count: number; readonly at: Instant }>();

  constructor(counters: DropCounters) {
    this.#counters = counters;
  }
  /** What to tell now: reasons with drops that were not told, and of which nothing was told within the last second. */
  due(now: Instant): { readonly reason: EspDropReason; readonly count: number }[] {
    const due: { reason: EspDropReason; count: number }[] = [];
    for (const reason of ESP_DROP_REASONS) {
      const total = this.#counters.of(reason);
      const told = this.#told.get(reason);
      const count = total - (told?.count ?? 0);
      if (count === 0 || (told !== undefined && now - told.at < INTERVAL)) continue;
      this.#told.set(reason, { count: total, at: now });
      due.push({ reason, count });
    }
    return due;
  }
}
