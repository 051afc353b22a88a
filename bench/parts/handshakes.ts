import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAB_PACKAGES, prepare } from '../../scripts/machine.mjs';
import { type Measured, startCharon, startSallyport } from '../handshakes/measured.ts';
import type { Plan } from '../handshakes/plan.ts';
import { twoCoreRows } from '../handshakes/two-cores.ts';
import { type BenchOptions, type BenchPart, type BenchRow, type Budget, ratioOf, spreadOf } from '../part.ts';
import { figure } from '../table.ts';
import { bareOperations, cpuMilliseconds, MEASURED_GROUPS, type MeasuredGroup } from './diffie-hellman.ts';

/** Each has one tunnel at a time; so many stand at the end of a round that sets up and does not delete. */
const PEERS = 500;
/** What a user meets who starts it and connects. */
const FIRST = 100;

interface Size {
  readonly rounds: number;
  /** Tunnels before the first round: by then nothing gets faster any more. */
  readonly warmUp: number;
  readonly tunnels: number;
}

/**
 * CPU time of the responder for a tunnel: set up (Main Mode, Quick Mode), beside the Diffie-Hellman operations in it, and set up and deleted,
 * beside strongSwan's charon.
 */
export const handshakes: BenchPart = {
  name: 'handshakes',
  async run(options) {
    const obstacle = await prepare(LAB_PACKAGES);
    if (obstacle !== undefined) throw new Error(obstacle);
    const size = options.quick ? { rounds: 2, warmUp: 200, tunnels: 200 } : { rounds: 5, warmUp: 4000, tunnels: 1000 };
    const plain = await rowsOf({ groups: MEASURED_GROUPS, peers: PEERS }, size, options);
    const pfs = await rowsOf({ groups: ['modp2048'], pfs: 'modp2048', peers: PEERS }, size, options);
    return [...plain, ...pfs, ...(await twoCoreRows(options))];
  },
};

async function rowsOf(
  plan: Plan & { readonly groups: readonly MeasuredGroup[] },
  size: Size,
  options: BenchOptions,
): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  const running: Measured[] = [];
  try {
    const ours = await startSallyport(plan);
    running.push(ours);
    const charon = await startCharon(plan, folder);
    running.push(charon);
    const rows = [await firstRow(plan, ours, charon)];
    for (const group of plan.groups) rows.push(...(await groupRows(group, plan, { ours, charon }, size, options)));
    return rows;
  } finally {
    for (const measured of running) await measured.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstRow(
  { groups: [group = 'modp2048'], pfs }: Plan & { readonly groups: readonly MeasuredGroup[] },
  ours: Measured,
  charon: Measured,
): Promise<BenchRow> {
  const order = { group, peers: PEERS, tunnels: FIRST };
  const [cold, theirs] = [await ours.cycle(order), await charon.cycle(order)];
  return {
    what: `${nameOf(group, pfs)}: the first ${FIRST} after the start`,
    unit: 'ms CPU',
    value: spreadOf([cold]),
    against: `charon, ${figure(theirs)} ms`,
    ratio: ratioOf([cold], [theirs]),
  };
}

async function groupRows(
  group: MeasuredGroup,
  { pfs }: Plan,
  { ours, charon }: { readonly ours: Measured; readonly charon: Measured },
  size: Size,
  options: BenchOptions,
): Promise<BenchRow[]> {
  const name = nameOf(group, pfs);
  options.progress(`${name}: ${size.warmUp} tunnels to warm up, then ${size.rounds} rounds`);
  await ours.cycle({ group, peers: PEERS, tunnels: size.warmUp });
  await charon.cycle({ group, peers: PEERS, tunnels: FIRST });
  const samples = { bare: [] as number[], setUp: [] as number[], cycle: [] as number[], charon: [] as number[] };
  const bare = bareOperations(group);
  const operations = pfs === undefined ? 2 : 4;
  for (let round = 0; round < size.rounds; round++) {
    samples.bare.push((cpuMilliseconds(bare) * operations) / 2);
    samples.setUp.push(await ours.hold({ group, from: 0, peers: PEERS }));
    await ours.release();
    samples.cycle.push(await ours.cycle({ group, peers: PEERS, tunnels: size.tunnels }));
    samples.charon.push(await charon.cycle({ group, peers: PEERS, tunnels: Math.ceil(size.tunnels / 3) }));
  }
  const row = (of: 'setUp' | 'cycle', against: 'bare' | 'charon', budget: Budget): BenchRow => {
    const other = against === 'charon' ? 'charon' : `the ${operations === 2 ? 'two' : 'four'} bare operations`;
    return {
      what: `${name}: a tunnel set up${of === 'cycle' ? ' and deleted' : ''}`,
      unit: 'ms CPU',
      value: spreadOf(samples[of]),
      against: `${other}, ${figure(spreadOf(samples[against]).median)} ms`,
      ratio: ratioOf(samples[of], samples[against]),
      ...(group === 'modp2048' && pfs === undefined ? { budget } : {}),
    };
  };
  return [row('setUp', 'bare', { of: 'ratio', atMost: 1.8 }), row('cycle', 'charon', { of: 'ratio', atMost: 0.25 })];
}

const nameOf = (group: MeasuredGroup, pfs: Plan['pfs']): string => (pfs === undefined ? group : `${group} with PFS`);
