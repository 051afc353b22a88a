import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Site } from '../lab/network.ts';
import { buildPair, buildPairOn, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import type { Sallyport } from '../lab/sallyport.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;
const BY_US: Cell = { name: 'beginnings', we: 'initiator', nat: 'none', ...SUITES };
const BY_CHARON: Cell = { name: 'beginnings', we: 'responder', nat: 'none', ...SUITES };

for (const nat of ['none', 'before us'] as const) {
  interopTest(lineOf({ ...BY_US, nat }, 'startup: on-demand begins with the first packet'), async (lab) => {
    const { network, we, charon } = await buildPair(lab, { ...BY_US, nat }, { ours: { startup: 'on-demand' } });
    expect(await charon.sas()).toEqual([]);
    expect(await we.holdings()).toEqual({ phase1: [], phase2: [] });
    // Not the echo that asks for the tunnel is the one that has to come back, but those that follow.
    await ping(network.left, network.right, { count: 1, wait: 1 });
    const ours = await until('the tunnel', () => we.agreement());
    expect(ours.initiator).toBe(true);
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
    expect(ours).toEqual(mirrored(agreementOfCharon(await charon.sas())));
  });
}

interopTest(lineOf(BY_CHARON, 'a charon that answers nobody begins itself'), async (lab) => {
  const pair = await buildPair(lab, BY_CHARON, { charons: { initiatorOnly: true } });
  const { network, we, charon } = pair;
  const asked = we.up();
  await until('charon to have read what we say, twice', async () =>
    (await datagramsRead(network.right)) >= 2 ? true : undefined,
  );
  expect(await charon.sas()).toEqual([]);
  expect(await charon.initiate()).toMatchObject({ status: 0 });
  // What we wanted is had over the ISAKMP SA of charon's making.
  await asked;
  expect((await charon.sas()).map(({ initiator, state }) => [initiator, state])).toEqual([[true, 'ESTABLISHED']]);
  expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
});

interopTest(lineOf(BY_US, 'a peer known by name, which has another address later'), async (lab) => {
  const network = await lab.network();
  const { left, right } = network;
  const elsewhere = '203.0.113.77';
  await left.namespace.names({ 'charon.lab': right.address });
  const pair = await buildPairOn(lab, network, BY_US, { ours: { remote: 'charon.lab' }, charons: { local: '%any' } });
  const { we, charon } = pair;
  await we.up();
  expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
  expect(await peerOf(we)).toBe(right.address);
  await we.down();
  await until('charon to have nothing', async () => ((await charon.sas()).length === 0 ? true : undefined));
  await right.namespace.ip([`addr del ${right.address}/24 dev wan`, `addr add ${elsewhere}/24 dev wan`]);
  await right.namespace.ip(['route add default via 203.0.113.1']);
  await left.namespace.names({ 'charon.lab': elsewhere });
  await we.up();
  expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
  expect(await peerOf(we)).toBe(elsewhere);
});

async function peerOf(we: Sallyport): Promise<string | undefined> {
  const [sa] = (await we.status()).connections.flatMap(({ phase1 }) => phase1);
  return sa?.remote.address;
}

/** How many datagrams the programs of a site have taken from the system. */
async function datagramsRead({ namespace }: Site): Promise<number> {
  const [, counts] = (await namespace.must(['cat', '/proc/net/snmp'])).match(/^Udp: .*$/gm) ?? [];
  return Number(counts?.split(' ')[1]);
}
