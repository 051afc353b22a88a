import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { behindNat, NAT_A } from './behind-nat.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf, type PolicyOptions } from './policies.ts';
import type { Side } from './side.ts';

const L2TP: PolicyOptions = { mode: 'transport', nets: ['0.0.0.0/0[17/1701]', '0.0.0.0/0[17/1701]'] };
const refusals = (side: Side): unknown[] =>
  side.named('phase2.failed').map(({ failure }) => [failure.code, failure.details['what']]);

describe('two hosts behind one NAT (RFC 3948 §5.2)', () => {
  /** A second host behind the NAT of a, with another name; `at` is the port that the NAT gives it for a port of its own. */
  function twoHosts(ofC: PolicyOptions, b: readonly ConnectionPolicy[], at = 30_000): { b: Side; c: Side } {
    const withA = behindNat({ a: true }, L2TP);
    const first = new PairOfEndpoints(policyOf('a', L2TP), b);
    first.onWire = withA.onWire;
    first.initiate();
    const asC = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      local: { ...policy.local, id: parseIdentity('@c.example') },
    });
    const withC = new PairOfEndpoints(policyOf('a', { ...ofC, but: asC }), policyOf('b'), { seed: 'c' });
    Object.assign(withC, { b: first.b });
    withC.onWire = ({ local, remote, bytes }) => [
      local.address === A
        ? { local: { address: NAT_A, port: local.port + at }, remote, bytes }
        : { local, remote: { address: A, port: remote.port - at }, bytes },
    ];
    withC.initiate();
    return { b: first.b, c: withC.a };
  }
  const anybody = (options: PolicyOptions, change: Partial<ConnectionPolicy> = {}): ConnectionPolicy =>
    policyOf('b', {
      ...options,
      but: (policy) => ({ ...policy, ...change, remote: { address: 'any', id: change.remote?.id ?? 'any' } }),
    });
  const why = 'another host behind the same address has these selectors, or some of them';

  it.each<ConnectionPolicy['unique']>(['replace', 'never'])(
    'cannot have the same selectors: the second is told, the first stands (unique: %s)',
    (unique = 'replace') => {
      const { b, c } = twoHosts(L2TP, [anybody(L2TP, { unique })]);
      expect(refusals(b)).toEqual([['INVALID_ID_INFORMATION', why]]);
      expect(c.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['INVALID_ID_INFORMATION']);
      expect([...b.connection().pairs.values()].map(({ peerId }) => peerId)).toEqual([parseIdentity('@a.example')]);
      expect(b.removed).toEqual([]);
    },
  );

  it('cannot have them by two connections either', () => {
    const { b } = twoHosts(L2TP, [
      anybody(L2TP, { name: 'one', remote: { address: 'any', id: parseIdentity('@a.example') } }),
      anybody(L2TP, { name: 'other', remote: { address: 'any', id: parseIdentity('@c.example') } }),
    ]);
    expect(refusals(b)).toEqual([['INVALID_ID_INFORMATION', why]]);
    expect([b.connection('one').pairs.size, b.connection('other').pairs.size]).toEqual([1, 0]);
  });

  it('may have the same with different ports, and then each has its own', () => {
    const anyPort: PolicyOptions = { mode: 'transport', nets: ['0.0.0.0/0[17/0]', '0.0.0.0/0[17/1701]'] };
    const ofC: PolicyOptions = { mode: 'transport', nets: ['0.0.0.0/0[17/49152]', '0.0.0.0/0[17/1701]'] };
    const { b } = twoHosts(ofC, [anybody(anyPort)]);
    expect([...b.connection().pairs.values()].map(({ remoteSelector }) => remoteSelector)).toEqual([
      parseSelector(`${NAT_A}[17/1701]`),
      parseSelector(`${NAT_A}[17/49152]`),
    ]);
  });
});
