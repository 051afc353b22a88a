import { setTimeout } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { DECIDED, REPLACED_GRACE } from '../../src/ike/life.ts';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { drop } from '../lab/dropping.ts';
import { startEchoes } from '../lab/echoes.ts';
import { interopTest } from '../lab/interop-test.ts';
import { lose, loseNothing } from '../lab/loss.ts';
import { buildPair, charonSettings, establish, lineOf, sallyportConnection, type Pair } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const LONG = process.env['SALLYPORT_LONG'] !== undefined;
// A collision takes longer than two minutes to be over.
if (LONG) vi.setConfig({ testTimeout: 300_000 });

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;
const BEGUN_BY_US: Cell = { name: 'rekeys', we: 'initiator', ...SUITES };
const BEGUN_BY_CHARON: Cell = { name: 'rekeys', we: 'responder', ...SUITES };

for (const cell of [BEGUN_BY_US, BEGUN_BY_CHARON]) {
  interopTest(lineOf(cell, 'the third message of Quick Mode lost twice'), async (lab) => {
    const pair = await buildPair(lab, cell);
    const { left, right, router } = pair.network;
    const from = cell.we === 'initiator' ? 'left' : 'right';
    const dropped = await drop(router, { from, exchange: 'Quick Mode', ordinals: [1, 2] });
    await establish(cell, pair);
    expect(await dropped()).toBe(2);
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
    expect(await pair.we.agreement()).toEqual(mirrored(agreementOfCharon(await pair.charon.sas())));
  });
}

/** The pairs that charon sends with, as our holdings tell theirs. What it has replaced stays until it expires, for packets that are late. */
async function pairsOfCharon({ charon }: Pair): Promise<string[]> {
  const children = (await charon.sas()).flatMap((sa) => sa.children);
  return children
    .filter(({ state }) => state === 'INSTALLED')
    .map(({ spiIn, spiOut }) => `${spiOut} ${spiIn}`)
    .sort();
}

/** Waits until charon sends with a pair that is not the one given, and only with that, and we have it too. */
async function another(pair: Pair, before: string): Promise<string> {
  return until('another pair', async () => {
    const [after, ...rest] = await pairsOfCharon(pair);
    if (after === undefined || after === before || rest.length > 0) return undefined;
    return (await pair.we.holdings()).phase2.includes(after) ? after : undefined;
  });
}

const COUNT = LONG ? 100 : 10;

interopTest(
  lineOf(BEGUN_BY_US, 'phase 2 negotiated anew many times under traffic, and not one echo lost'),
  async (lab) => {
    const pair = await buildPair(lab, BEGUN_BY_US);
    const { network, charon } = pair;
    await establish(BEGUN_BY_US, pair);
    const echoes = await startEchoes(lab, network.left, network.right);
    let current = await another(pair, '');
    for (let i = 0; i < COUNT; i++) {
      expect(await charon.rekey('phase2')).toMatchObject({ status: 0 });
      current = await another(pair, current);
    }
    expect(await echoes.lost()).toEqual([]);
  },
);

/**
 * Our first message of the renewal is lost, so that charon's comes before ours comes again: each has begun before it hears of the other.
 * What charon takes for replaced it does not send on, and keeps until it expires or we delete it.
 */
interopTest(lineOf(BEGUN_BY_US, 'both sides negotiate phase 2 anew at once, and not one echo is lost'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US);
  const { network, we, charon } = pair;
  const dropped = await drop(network.router, { from: 'left', exchange: 'Quick Mode', ordinals: [2] });
  await establish(BEGUN_BY_US, pair);
  const [first = ''] = (await we.holdings()).phase2;
  const echoes = await startEchoes(lab, network.left, network.right);
  const renewal = we.rekey(2);
  await until('our renewal', async () => ((await dropped()) === 1 ? true : undefined));
  expect(await charon.rekey('phase2')).toMatchObject({ status: 0 });
  await renewal;
  // The first, which still receives, that of charon's making and that of ours: charon sends with the last of them.
  await until('both renewals', async () => ((await we.holdings()).phase2.length === 3 ? true : undefined));
  const [current, ...rest] = await pairsOfCharon(pair);
  expect(rest).toEqual([]);
  const { phase2 } = await we.holdings();
  expect(phase2).toContain(current);
  expect(await childrenOf(pair)).toEqual(phase2.toSorted());
  expect(await echoes.lost()).toEqual([]);
  // Ours replaced the first, and charon hears of it. Of the two that crossed none is deleted: one is all that charon sends on.
  const crossed = phase2.filter((one) => one !== first).toSorted();
  if (LONG) await settled(pair, crossed);
});

/** All pairs that charon has, those that it has replaced among them. */
const childrenOf = async ({ charon }: Pair): Promise<string[]> =>
  (await charon.sas()).flatMap((sa) => sa.children.map(({ spiIn, spiOut }) => `${spiOut} ${spiIn}`)).sort();

/** The collision is over here: both pairs are left, and packets pass. After the next renewal one is, the same at both ends. */
async function settled(pair: Pair, crossed: readonly string[]): Promise<void> {
  const { network, we, charon } = pair;
  const passes = async (): Promise<void> => {
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
  };
  await setTimeout(DECIDED);
  await passes();
  expect(await childrenOf(pair)).toEqual(crossed);
  expect((await we.holdings()).phase2.toSorted()).toEqual(crossed);
  const [before = ''] = await pairsOfCharon(pair);
  expect(await charon.rekey('phase2')).toMatchObject({ status: 0 });
  const last = await another(pair, before);
  await setTimeout(REPLACED_GRACE);
  await until('one pair to be left', async () => ((await childrenOf(pair)).length === 1 ? true : undefined));
  expect([await childrenOf(pair), (await we.holdings()).phase2]).toEqual([[last], [last]]);
  await passes();
}

interopTest(lineOf(BEGUN_BY_US, 'both sides negotiate phase 1 anew at once, and not one echo is lost'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US, { ours: { lifetime: { phase1: '12s' } } });
  const { network, we, charon } = pair;
  const dropped = await drop(network.router, { from: 'left', exchange: 'Main Mode', ordinals: [1] });
  await establish(BEGUN_BY_US, pair);
  const before = await we.holdings();
  const echoes = await startEchoes(lab, network.left, network.right);
  await until('our renewal', async () => ((await dropped()) === 1 ? true : undefined));
  expect(await charon.rekey('phase1')).toMatchObject({ status: 0 });
  await until('the first to be gone, and the same successors at both ends', async () => {
    const sas = await charon.sas();
    const { phase1 } = await we.holdings();
    expect(sas.map(({ initiatorCookie, responderCookie }) => `${initiatorCookie} ${responderCookie}`).sort()).toEqual(
      phase1,
    );
    expect(new Set(sas.map(({ initiator }) => initiator))).toEqual(new Set([false, true]));
    return phase1.some((sa) => before.phase1.includes(sa)) ? undefined : true;
  });
  expect((await we.holdings()).phase2).toEqual(before.phase2);
  expect(await echoes.lost()).toEqual([]);
});

for (const [i, cell] of [BEGUN_BY_US, BEGUN_BY_CHARON].entries()) {
  interopTest(lineOf(cell, 'phase 2 negotiated anew with a fifth of all packets lost'), async (lab) => {
    const byUs = cell.we === 'initiator';
    const pair = await buildPair(lab, cell, byUs ? { ours: { lifetime: { phase2: '8s' } } } : {});
    const { left, right, router } = pair.network;
    await establish(cell, pair);
    const before = await another(pair, '');
    await lose(router, `lost in a renewal ${i}`);
    if (!byUs) expect(await pair.charon.rekey('phase2')).toMatchObject({ status: 0 });
    await another(pair, before);
    await loseNothing(router);
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
  });
}

interopTest(lineOf(BEGUN_BY_CHARON, 'charon restarts without a word and begins again'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_CHARON);
  const { network, we } = pair;
  await establish(BEGUN_BY_CHARON, pair);
  const [before] = (await we.holdings()).phase2;
  await pair.charon.crash();
  const settings = charonSettings(BEGUN_BY_CHARON, network);
  const again = { ...pair, charon: await lab.charon(network.right, settings) };
  await establish(BEGUN_BY_CHARON, again);
  const after = await another(again, before ?? '');
  expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
  expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
  expect((await we.holdings()).phase2).toEqual([after]);
});

interopTest(lineOf(BEGUN_BY_US, 'we restart without a word and begin again'), async (lab) => {
  const pair = await buildPair(lab, BEGUN_BY_US);
  const { network, charon } = pair;
  await establish(BEGUN_BY_US, pair);
  await pair.we.crash();
  const we = await lab.sallyport(network.left, {
    listen: [network.left.address],
    connections: [sallyportConnection(BEGUN_BY_US, network)],
  });
  await establish(BEGUN_BY_US, { network, charon, we });
  expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
  const ours = await we.agreement();
  expect(ours).toEqual(mirrored(agreementOfCharon(await charon.sas())));
});
