import type { Duration } from '../base/instant.ts';

/** When ESP of the peer says that it is alive: always, only through a NAT (charon), only where there is none (Openswan), or never. */
export type EspCounts = 'always' | 'nat-only' | 'without-nat' | 'never';

/** What becomes of the tunnels of a dead peer. */
export type DeathAction = 'hold' | 'clear' | 'restart';

/** The choices in which the known machines differ. RFC 3706 §5.5 leaves all of them open. */
export interface LivenessChoices {
  /** When ESP of the peer keeps us from asking. */
  readonly traffic: EspCounts;
  /** When ESP that came after a question keeps the peer from being dead, beside what `traffic` says. */
  readonly rescue: EspCounts;
  /** `delay` after the last sign of life, or every `delay` whatever else the peer says. */
  readonly asks: 'when-idle' | 'periodically';
  /** What `timeout` counts from: the first question since the last sign of life, or `delay` before it. */
  readonly countsFrom: 'first-question' | 'last-sign';
  /** The number of a question that follows an unanswered one: the next, or the same again. */
  readonly numbers: 'next' | 'same';
}

/** How a peer is watched, RFC 3706. */
export interface LivenessPolicy extends LivenessChoices {
  /** Without a sign of life for so long, the peer is asked. */
  readonly delay: Duration;
  /** How long after a question without an answer the next one goes out. */
  readonly retry: Duration;
  /** When it is dead, from what `countsFrom` says. */
  readonly timeout: Duration;
  /** False: it is asked only where packets have gone to it since its last sign of life. */
  readonly idleProbe: boolean;
  readonly action: DeathAction;
}

/** How long after the first question the peer is dead. */
export const patienceOf = ({ countsFrom, delay, timeout }: LivenessPolicy): number =>
  countsFrom === 'first-question' ? timeout : timeout - delay;

/** Whether ESP counts on a path with or without a NAT. */
export function espCounts(when: EspCounts, nat: boolean): boolean {
  if (when === 'nat-only') return nat;
  return when === 'without-nat' ? !nat : when === 'always';
}
