import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BEGUN_BY_US: Cell = { name: 'lives', we: 'initiator', ...SUITES };
const BEGUN_BY_CHARON: Cell = { name: 'lives', we: 'responder', ...SUITES };

interopTest(lineOf(BEGUN_BY_CHARON, 'charon bears RESPONDER-LIFETIME beside our answer'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_CHARON, { ours: { lifetime: { phase2: '10m' } } });
  await establish(BEGUN_BY_CHARON, pair);
  expect(await pair.charon.log()).toMatch(/parsed QUICK_MODE response \d+ \[ HASH SA No ID ID N\(\(24576\)\) \]/);
  expect(await ping(pair.network.left, pair.network.right)).toEqual({ sent: 3, received: 3 });
  expect(await pair.we.agreement()).toEqual(mirrored(agreementOfCharon(await pair.charon.sas())));
});

interopTest(lineOf(BEGUN_BY_US, 'charon deletes everything and we negotiate anew'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US, { ours: { startup: 'initiate' } });
  const first = await until('the tunnel', () => pair.we.agreement());
  await until('charon to have it', async () => agreementOfCharon(await pair.charon.sas()));
  expect(await pair.charon.terminate('phase1')).toMatchObject({ status: 0 });
  const second = await until('another tunnel', async () => {
    const agreement = await pair.we.agreement();
    return agreement?.spiIn === first.spiIn ? undefined : agreement;
  });
  expect(second.initiatorCookie).not.toBe(first.initiatorCookie);
  expect(await ping(pair.network.right, pair.network.left)).toEqual({ sent: 3, received: 3 });
});

interopTest(lineOf(BEGUN_BY_US, 'charon deletes everything and we wait for traffic'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US, { ours: { startup: 'on-demand' } });
  await establish(BEGUN_BY_US, pair);
  expect(await pair.charon.terminate('phase1')).toMatchObject({ status: 0 });
  await until('our tunnel to be down', () => pair.we.viewWhere(({ agreement }) => agreement === undefined));
  const { left, right } = pair.network;
  await left.namespace.exec(['ping', '-n', '-q', '-c', '1', '-W', '1', '-I', left.inner, right.inner]);
  const agreement = await until('the tunnel', () => pair.we.agreement());
  expect(await ping(pair.network.left, pair.network.right)).toEqual({ sent: 3, received: 3 });
  expect(agreement).toEqual(mirrored(agreementOfCharon(await pair.charon.sas())));
});
