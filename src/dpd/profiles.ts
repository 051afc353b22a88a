import { type Duration, seconds } from '../base/instant.ts';
import type { LivenessChoices, LivenessPolicy } from './policy.ts';

/** A machine of somebody else's, or ours, by its choices and the times that it has by default. */
export interface LivenessProfile extends LivenessChoices {
  readonly delay: Duration;
  readonly timeout: Duration;
  /** Absent: as `delay`. */
  readonly retry?: Duration;
}

/**
 * What the machines do that people know, as far as it decides when a peer is asked and when it is dead. What is plainly wrong in one of
 * them is not imitated: that any ACK at all is a sign of life (pluto), that a replayed number is.
 */
export const PROFILES = {
  default: {
    ...{ traffic: 'always', rescue: 'never', asks: 'when-idle', countsFrom: 'first-question', numbers: 'next' },
    ...{ delay: seconds(30), timeout: seconds(120) },
  },
  openswan: {
    ...{ traffic: 'without-nat', rescue: 'never', asks: 'periodically', countsFrom: 'first-question', numbers: 'next' },
    ...{ delay: seconds(30), timeout: seconds(120) },
  },
  charon: {
    ...{ traffic: 'nat-only', rescue: 'always', asks: 'when-idle', countsFrom: 'last-sign', numbers: 'same' },
    ...{ delay: seconds(30), timeout: seconds(150) },
  },
  // Its five failures at five seconds each are a timeout of 25 s from the first question.
  racoon: {
    ...{ traffic: 'never', rescue: 'never', asks: 'periodically', countsFrom: 'first-question', numbers: 'next' },
    ...{ delay: seconds(30), timeout: seconds(25), retry: seconds(5) },
  },
  strict: {
    ...{ traffic: 'never', rescue: 'never', asks: 'when-idle', countsFrom: 'first-question', numbers: 'next' },
    ...{ delay: seconds(30), timeout: seconds(120) },
  },
} as const satisfies Readonly<Record<string, LivenessProfile>>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[];

type Given = Pick<LivenessPolicy, 'delay' | 'timeout' | 'retry' | 'traffic' | 'idleProbe' | 'action'>;

/** A policy by a profile's choices; what is given goes before what the profile has. */
export function policyBy(
  name: ProfileName,
  given: { readonly [Key in keyof Given]?: Given[Key] | undefined } = {},
): LivenessPolicy {
  const profile: LivenessProfile = PROFILES[name];
  const { delay = profile.delay, timeout = profile.timeout, traffic = profile.traffic } = given;
  const { retry = profile.retry ?? delay, idleProbe = true, action = 'hold' } = given;
  return { ...profile, delay, timeout, retry, traffic, idleProbe, action };
}
