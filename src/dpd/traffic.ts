import { type Duration, type Instant, instant } from '../base/instant.ts';

/** What one pair of IPsec SAs has carried, as the ESP back end counts it. */
export interface PairTraffic {
  readonly pair: number;
  /** Authentic packets, by direction. */
  readonly inbound: number;
  readonly outbound: number;
  /** How long ago the last one came; absent where the back end does not know. */
  readonly inboundIdle?: Duration;
  readonly outboundIdle?: Duration;
}

interface Carried {
  readonly packets: number;
  readonly idle?: Duration;
}

/** What an ESP back end counts of both directions, as the traffic of a pair. */
export function trafficOf(
  pair: number,
  { inbound, outbound }: { readonly inbound?: Carried; readonly outbound?: Carried },
): PairTraffic {
  return {
    pair,
    inbound: inbound?.packets ?? 0,
    outbound: outbound?.packets ?? 0,
    ...(inbound?.idle === undefined ? {} : { inboundIdle: inbound.idle }),
    ...(outbound?.idle === undefined ? {} : { outboundIdle: outbound.idle }),
  };
}

type Counts = Readonly<Record<Direction, number>>;
type Direction = 'inbound' | 'outbound';

/** The counts of a peer's pairs from look to look: when there was a packet. */
export class Traffic {
  #before = new Map<number, Counts>();

  /**
   * When the last packet of each direction came, as far as can be told: to the moment where the back end knows, and else at the time of
   * the first look that shows it. Undefined where there was none since the last look.
   */
  look(found: readonly PairTraffic[], now: Instant): Readonly<Record<Direction, Instant | undefined>> {
    const latest = (direction: Direction): Instant | undefined => {
      const times = found
        .filter((pair) => pair[direction] > (this.#before.get(pair.pair)?.[direction] ?? 0))
        .map((pair) => instant(Math.floor(now - (pair[`${direction}Idle`] ?? 0))));
      return times.length === 0 ? undefined : instant(Math.max(...times));
    };
    const last = { inbound: latest('inbound'), outbound: latest('outbound') };
    this.#before = new Map(found.map(({ pair, inbound, outbound }) => [pair, { inbound, outbound }]));
    return last;
  }
}
