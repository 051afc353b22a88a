import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { replay } from '../../src/sim/record.ts';
import { withModeConfig } from '../ike/users.ts';
import { authority, type KeyName, pemText } from '../pki/authority.ts';
import { steadyPings } from './steady-pings.ts';
import { type GatewayOptions, policyOf, twoGateways } from './two-gateways.ts';

const BEGIN = '2026-01-01T00:00:00Z';
const RENEWAL = { margin: seconds(60), fuzz: 1 };
const root = await authority();

/** Two gateways with certificates under one root; that of `a` is good for so long from the begin of the run. */
async function certified(
  seed: string,
  key: KeyName,
  method: SignatureMethod,
  both: GatewayOptions,
  good = '2030-01-01T00:00:00Z',
  change: (end: 'a' | 'b') => (policy: ConnectionPolicy) => ConnectionPolicy = () => (same) => same,
) {
  const pem = (label: string, der: Uint8Array): Uint8Array => utf8Bytes(pemText(label, der));
  const end = async (name: 'a' | 'b', until?: string): Promise<GatewayOptions> => {
    const subject = { subject: `CN=${name}`, names: [{ type: 'dns', value: `${name}.example` }] as const };
    const party = await root.issue({ ...subject, key, ...(until && { until }) });
    const policy = { methods: [method], authorities: [root.certificate.subject], send: 'if-asked' } as const;
    return {
      ...both,
      host: {
        ...both.host,
        connections: [change(name)({ ...policyOf(name, both), certificates: policy })],
        certificates: {
          certificate: pem('CERTIFICATE', party.certificate.der),
          key: pem('PRIVATE KEY', party.privateKey),
          authorities: pem('CERTIFICATE', root.certificate.der),
          begin: Date.parse(BEGIN) / 1000,
        },
      },
    };
  };
  return twoGateways(seed, {}, { a: await end('a', good), b: await end('b') });
}

describe('a simulation with certificates', () => {
  it('takes what the responder sets right behind its last message, while its certificate is still being looked at', async () => {
    const slow = { host: { jobDelay: milliseconds(50) } };
    const push = (end: 'a' | 'b') => withModeConfig(end, 'push');
    const { world, a, b } = await certified('early question', 'rsa2048', 'rsa', slow, undefined, push);
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
    const { world, a, b } = await certified(`renewed with ${method}`, key, method, both);
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
    const { world, a, b } = await certified('expired', 'p256', 'ecdsa256', both, '2026-01-01T00:05:00Z');
    a.initiate('link');
    world.run(seconds(900));
    expect(b.told('phase1.established')).toHaveLength(1);
    expect(b.told('phase1.failed')[0]?.failure).toMatchObject({
      code: 'INVALID_CERTIFICATE',
      details: { check: 'expired', reason: 'certificate CN=a (1 of 2) has expired: 2026-01-01T00:05:00Z' },
    });
  });

  it('can be replayed', async () => {
    const { world, a, b } = await certified('replayed', 'p256', 'ecdsa256', { host: { record: true } });
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
    for (const { recording } of [a, b])
      expect(recording === undefined ? 'nothing' : replay(recording, nativeProvider)).toBeUndefined();
  });
});
