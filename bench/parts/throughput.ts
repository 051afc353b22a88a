import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAB_PACKAGES, prepare } from '../../scripts/machine.mjs';
import { Lab } from '../../test/lab/lab.ts';
import { type BenchOptions, type BenchPart, type BenchRow, ratioOf, spreadOf } from '../part.ts';
import { figure } from '../table.ts';
import { floodedPackets, tcpMegabits, type Way } from '../throughput/way.ts';
import { bareWay, libipsecWay, ourWay, wireguardWay } from '../throughput/ways.ts';

const PACKAGES = [...LAB_PACKAGES, 'iperf3', 'wireguard-go', 'wireguard-tools'];

interface Measurement {
  readonly what: string;
  readonly unit: string;
  readonly of: (way: Way, seconds: number) => Promise<number>;
  /** The least that our figure may be, as a multiple of the other's. */
  readonly atLeast?: Readonly<Record<string, number>>;
}

const MEASUREMENTS: readonly Measurement[] = [
  {
    what: 'TCP',
    unit: 'Mbit/s',
    of: tcpMegabits,
    atLeast: { 'kernel-libipsec': 6, 'wireguard-go': 5 },
  },
  ...[64, 1400].map((bytes): Measurement => ({
    what: `UDP, packets of ${bytes} octets`,
    unit: 'packets/s',
    of: (way, seconds) => floodedPackets(way, bytes, seconds),
  })),
];

/** What two gateways on one machine carry between two networks, beside other programs and the cables alone. */
export const throughput: BenchPart = {
  name: 'throughput',
  async run(options) {
    const obstacle = await prepare(PACKAGES);
    if (obstacle !== undefined) throw new Error(obstacle);
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
    const labs: Lab[] = [];
    try {
      const ways: Way[] = [];
      for (const build of [ourWay, libipsecWay, wireguardWay, bareWay]) {
        const lab = new Lab(join(folder, String(labs.length)));
        labs.push(lab);
        ways.push(await build(lab));
      }
      return await measured(ways, options);
    } finally {
      for (const lab of labs) await lab.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** All ways stand at the same time, idle but for one, and take turns. */
async function measured(ways: readonly Way[], { quick, progress }: BenchOptions): Promise<BenchRow[]> {
  const { rounds, seconds } = quick ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 4 };
  const rows: BenchRow[] = [];
  for (const measurement of MEASUREMENTS) {
    progress(`${measurement.what}: ${rounds} rounds of ${ways.length} ways`);
    const samples = ways.map((way) => ({ way, values: [] as number[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { way, values } of samples) values.push(await measurement.of(way, seconds));
    }
    const [ours, ...others] = samples;
    if (ours !== undefined) rows.push(...others.map((other) => rowOf(measurement, ours.values, other)));
  }
  return rows;
}

function rowOf(
  { what, unit, atLeast }: Measurement,
  ours: readonly number[],
  { way, values }: { readonly way: Way; readonly values: readonly number[] },
): BenchRow {
  const least = atLeast?.[way.name];
  return {
    what: `${what}, beside ${way.name}`,
    unit,
    value: spreadOf(ours),
    against: `${way.name}, ${figure(spreadOf(values).median)}`,
    ratio: ratioOf(ours, values),
    ...(least === undefined ? {} : { budget: { of: 'ratio', atLeast: least } }),
  };
}
