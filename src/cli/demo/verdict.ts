/** What ping counted. */
export interface Pings {
  readonly sent: number;
  readonly received: number;
}

/** Packets that went through the tunnel, as one of its two ends counts them. */
export interface Carried {
  readonly who: string;
  readonly inbound: number;
  readonly outbound: number;
}

/**
 * Why a demonstration has failed; nothing where it has not.
 *
 * Answers alone do not prove a tunnel: both its ends must have counted the packets that the pings and their answers are.
 */
export function failuresOf(wanted: number, pings: Pings, ends: readonly Carried[]): string[] {
  const failures: string[] = [];
  if (pings.received < wanted) failures.push(`${wanted - pings.received} of ${wanted} pings did not come back`);
  for (const { who, inbound, outbound } of ends) {
    for (const [way, count] of [
      ['in', inbound],
      ['out', outbound],
    ] as const)
      if (count < wanted) failures.push(`${who} counts ${count} packets ${way} of the tunnel for ${wanted} pings`);
  }
  return failures;
}
