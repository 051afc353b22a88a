import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BEGUN_BY_CHARON: Cell = { name: 'lives', we: 'responder', ...SUITES };

interopTest(lineOf(BEGUN_BY_CHARON, 'charon bears RESPONDER-LIFETIME beside our answer'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_CHARON, { ours: { lifetime: { phase2: '10m' } } });
  await establish(BEGUN_BY_CHARON, pair);
  expect(await pair.charon.log()).toMatch(/parsed QUICK_MODE response \d+ \[ HASH SA No ID ID N\(\(24576\)\) \]/);
  expect(await ping(pair.network.left, pair.network.right)).toEqual({ sent: 3, received: 3 });
  expect(await pair.we.agreement()).toEqual(mirrored(agreementOfCharon(await pair.charon.sas())));
});
