import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BEGUN_BY_US: Cell = { name: 'endings', we: 'initiator', ...SUITES };
const BEGUN_BY_CHARON: Cell = { name: 'endings', we: 'responder', ...SUITES };

for (const cell of [BEGUN_BY_US, BEGUN_BY_CHARON]) {
  interopTest(lineOf(cell, 'charon deletes phase 1 and our status says so'), async (lab) => {
    const pair = await buildPair(lab, cell);
    await establish(cell, pair);
    expect(await pair.charon.terminate('phase1')).toMatchObject({ status: 0 });
    const view = await until('our tunnel to be down', () =>
      pair.we.viewWhere(({ agreement }) => agreement === undefined),
    );
    expect(view.ended).toBe('deleted-by-peer');
  });

  interopTest(lineOf(cell, 'we delete and charon has no SA left'), async (lab) => {
    const pair = await buildPair(lab, cell);
    await establish(cell, pair);
    await pair.we.down();
    await until('charon to have no SA', async () => ((await pair.charon.sas()).length === 0 ? true : undefined));
    expect((await pair.we.view()).ended).toBe('command');
  });
}

interopTest(lineOf(BEGUN_BY_US, 'charon deletes phase 2 alone and our status says so'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US);
  await establish(BEGUN_BY_US, pair);
  expect(await pair.charon.terminate('phase2')).toMatchObject({ status: 0 });
  const view = await until('our tunnel to be down', () =>
    pair.we.viewWhere(({ agreement }) => agreement === undefined),
  );
  expect(view.ended).toBe('deleted-by-peer');
});

interopTest(lineOf(BEGUN_BY_CHARON, 'Ctrl-C sends Deletes and charon has no SA left'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_CHARON);
  await establish(BEGUN_BY_CHARON, pair);
  expect(await pair.we.stop()).toEqual({ status: 0, signal: null });
  await until('charon to have no SA', async () => ((await pair.charon.sas()).length === 0 ? true : undefined));
});

interopTest(lineOf(BEGUN_BY_US, 'startup: initiate needs no command'), async (lab) => {
  const { network, we, charon } = await buildPair(lab, BEGUN_BY_US, { ours: { startup: 'initiate' } });
  const ours = await until('the tunnel', () => we.agreement());
  expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
  expect(agreementOfCharon(await charon.sas())).toEqual(mirrored(ours));
});

interopTest(lineOf(BEGUN_BY_US, 'after down and up again the tunnel carries'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US);
  await establish(BEGUN_BY_US, pair);
  const first = await pair.we.agreement();
  await pair.we.down();
  await establish(BEGUN_BY_US, pair);
  const second = await until('the tunnel', () => pair.we.agreement());
  expect(second.initiatorCookie).not.toBe(first?.initiatorCookie);
  expect(await ping(pair.network.right, pair.network.left)).toEqual({ sent: 3, received: 3 });
  await until('charon to have the new SA alone', async () => agreementOfCharon(await pair.charon.sas()));
});
