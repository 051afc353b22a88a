import type { IkeError } from '../base/errors.ts';
import type { EndReason } from './events.ts';

/** Ours: the first refusal under an SA may be about the moment, the second is not. */
const REFUSALS = 2;

/**
 * Whether an ISAKMP SA is worth keeping when our Quick Modes come to nothing under it. A peer that is silent may have lost it. One
 * that refuses may see another NAT than we do: nothing proves the NAT-D payloads and the vendor ids (RFC 3947 §3.2), so one changed
 * bit in them would spoil every Quick Mode for the whole lifetime, and a new phase 1 mends that. Not once anything was agreed.
 */
export class Doubt {
  #refusals = 0;
  #agreed = false;

  agreed(): void {
    this.#agreed = true;
  }
  /** A Quick Mode of ours failed: why the SA should end because of it, or undefined where it should not. */
  failed({ code }: IkeError): EndReason | undefined {
    if (code === 'PEER_SILENT') return 'phase1-lost';
    if (this.#agreed || code === 'CANCELLED') return undefined;
    this.#refusals++;
    return this.#refusals >= REFUSALS ? 'refused' : undefined;
  }
}
