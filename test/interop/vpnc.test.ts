import { expect } from 'vitest';
import { interopTest } from '../lab/interop-test.ts';
import type { Hidden } from '../lab/network.ts';
import { OUR_ID } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { ALICE } from '../lab/remote-access.ts';
import { until } from '../lab/until.ts';
import { Vpnc } from '../lab/vpnc.ts';

const GROUP = { id: 'keyid:sales', name: 'sales', secret: 'a secret of the group' } as const;
const BANNER = 'Authorised persons only.';

const CELLS = [
  {
    path: 'no NAT, vpnc forces UDP',
    natt: 'force-natt',
    dh: 'dh14',
    phase1: 'aes256-sha1-modp2048',
    hidden: undefined,
  },
  { path: 'NAT before vpnc', natt: 'natt', dh: 'dh2', phase1: 'aes256-sha1-modp1024', hidden: 'right' },
] as const satisfies readonly { hidden: Hidden | undefined; [more: string]: unknown }[];

for (const { path, natt, dh, phase1, hidden } of CELLS) {
  const line = {
    what: 'vpnc: Aggressive Mode, XAUTH, Mode Config',
    we: 'responder',
    phase1,
    phase2: 'aes256-sha1',
    path,
  };
  interopTest({ ...line, peer: 'vpnc' }, async (lab) => {
    const network = await lab.network(hidden === undefined ? {} : { hidden });
    const { left, right } = network;
    const we = await lab.sallyport(left, {
      listen: [left.address],
      accounts: [ALICE],
      psks: [{ peers: [OUR_ID, GROUP.id], secret: GROUP.secret }],
      connections: [
        {
          ...{ local: left.address, remote: '%any', localId: OUR_ID, remoteId: GROUP.id, psk: GROUP.secret },
          ...{ exchange: 'aggressive', phase1: [phase1], phase2: ['aes256-sha1'], users: [ALICE.name] },
          ...{ localNetwork: left.network, remoteNetwork: 'assigned' },
          modeConfig: {
            ...{ mode: 'pull', pool: '10.9.0.0/28', dns: ['10.1.0.53'], domain: 'plant.example' },
            ...{ banner: BANNER, splitInclude: [left.network] },
          },
        },
      ],
    });
    const { name: group, secret } = GROUP;
    const vpnc = await Vpnc.start(lab, right, { gateway: left.publicAddress, group, secret, user: ALICE, dh, natt });
    expect(await vpnc.told()).toMatchObject({
      INTERNAL_IP4_ADDRESS: '10.9.0.1',
      INTERNAL_IP4_DNS: '10.1.0.53',
      CISCO_DEF_DOMAIN: 'plant.example',
      CISCO_BANNER: BANNER,
      CISCO_SPLIT_INC_0_ADDR: '10.1.0.0',
      CISCO_SPLIT_INC_0_MASKLEN: '24',
    });
    // Nothing answers the third message of Quick Mode: what vpnc sends before it is here is lost (`establish` waits for the same).
    await until('our end of the tunnel', () => we.agreement());
    const there = { ...right, inner: '10.9.0.1' };
    expect(await ping(there, left)).toEqual({ sent: 3, received: 3 });
    expect(await ping(left, there)).toEqual({ sent: 3, received: 3 });
    const [sa] = (await we.status()).connections.flatMap(({ phase1: sas }) => sas);
    expect(sa?.established).toMatchObject({
      ...{ peerId: GROUP.id, user: ALICE.name, assigned: ['10.9.0.1'] },
      nat: { encapsulated: true },
    });
    expect((await we.agreement())?.encapsulated).toBe(true);
    // It deletes what it has before it goes.
    await vpnc.daemon.stop('SIGTERM');
    await until('nothing of it to be left', async () => {
      const { phase1: sas, phase2: pairs } = await we.holdings();
      return sas.length + pairs.length === 0 ? true : undefined;
    });
  });
}
