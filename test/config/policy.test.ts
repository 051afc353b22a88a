import { policyBy } from '../../src/dpd/profiles.ts';
import { describe, expect, test } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { connectionPolicies } from '../../src/config/policy.ts';
import { config, connection } from './sample.ts';

const host = connection({
  name: 'host',
  remote: { address: 'vpn.example.org', id: '@hq' },
  tunnels: [{ name: 't', local: '10.1.0.0/24', remote: '10.3.0.0/24' }],
});

describe('connectionPolicies', () => {
  test('gives the engine what it needs of each connection', () => {
    const phase2 = {
      proposals: ['aes128gcm16', 'aes256-sha256'],
      lifetime: { time: '30m', kilobytes: 4096 },
      rekey: false,
    };
    expect(connectionPolicies(config({ connections: [connection({ phase2, natt: { mode: 'force' } })] }))).toEqual([
      {
        name: 'hq',
        dpd: { profile: 'default', ...policyBy('default') },
        local: { address: '192.0.2.1', id: parseIdentity('@plant-7') },
        remote: { address: '198.51.100.1', id: parseIdentity('@hq'), nameMatching: 'strict' },
        exchange: 'main',
        suites: [{ cipher: 'aes256', hash: 'sha256', group: 'modp2048' }],
        lifetime: { duration: 28_800_000 },
        renewal: { margin: 540_000, fuzz: 1 },
        fragmentSize: 1280,
        natt: { mode: 'force', keepalive: 20_000 },
        onPeerDelete: 'restart',
        unique: 'replace',
        maxPeers: 1000,
        tunnels: [
          {
            name: 'lan',
            mode: 'tunnel',
            local: { first: '10.1.0.0', last: '10.1.0.255', protocol: 0, port: 0 },
            remote: { first: '10.2.0.0', last: '10.2.0.255', protocol: 0, port: 0 },
            suites: [{ cipher: 'aes128gcm16' }, { cipher: 'aes256', integrity: 'sha256' }],
            lifetime: { duration: 1_800_000, kilobytes: 4096 },
          },
        ],
      },
    ]);
  });

  test('leaves messages to IP where fragments are off', () => {
    const sizes = [{ mode: 'off', size: 576 }, { size: 576 }].map((fragmentation) => {
      const [policy] = connectionPolicies(config({ connections: [connection({ fragmentation })] }));
      return policy?.fragmentSize;
    });
    expect(sizes).toEqual([undefined, 576]);
  });

  test('auto and %any are any, and Aggressive Mode is what was asked for', () => {
    const psks = [{ peers: ['%any'], secret: { env: 'PSK' } }];
    const open = connection({ startup: 'wait', local: { id: '@plant-7' }, remote: { address: '%any' } });
    const aggressive = { ...open, phase1: { exchange: 'aggressive' } };
    const [policy] = connectionPolicies(config({ credentials: { psks }, connections: [aggressive] }));
    expect(policy?.exchange).toBe('aggressive');
    expect(policy?.local).toEqual({ address: 'any', id: parseIdentity('@plant-7') });
    expect(policy?.remote).toMatchObject({ address: 'any', id: 'any' });
  });

  test('leaves a host name for the engine to resolve, and says how often it is looked at beside that', () => {
    const unwatched = { ...host, name: 'unwatched', dynDns: { monitor: false } };
    const tunnels = [{ name: 't', local: '10.1.0.0/24', remote: '10.4.0.0/24' }];
    const policies = connectionPolicies(config({ connections: [connection(), host, { ...unwatched, tunnels }] }));
    expect(policies.map(({ name, remote }) => [name, remote.address])).toEqual([
      ['hq', '198.51.100.1'],
      ['host', { host: 'vpn.example.org', monitor: 300_000 }],
      ['unwatched', { host: 'vpn.example.org' }],
    ]);
  });
});
