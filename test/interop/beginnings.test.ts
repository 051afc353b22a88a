import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Site } from '../lab/network.ts';
import { buildPair, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
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

/** How many datagrams the programs of a site have taken from the system. */
async function datagramsRead({ namespace }: Site): Promise<number> {
  const [, counts] = (await namespace.must(['cat', '/proc/net/snmp'])).match(/^Udp: .*$/gm) ?? [];
  return Number(counts?.split(' ')[1]);
}
