import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { instant } from '../../src/base/instant.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { RecordingBackend } from '../../src/esp/recorder.ts';
import type { GatewayOptions } from '../../src/gateway/options.ts';
import { systemRandom } from '../../src/gateway/system-random.ts';
import { type UserCheck, Users } from '../../src/gateway/users.ts';
import { addresses, KEY, ports, type Side, type Told, told, withPair } from './pair.ts';

const PASSWORD = 'six impossible things';

/** One end; the plant says to be alice, the headquarters asks and gives an address. */
function configOf(us: Side, them: Side, password: string, role: object) {
  const { local = {}, remote = {}, ...more } = role as { local?: object; remote?: object };
  return parseConfig(
    {
      gateway: { name: us.name, listen: [us.address], ports },
      esp: { backend: 'userspace', device: 'memory' },
      credentials: {
        psks: [{ peers: [`@${us.name}`, `@${them.name}`], secret: { env: 'PSK' } }],
        users: [{ name: 'alice', secret: { env: 'PASSWORD' } }],
      },
      connections: [
        {
          name: them.name,
          startup: 'wait',
          local: { address: us.address, id: `@${us.name}`, auth: 'psk', ...local },
          remote: { address: them.address, id: `@${them.name}`, auth: 'psk', ...remote },
          natt: { mode: 'force' },
          ...more,
        },
      ],
    },
    { env: { PSK: KEY, PASSWORD: password } },
  );
}

function ends(
  password = PASSWORD,
  verifyUser?: UserCheck,
  options: GatewayOptions = {},
): { readonly plant: Told; readonly hq: Told } {
  const { plant, hq } = addresses();
  return {
    plant: told(
      configOf(plant, hq, password, {
        local: { user: 'alice' },
        modeConfig: { mode: 'pull' },
        tunnels: [{ name: 'lan', local: 'assigned', remote: hq.network }],
      }),
      options,
    ),
    hq: told(
      configOf(hq, plant, PASSWORD, {
        remote: { users: '%any' },
        modeConfig: { pool: '10.9.0.0/28', banner: 'Mind the gap.' },
        tunnels: [{ name: 'lan', local: hq.network, remote: 'assigned' }],
      }),
      verifyUser === undefined ? {} : { verifyUser },
    ),
  };
}

describe('wrong passwords', () => {
  const question = (remote: string, user = 'alice', password = 'wrong') => ({
    connection: 'staff',
    user,
    password: utf8Bytes(password),
    remote: requireIpAddress(remote),
  });
  const { plant, hq } = addresses();
  const config = configOf(hq, plant, PASSWORD, {
    remote: { users: '%any' },
    modeConfig: { pool: '10.9.0.0/28' },
    tunnels: [{ name: 'lan', local: hq.network, remote: 'assigned' }],
  });

  it('are looked at five times for a user from one address and then once a minute; the right one is not, either', async () => {
    let at = instant(0);
    const users = new Users(config, nativeProvider, undefined, () => at);
    const ask = async (...asked: Parameters<typeof question>) => users.verify(question(...asked));
    for (let i = 0; i < 5; i++) expect(await ask('192.0.2.1')).toEqual({ accepted: false });
    expect(await ask('192.0.2.1', 'alice', PASSWORD)).toEqual({ accepted: false, tooMany: true });
    expect(await ask('192.0.2.2', 'alice', PASSWORD)).toEqual({ accepted: true });
    expect(await ask('192.0.2.1', 'bob')).toEqual({ accepted: false });
    at = instant(60_000);
    expect(await ask('192.0.2.1', 'alice', PASSWORD)).toEqual({ accepted: true });
    expect(await ask('192.0.2.1', 'alice', PASSWORD)).toEqual({ accepted: true });
  });

  it('too many of them are told', async () => {
    const ended = ends('wrong', () => ({ accepted: false }));
    await withPair(ended, async () => {
      for (let i = 0; i < 6; i++) await ended.plant.gateway.up('hq').catch(() => undefined);
      const refused = ended.hq.events.filter((event) => event.name === 'user.refused');
      expect(refused.map((event) => 'reason' in event)).toEqual([false, false, false, false, false, true]);
    });
  });
});

describe('a gateway that asks for users', () => {
  it('lets in who has the password of the configuration, and tells who and where', async () => {
    const { plant, hq } = ends();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      const [phase1] = (await hq.gateway.status()).connections[0]?.phase1 ?? [];
      expect(phase1?.established).toMatchObject({ user: 'alice', assigned: ['10.9.0.1'] });
      const [ours] = (await plant.gateway.status()).connections[0]?.phase1 ?? [];
      expect(ours?.established).toMatchObject({ user: 'alice', assigned: ['10.9.0.1'] });
      expect(ours?.established?.settings?.banner).toBe('Mind the gap.');
      const everything = JSON.stringify([plant.events, hq.events, await hq.gateway.status()]);
      expect(everything).not.toContain(PASSWORD);
    });
  });

  it('leaves the address that was assigned where it is when the other side reads its configuration anew', async () => {
    const backend = new RecordingBackend(systemRandom);
    const { plant, hq } = ends(PASSWORD, undefined, { backend });
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      const guards = backend.guards;
      expect(guards).toMatchObject([{ tunnel: 'lan', address: '10.9.0.1' }]);
      expect(await plant.gateway.reload(plant.gateway.config)).toMatchObject({ unchanged: ['hq'] });
      expect(backend.guards).toEqual(guards);
    });
  });

  it('does not let in who has another', async () => {
    const { plant, hq } = ends('jabberwocky');
    await withPair({ plant, hq }, async () => {
      await expect(plant.gateway.up('hq')).rejects.toMatchObject({ code: 'USER_REFUSED' });
      expect(hq.events.filter(({ name }) => name === 'user.refused')).toMatchObject([{ user: 'alice' }]);
    });
  });

  it('asks a function where there is one, and overwrites the password when it has answered', async () => {
    const asked: { text: string; password: Uint8Array }[] = [];
    const { plant, hq } = ends('from a directory', ({ connection, user, password }) => {
      asked.push({ text: `${connection} ${user} ${utf8Text(password)}`, password });
      return { accepted: true, message: 'two days left' };
    });
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      expect(asked.map(({ text }) => text)).toEqual(['plant alice from a directory']);
      expect(asked[0]?.password).toEqual(new Uint8Array('from a directory'.length));
      expect(plant.events.filter(({ name }) => name === 'user.accepted')).toMatchObject([{ message: 'two days left' }]);
    });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('directory is down'))],
    ['is silly', () => JSON.parse('null') as never],
  ] as const)('takes a function that %s for a no', async (_, verifyUser) => {
    const { plant, hq } = ends(PASSWORD, verifyUser);
    await withPair({ plant, hq }, async () => {
      await expect(plant.gateway.up('hq')).rejects.toMatchObject({ code: 'USER_REFUSED' });
    });
  });
});
