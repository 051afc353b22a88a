import { describe, expect, it } from 'vitest';
import { checkConfig, parseConfig } from '../../src/config/parse.ts';
import { connectionPolicies } from '../../src/config/policy.ts';

const SOURCES = { env: { PSK: 'a key that is long enough', ALICE: 'wonderland' } };

/** One connection with these changes, beside a user that is called alice. */
function file(changes: { local?: object; remote?: object; modeConfig?: object; tunnel?: object; users?: object[] }) {
  const {
    local = {},
    remote = {},
    modeConfig,
    tunnel = {},
    users = [{ name: 'alice', secret: { env: 'ALICE' } }],
  } = changes;
  return {
    credentials: { psks: [{ peers: ['@b'], secret: { env: 'PSK' } }], users },
    connections: [
      {
        name: 'link',
        startup: 'wait',
        local: { address: '192.0.2.1', id: '@a', ...local },
        remote: { address: '198.51.100.2', id: '@b', ...remote },
        ...(modeConfig === undefined ? {} : { modeConfig }),
        tunnels: [{ name: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24', ...tunnel }],
      },
    ],
  };
}

const said = (changes: Parameters<typeof file>[0]): readonly string[] => {
  const { errors, warnings } = checkConfig(file(changes), SOURCES);
  return [...errors, ...warnings].map(({ code, path }) => `${code} ${path.join('.')}`);
};
const policy = (changes: Parameters<typeof file>[0]) => connectionPolicies(parseConfig(file(changes), SOURCES))[0];

describe('users and Mode Config in the file', () => {
  it('become the policy of the engine', () => {
    expect(policy({})).not.toHaveProperty('user');
    expect(policy({ local: { user: 'alice' } })?.user).toEqual({ side: 'local', name: 'alice' });
    expect(policy({ remote: { users: '%any' } })?.user).toEqual({ side: 'remote', names: 'any' });
    expect(policy({ remote: { users: ['alice'] } })?.user).toEqual({ side: 'remote', names: ['alice'] });
  });

  it('make of an assigned side any address, or the whole pool', () => {
    const taker = policy({ modeConfig: { mode: 'push' }, tunnel: { local: 'assigned' } });
    expect(taker?.modeConfig).toEqual({ mode: 'push' });
    expect(taker?.tunnels[0]).toMatchObject({
      assigned: 'local',
      local: { first: '0.0.0.0', last: '255.255.255.255' },
    });
    const giver = policy({ modeConfig: { pool: '10.9.0.0/24', dns: ['10.1.0.53'] }, tunnel: { remote: 'assigned' } });
    expect(giver?.modeConfig).toEqual({
      mode: 'pull',
      gives: { pools: [{ first: '10.9.0.0', last: '10.9.0.255' }], dns: ['10.1.0.53'], splitInclude: [], localLan: [] },
    });
    expect(giver?.tunnels[0]).toMatchObject({ assigned: 'remote', remote: { first: '10.9.0.0', last: '10.9.0.255' } });
  });

  it('are kept to only where the file says so', () => {
    const unity = policy({ modeConfig: { unity: true }, tunnel: { local: 'assigned', remote: '0.0.0.0/0' } });
    expect(unity?.modeConfig).toEqual({ mode: 'pull', unity: true });
    const twice = ['a', 'b'].map((name) => ({ name, local: 'assigned', remote: '0.0.0.0/0' }));
    const saidOf = (modeConfig: object): readonly string[] => {
      const { connections, ...rest } = file({ modeConfig });
      const { errors } = checkConfig(
        { ...rest, connections: connections.map((one) => ({ ...one, tunnels: twice })) },
        SOURCES,
      );
      return errors.map(({ code }) => code);
    };
    expect(saidOf({ unity: true })).toEqual([]);
    expect(saidOf({})).toEqual(['DUPLICATE_NETWORKS']);
  });

  it('have pools of both IP versions, and an assigned side of that of its tunnel', () => {
    const pools = ['10.9.0.0/24', '2001:db8:9::/64'];
    const giver = policy({ modeConfig: { pool: pools }, tunnel: { local: '2001:db8:1::/64', remote: 'assigned' } });
    expect(giver?.modeConfig?.gives?.pools).toEqual([
      { first: '10.9.0.0', last: '10.9.0.255' },
      { first: '2001:db8:9::', last: '2001:db8:9:0:ffff:ffff:ffff:ffff' },
    ]);
    expect(giver?.tunnels[0]?.remote).toEqual({ ...giver?.modeConfig?.gives?.pools[1], protocol: 0, port: 0 });
    const taker = policy({ modeConfig: {}, tunnel: { local: 'assigned', remote: '2001:db8:1::/64' } });
    expect(taker?.tunnels[0]?.local).toMatchObject({ first: '::', last: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' });
  });

  it.each([
    [
      'both sides are asked',
      { local: { user: 'alice' }, remote: { users: '%any' } },
      'INVALID_VALUE connections.0.remote.users',
    ],
    ['we have no password for who we are', { local: { user: 'bob' } }, 'USER_NOT_FOUND connections.0.local.user'],
    [
      'a user may come that has no password',
      { remote: { users: ['bob'] } },
      'UNKNOWN_USER connections.0.remote.users.0',
    ],
    [
      'two users have one name',
      { users: ['ALICE', 'PSK'].map((env) => ({ name: 'alice', secret: { env } })) },
      'DUPLICATE_NAME credentials.users.1.name',
    ],
    ['nothing assigns', { tunnel: { local: 'assigned' } }, 'INVALID_NETWORK connections.0.tunnels.0.local'],
    [
      'the other side is assigned',
      { modeConfig: { pool: '10.9.0.0/24' }, tunnel: { local: 'assigned' } },
      'INVALID_NETWORK connections.0.tunnels.0.local',
    ],
    [
      'settings are given without a pool',
      { modeConfig: { banner: 'hello' } },
      'INVALID_VALUE connections.0.modeConfig.banner',
    ],
    [
      'a split include is no prefix',
      { modeConfig: { pool: '10.9.0.0/24', splitInclude: ['10.1.0.1-10.1.0.9'] }, tunnel: { remote: 'assigned' } },
      'INVALID_NETWORK connections.0.modeConfig.splitInclude.0',
    ],
    [
      'a local network is no prefix',
      { modeConfig: { pool: '10.9.0.0/24', localLan: ['10.1.0.1-10.1.0.9'] }, tunnel: { remote: 'assigned' } },
      'INVALID_NETWORK connections.0.modeConfig.localLan.0',
    ],
    [
      'who gives wants to be told networks',
      { modeConfig: { pool: '10.9.0.0/24', unity: true }, tunnel: { remote: 'assigned' } },
      'INVALID_VALUE connections.0.modeConfig.unity',
    ],
    [
      'a pool is of one protocol only',
      { modeConfig: { pool: '10.9.0.0/24[17/0]' } },
      'INVALID_NETWORK connections.0.modeConfig.pool',
    ],
    [
      'two pools are of one IP version',
      { modeConfig: { pool: ['10.9.0.0/24', '10.8.0.0/24'] } },
      'INVALID_VALUE connections.0.modeConfig.pool.1',
    ],
    [
      'a tunnel is of an IP version that no pool has',
      { modeConfig: { pool: '2001:db8::/64' }, tunnel: { remote: 'assigned' } },
      'INVALID_NETWORK connections.0.tunnels.0.remote',
    ],
  ] as const)('are refused, or warned of, where %s', (_, changes, expected) => {
    expect(said(changes)).toContain(expected);
  });

  it('may be for everything on the other side', () => {
    expect(said({ modeConfig: {}, tunnel: { local: 'assigned', remote: '0.0.0.0/0' } })).toEqual([]);
  });

  it('never repeat a password', () => {
    const text = JSON.stringify(checkConfig(file({ users: [{ name: 'alice', secret: 'wonderland', wonderland: 1 }] })));
    expect(text).not.toContain('wonderland');
  });
});
