import type { Duration } from '../base/instant.ts';
import type { IkeEvent } from '../ike/events.ts';

/** What a gateway told, and when since the beginning. */
export interface Told {
  readonly at: Duration;
  readonly gateway: string;
  readonly event: IkeEvent;
}

/** One packet that wants an answer. */
export interface Sent {
  readonly at: Duration;
  readonly from: string;
  readonly to: string;
  readonly answered: boolean;
}

/** A gateway that came to life or lost it. */
export interface Life {
  readonly at: Duration;
  readonly gateway: string;
  readonly alive: boolean;
}

/** All that was seen of one run. */
export interface DrillRecord {
  readonly told: readonly Told[];
  readonly sent: readonly Sent[];
  /** Packets of tunnels that left in clear. */
  readonly clear: readonly { readonly at: Duration; readonly gateway: string }[];
  readonly lives: readonly Life[];
}
