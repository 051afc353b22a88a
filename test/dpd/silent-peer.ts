import { type Instant, instant, milliseconds, seconds } from '../../src/base/instant.ts';
import { Liveness } from '../../src/dpd/liveness.ts';
import type { LivenessPolicy } from '../../src/dpd/policy.ts';
import type { PairTraffic } from '../../src/dpd/traffic.ts';

/** What a peer does until it does nothing more. Seconds after phase 1. */
export interface PeerLife {
  /** The last moment at which it answers and sends. */
  readonly silentAfter: number;
  /** Its ESP comes without a pause: until it falls silent, or until then; absent: it sends none. */
  readonly espUntil?: number;
  readonly nat?: boolean;
}

export interface Watching {
  /** When it was asked after its last answer. */
  readonly unanswered: readonly number[];
  readonly dead: number | undefined;
}

const DAY = 86_400;

/** Watches such a peer from phase 1, at second 0, until it is found dead; every deadline is met to the millisecond. */
export function watch(policy: LivenessPolicy, { silentAfter, espUntil, nat = false }: PeerLife): Watching {
  const liveness = new Liveness(policy, 1, instant(0));
  liveness.speaks = true;
  liveness.nat = nat;
  let unanswered: number[] = [];
  for (let now = liveness.deadline(); now !== undefined && now < seconds(DAY); now = liveness.deadline()) {
    if (!liveness.due(now)) break;
    const decision = liveness.looked(espUntil === undefined ? [] : [espOf(espUntil, now)], now);
    if (decision === 'dead') return { unanswered, dead: now / 1000 };
    if (decision !== 'ask') continue;
    const sequence = liveness.ask(now);
    unanswered.push(now / 1000);
    if (now > silentAfter * 1000) continue;
    liveness.answer(sequence, now);
    unanswered = [];
  }
  return { unanswered, dead: undefined };
}

function espOf(until: number, now: Instant): PairTraffic {
  const last = Math.min(now, until * 1000);
  return { pair: 1, inbound: last, outbound: 0, inboundIdle: milliseconds(now - last) };
}
