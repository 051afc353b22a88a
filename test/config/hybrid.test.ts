import { describe, expect, it } from 'vitest';
import { checkConfig, parseConfig } from '../../src/config/parse.ts';
import { connectionPolicies } from '../../src/config/policy.ts';

const SOURCES = { env: { ALICE: 'wonderland' } };

/** One connection in which one side is proved by nothing but alice, with these changes. */
function file(side: 'local' | 'remote', changes: { local?: object; remote?: object; more?: object } = {}) {
  const { local = {}, remote = {}, more = {} } = changes;
  const auth = (of: 'local' | 'remote') => (of === side ? 'xauth' : 'certificate');
  return {
    credentials: {
      users: [{ name: 'alice', secret: { env: 'ALICE' } }],
      ...(side === 'local' ? { authorities: ['root.pem'] } : { certificates: [{ cert: 'own.pem', key: 'own.key' }] }),
    },
    connections: [
      {
        name: 'link',
        startup: 'wait',
        local: {
          address: '192.0.2.1',
          id: '@a',
          auth: auth('local'),
          ...(side === 'local' ? { user: 'alice' } : {}),
          ...local,
        },
        remote: {
          address: '198.51.100.2',
          id: '@b',
          auth: auth('remote'),
          ...(side === 'remote' ? { users: ['alice'] } : {}),
          ...remote,
        },
        tunnels: [{ name: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24' }],
        ...more,
      },
    ],
  };
}

const sources = { ...SOURCES, readFile: () => Uint8Array.of(1) };
const said = (...given: Parameters<typeof file>): readonly string[] => {
  const { errors, warnings } = checkConfig(file(...given), sources);
  return [...errors, ...warnings].map(({ code, path }) => `${code} ${path.join('.')}`);
};

describe('auth: xauth', () => {
  it('makes of the user the only proof of its side', () => {
    const of = (side: 'local' | 'remote') => connectionPolicies(parseConfig(file(side), sources))[0]?.user;
    expect(of('local')).toEqual({ side: 'local', name: 'alice', alone: true });
    expect(of('remote')).toEqual({ side: 'remote', names: ['alice'], alone: true });
  });

  it('needs a certificate on the other side, whichever that is', () => {
    expect(said('local', { remote: { auth: 'psk' } })).toContain('INVALID_VALUE connections.0.remote.auth');
    expect(said('remote', { local: { auth: 'xauth' } })).toContain('INVALID_VALUE connections.0.remote.auth');
  });

  it('needs a user', () => {
    expect(said('local', { local: { user: undefined } })).toContain('MISSING_KEY connections.0.local.auth');
    expect(said('remote', { remote: { users: undefined } })).toContain('MISSING_KEY connections.0.remote.auth');
  });

  it('is warned of in Aggressive Mode like certificates on both sides', () => {
    for (const side of ['local', 'remote'] as const)
      expect(said(side, { more: { phase1: { exchange: 'aggressive' } } })).toEqual([
        'AGGRESSIVE_CERTIFICATE connections.0.phase1.exchange',
      ]);
  });

  it('gives nothing to say otherwise', () => {
    expect(said('local')).toEqual([]);
    expect(said('remote')).toEqual([]);
  });
});
