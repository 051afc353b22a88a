import { nativeProvider } from 'sallyport/core';
import { nativeProvider as provider } from '../../src/crypto/native.ts';
import type { KeyAgreement } from '../../src/gateway/key-agreement.ts';
import { ParallelKeyAgreement } from '../../src/gateway/parallel-key-agreement.ts';
import { type BenchOptions, type BenchRow, ratioOf, spreadOf } from '../part.ts';
import { figure } from '../table.ts';
import { BothEnds } from './both-ends.ts';

const GROUP = 'modp2048';
/** How many are negotiated at a time. */
const AT_ONCE = 16;
/** Ours: a machine with two cores is what the budget speaks of. */
const BUDGET = { of: 'ratio', atLeast: 1.7 } as const;

/** How much more two cores do than one, in the time on the wall: Diffie-Hellman on other threads against all in one. */
export async function twoCoreRows({ quick }: BenchOptions): Promise<BenchRow[]> {
  const size = quick ? { rounds: 2, calls: 100 } : { rounds: 9, calls: 600 };
  const parallel = new ParallelKeyAgreement(provider);
  return [
    await row('Diffie-Hellman alone, own public value and agreement', size, [
      jobs(provider, size.calls),
      jobs(parallel, size.calls),
    ]),
    await row('both ends in one process, a tunnel set up and deleted', size, [
      tunnels(provider, size.calls),
      tunnels(parallel, size.calls),
    ]),
  ];
}

async function row(
  what: string,
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
  [one, two]: readonly [() => Promise<void>, () => Promise<void>],
): Promise<BenchRow> {
  const samples = { one: [] as number[], two: [] as number[] };
  // The first of each is to warm up.
  for (let round = 0; round <= rounds; round++) {
    const [slow, fast] = [await perSecond(one, calls), await perSecond(two, calls)];
    if (round === 0) continue;
    samples.one.push(slow);
    samples.two.push(fast);
  }
  return {
    what: `${GROUP}, two cores: ${what}`,
    unit: '1/s',
    value: spreadOf(samples.two),
    against: `inline, ${figure(spreadOf(samples.one).median)}`,
    ratio: ratioOf(samples.two, samples.one),
    budget: BUDGET,
  };
}

async function perSecond(work: () => Promise<void>, calls: number): Promise<number> {
  const before = performance.now();
  await work();
  return (1000 * calls) / (performance.now() - before);
}

function jobs(agreement: KeyAgreement, calls: number): () => Promise<void> {
  const own = new Uint8Array(32).fill(7);
  const peer = nativeProvider.publicValue(GROUP, new Uint8Array(32).fill(9));
  return inTurn(calls, () => async () => {
    await Promise.all([agreement.publicValue(GROUP, own), agreement.agree(GROUP, own, peer)].map(promised));
  });
}

const promised = async (value: Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> => value;

function tunnels(agreement: KeyAgreement, calls: number): () => Promise<void> {
  return inTurn(calls, () => {
    const ends = new BothEnds(GROUP, agreement);
    return () => ends.cycle();
  });
}

/** `calls` of them, `AT_ONCE` at a time. */
function inTurn(calls: number, lane: () => () => Promise<void>): () => Promise<void> {
  return async () => {
    let left = calls;
    const run = async (work: () => Promise<void>): Promise<void> => {
      while (left-- > 0) await work();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, () => run(lane())));
  };
}
