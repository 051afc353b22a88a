import { test } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import type { LivenessPolicy } from '../../src/dpd/policy.ts';
import { policyBy, PROFILE_NAMES } from '../../src/dpd/profiles.ts';
import { type PeerLife, watch } from '../dpd/silent-peer.ts';
import { readInProject } from '../project.ts';
import { expectGenerated, markdownTable, withPart } from './generated.ts';

type Traffic = 'idle' | 'in use' | 'in use, NAT';
/** Seconds of delay and timeout that configurations have. */
const COMMON: readonly (readonly [number, number])[] = [
  [9, 30],
  [10, 60],
  [30, 120],
  [30, 150],
];

const HEAD = ['profile', '`delay`', '`retry`', '`timeout`', 'questions', 'idle', 'in use', 'in use, through a NAT'];

/** How long after it falls silent the peer is dead: the least and the most, over every second at which it may, just after it, and just before the next. */
function window(policy: LivenessPolicy, traffic: Traffic): string {
  const delay = policy.delay / 1000;
  const whole = Array.from({ length: 2 * delay }, (_, second) => 2 * delay + second);
  const spans = whole
    .flatMap((second) => [second, second + 0.001, second + 0.999])
    .map((second) => spanOf(policy, traffic, second));
  const [least, most] = [Math.min(...spans), Math.max(...spans)].map(Math.round);
  return least === most ? `${most} s` : `${least} to ${most} s`;
}

function spanOf(policy: LivenessPolicy, traffic: Traffic, silentAfter: number): number {
  const esp = traffic === 'idle' ? {} : { espUntil: silentAfter };
  const life: PeerLife = { silentAfter, nat: traffic === 'in use, NAT', ...esp };
  const { dead } = watch(policy, life);
  if (dead === undefined) throw new Error('never dead');
  return dead - silentAfter;
}

function row(name: string, policy: LivenessPolicy): string[] {
  const { unanswered } = watch(policy, { silentAfter: 0 });
  const spans = [policy.delay, policy.retry, policy.timeout].map((span) => `${span / 1000} s`);
  const windows = (['idle', 'in use', 'in use, NAT'] as const).map((traffic) => window(policy, traffic));
  return [`\`${name}\``, ...spans, String(unanswered.length), ...windows];
}

test('docs/dpd.md says when the watch over a peer finds it dead', () => {
  const own = PROFILE_NAMES.map((name) => row(name, policyBy(name)));
  const common = COMMON.flatMap(([delay, timeout]) =>
    PROFILE_NAMES.filter((name) => name !== 'racoon').map((name) =>
      row(name, policyBy(name, { delay: seconds(delay), timeout: seconds(timeout) })),
    ),
  );
  const document = withPart(readInProject('docs/dpd.md'), 'own times', markdownTable(HEAD, own));
  expectGenerated('docs/dpd.md', withPart(document, 'common times', markdownTable(HEAD, common)));
});
