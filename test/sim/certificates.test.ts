import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { replay } from '../../src/sim/record.ts';
import { withModeConfig } from '../ike/users.ts';
import { certified } from './certified.ts';
import { steadyPings } from './steady-pings.ts';
import { twoGateways } from './two-gateways.ts';

const RENEWAL = { margin: seconds(60), fuzz: 1 };

describe('a simulation with certificates', () => {
  it('takes what the responder sets right behind its last message, while its certificate is still being looked at', async () => {
    const both = { host: { jobDelay: milliseconds(50) } };
    const change = (end: 'a' | 'b') => withModeConfig(end, 'push');
    const ends = await certified('rsa2048', 'rsa', { both, change });
    const { world, a, b } = twoGateways('early question', {}, ends);
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
    expect(a.told('settings.received')).toHaveLength(1);
    expect(a.told('datagram.dropped')).toEqual([]);
  });
  it.each([
    ['rsa', 'rsa2048'],
    ['ecdsa256', 'p256'],
  ] as const)('renews phase 1 with %s, in either role, and loses not one packet', async (method, key) => {
    const both = { isakmpLifetime: seconds(600), renewal: RENEWAL };
    const { world, a, b } = twoGateways(`renewed with ${method}`, {}, await certified(key, method, { both }));
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
    expect(steadyPings(world, [a, b], 9000)).toBe(0);
    b.command({ type: 'renew', connection: 'link', phase: 1 });
    expect(steadyPings(world, [a, b], 600)).toBe(0);
    expect(a.told('phase1.established').map(({ sa, certificate }) => [sa.role, certificate?.subject])).toEqual([
      ['initiator', 'CN=b'],
      ['initiator', 'CN=b'],
      ['responder', 'CN=b'],
    ]);
    expect(a.told('phase1.ended').map(({ reason }) => reason)).toEqual(['replaced', 'replaced']);
    expect(a.told('phase2.established')).toHaveLength(1);
    expect([a, b].map(({ endpoint }) => endpoint.sas.size)).toEqual([1, 1]);
  });

  it('finds at the next renewal that a certificate has expired in the meantime', async () => {
    const both = { isakmpLifetime: seconds(600), renewal: RENEWAL };
    const ends = await certified('p256', 'ecdsa256', { both, good: '2026-01-01T00:05:00Z' });
    const { world, a, b } = twoGateways('expired', {}, ends);
    a.initiate('link');
    world.run(seconds(900));
    expect(b.told('phase1.established')).toHaveLength(1);
    expect(b.told('phase1.failed')[0]?.failure).toMatchObject({
      code: 'INVALID_CERTIFICATE',
      details: { check: 'expired', reason: 'certificate CN=a (1 of 2) has expired: 2026-01-01T00:05:00Z' },
    });
  });

  it('can be replayed', async () => {
    const ends = await certified('p256', 'ecdsa256', { both: { host: { record: true } } });
    const { world, a, b } = twoGateways('replayed', {}, ends);
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
    for (const { recording } of [a, b])
      expect(recording === undefined ? 'nothing' : replay(recording, nativeProvider)).toBeUndefined();
  });
});
