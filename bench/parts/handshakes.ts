import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAB_PACKAGES, prepare } from '../../scripts/machine.mjs';
import { type Measured, startCharon, startSallyport } from '../handshakes/measured.ts';
import { bareSignatures, issueParties, type Parties } from '../handshakes/certified.ts';
import type { Certified, Plan } from '../handshakes/plan.ts';
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
    const rsa = await rowsOf({ groups: ['modp2048'], signatures: 'rsa', peers: PEERS }, size, options);
    const ecdsa = await rowsOf({ groups: ['ecp256'], signatures: 'ecdsa256', peers: PEERS }, size, options);
    return [...plain, ...pfs, ...rsa, ...ecdsa, ...(await twoCoreRows(options))];
  },
};

interface Wanted extends Omit<Plan, 'certified'> {
  readonly groups: readonly MeasuredGroup[];
  readonly signatures?: Certified['method'];
}

async function rowsOf(wanted: Wanted, size: Size, options: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  const running: Measured[] = [];
  try {
    const { signatures: method, ...rest } = wanted;
    const certified = method && { method, folder };
    const parties = certified && (await issueParties(certified));
    const plan: Plan = { ...rest, ...(certified && { certified }) };
    const ours = await startSallyport(plan);
    running.push(ours);
    const charon = await startCharon(plan, folder, parties?.gateway);
    running.push(charon);
    const sides = { ours, charon, parties };
    const rows = [await firstRow(wanted, sides)];
    for (const group of wanted.groups) rows.push(...(await groupRows(group, wanted, sides, size, options)));
    return rows;
  } finally {
    for (const measured of running) await measured.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Sides {
  readonly ours: Measured;
  readonly charon: Measured;
  readonly parties: Parties | undefined;
}

async function firstRow(wanted: Wanted, { ours, charon }: Sides): Promise<BenchRow> {
  const [group = 'modp2048'] = wanted.groups;
  const order = { group, peers: PEERS, tunnels: FIRST };
  const [cold, theirs] = [await ours.cycle(order), await charon.cycle(order)];
  return {
    what: `${nameOf(group, wanted)}: the first ${FIRST} after the start`,
    unit: 'ms CPU',
    value: spreadOf([cold]),
    against: `charon, ${figure(theirs)} ms`,
    ratio: ratioOf([cold], [theirs]),
  };
}

async function groupRows(
  group: MeasuredGroup,
  wanted: Wanted,
  { ours, charon, parties }: Sides,
  size: Size,
  options: BenchOptions,
): Promise<BenchRow[]> {
  const name = nameOf(group, wanted);
  options.progress(`${name}: ${size.warmUp} tunnels to warm up, then ${size.rounds} rounds`);
  await ours.cycle({ group, peers: PEERS, tunnels: size.warmUp });
  await charon.cycle({ group, peers: PEERS, tunnels: FIRST });
  const samples = { bare: [] as number[], setUp: [] as number[], cycle: [] as number[], charon: [] as number[] };
  const bare = bareOf(group, wanted, parties);
  for (let round = 0; round < size.rounds; round++) {
    samples.bare.push(bare.milliseconds());
    samples.setUp.push(await ours.hold({ group, from: 0, peers: PEERS }));
    await ours.release();
    samples.cycle.push(await ours.cycle({ group, peers: PEERS, tunnels: size.tunnels }));
    samples.charon.push(await charon.cycle({ group, peers: PEERS, tunnels: Math.ceil(size.tunnels / 3) }));
  }
  const row = (of: 'setUp' | 'cycle', against: 'bare' | 'charon', budget: Budget): BenchRow => {
    const other = against === 'charon' ? 'charon' : bare.what;
    return {
      what: `${name}: a tunnel set up${of === 'cycle' ? ' and deleted' : ''}`,
      unit: 'ms CPU',
      value: spreadOf(samples[of]),
      against: `${other}, ${figure(spreadOf(samples[against]).median)} ms`,
      ratio: ratioOf(samples[of], samples[against]),
      ...(name === 'modp2048' ? { budget } : {}),
    };
  };
  return [row('setUp', 'bare', { of: 'ratio', atMost: 1.8 }), row('cycle', 'charon', { of: 'ratio', atMost: 0.25 })];
}

/** What one side cannot do without, by node:crypto alone. */
function bareOf(group: MeasuredGroup, { pfs, signatures }: Wanted, parties: Parties | undefined) {
  const agreements = bareOperations(group);
  const times = pfs === undefined ? 1 : 2;
  if (signatures === undefined || parties === undefined) {
    const what = `the ${times === 1 ? 'two' : 'four'} bare operations`;
    return { what, milliseconds: () => cpuMilliseconds(agreements) * times };
  }
  const signing = bareSignatures(parties.peer);
  return {
    what: 'the two bare operations, one signature and two looks at others',
    milliseconds: () => cpuMilliseconds(agreements) * times + cpuMilliseconds(signing),
  };
}

const SIGNATURE_NAMES = { rsa: 'RSA-2048', ecdsa256: 'ECDSA-256' } as const satisfies Record<
  Certified['method'],
  string
>;

function nameOf(group: MeasuredGroup, { pfs, signatures }: Wanted): string {
  const signed = signatures === undefined ? group : `${group}, ${SIGNATURE_NAMES[signatures]}`;
  return pfs === undefined ? signed : `${signed} with PFS`;
}
