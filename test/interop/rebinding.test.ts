import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Site } from '../lab/network.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;
const BEFORE_CHARON: Cell = { name: 'rebinding', we: 'responder', ...SUITES, nat: 'before charon' };
const BEFORE_US: Cell = { name: 'rebinding', we: 'initiator', ...SUITES, nat: 'before us' };

/** What is lost is not waited for: an echo a second, until one comes back. */
async function untilEcho(from: Site, to: Site): Promise<void> {
  await until('an echo to come back', async () =>
    (await ping(from, to, { count: 1, wait: 1 })).received === 1 ? true : undefined,
  );
  expect(await ping(from, to)).toEqual({ sent: 3, received: 3 });
}

interopTest(lineOf(BEFORE_CHARON, 'charon is followed when its NAT box restarts'), async (lab) => {
  const pair = await buildPair(lab, BEFORE_CHARON);
  const { network, we } = pair;
  await establish(BEFORE_CHARON, pair);
  expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
  const before = await we.holdings();
  await network.restartNat();
  // What tells us is ESP; the answers to the first echoes already go to where it comes from, or those to the next.
  await untilEcho(network.right, network.left);
  expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
  expect(await we.holdings()).toEqual(before);
  expect(we.log()).toMatch(/peer\.moved .*to=198\.51\.100\.1:3\d{4}/);
});

interopTest(lineOf(BEFORE_US, 'our NAT box restarts, and charon follows us'), async (lab) => {
  // Nothing but an authentic message of IKE moves charon, whose user-space ESP does not look where packets come from: a renewal is one.
  const pair = await buildPair(lab, BEFORE_US, { ours: { lifetime: { phase2: '8s' } } });
  const { network, we } = pair;
  await establish(BEFORE_US, pair);
  const before = await we.holdings();
  await network.restartNat();
  await untilEcho(network.left, network.right);
  expect(we.log()).not.toContain('peer.moved');
  expect((await we.holdings()).phase1).toEqual(before.phase1);
});
