import type { ConnectionPolicy, Phase1Exchange } from '../../src/ike/negotiate/policy.ts';
import { certified, certifiedPair, endsWith } from './certificates.ts';
import type { PairOfEndpoints, PairOptions } from './pair-of-endpoints.ts';

const ends = await endsWith('rsa2048');

/** Side a is nobody but a user; side b has the certificate, and asks. */
export const asUser = (exchange: Phase1Exchange = 'main'): ConnectionPolicy => ({
  ...certified('a', ['rsa'], { exchange }),
  user: { side: 'local', name: 'alice', alone: true },
});
export const asGateway = (
  names: readonly string[] | 'any' = 'any',
  exchange: Phase1Exchange = 'main',
): ConnectionPolicy => ({
  ...certified('b', ['rsa'], { exchange }),
  user: { side: 'remote', names, alone: true },
});

/** Nothing has been said yet. */
export function hybridPair(a = asUser(), b = asGateway(), options: PairOptions = {}): PairOfEndpoints {
  const pair = certifiedPair(a, b, ends, options);
  // Whoever is nothing but a user never signs.
  const { answer } = pair.a;
  pair.a.answer = (job) =>
    job.kind === 'sign' ? { kind: 'failed', code: 'INTERNAL', reason: 'no key' } : answer?.(job);
  pair.a.users = { alice: 'wonderland' };
  pair.b.users = { alice: 'wonderland', bob: 'builder' };
  return pair;
}
