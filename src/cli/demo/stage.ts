import type { Charon } from './charon.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { Pings } from './verdict.ts';

/** Two gateways that run and know each other, and a way to ping through them. */
export interface Stage {
  /** What there is, in lines for people. */
  readonly cast: readonly string[];
  /** Who begins. */
  readonly left: GatewayProcess;
  readonly right: GatewayProcess | Charon;
  /** Pings from the host behind the left gateway to the one behind the right; tells `show` how it goes. */
  ping(count: number, show: (line: string) => void): Promise<Pings>;
}

/** Both, when both have started. Where one has not, the other is waited for before anybody takes it down. */
export async function together<L, R>(left: Promise<L>, right: Promise<R>): Promise<[L, R]> {
  await Promise.allSettled([left, right]);
  return Promise.all([left, right]);
}
