import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const CELL: Cell = {
  name: "we answer charon's R-U-THERE over several intervals",
  we: 'responder',
  phase1: ['aes128-sha256-ecp256'],
  phase2: ['aes128gcm16'],
  nat: 'none',
};

const PROBE = /generating INFORMATIONAL_V1 request \d+ \[ HASH N\(DPD\) \]/g;
const ANSWER = /parsed INFORMATIONAL_V1 request \d+ \[ HASH N\(DPD_ACK\) \]/g;

interopTest(lineOf(CELL), async (lab) => {
  const pair = await buildPair(lab, CELL, { charons: { dpd: { delay: '1s', timeout: '3s' } } });
  await establish(CELL, pair);
  const { network, we, charon } = pair;
  const before = await we.agreement();
  // The fourth answer comes after the timeout that would have ended the SA without any.
  await until('four answers', async () => (count(await charon.log(), ANSWER) >= 4 ? true : undefined));
  const log = await charon.log();
  expect(count(log, PROBE)).toBeGreaterThanOrEqual(4);
  expect(log).not.toContain('DPD check timed out');
  expect(await we.agreement()).toEqual(before);
  expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
});

const count = (text: string, what: RegExp): number => [...text.matchAll(what)].length;
