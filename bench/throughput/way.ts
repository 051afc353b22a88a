import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Daemon } from '../../test/lab/daemon.ts';
import type { Lab } from '../../test/lab/lab.ts';
import type { Network, Site } from '../../test/lab/network.ts';
import { run, resultText } from '../../test/lab/command.ts';
import { until } from '../../test/lab/until.ts';

/** A way for packets from one namespace to another, with iperf3 listening at its end. */
export interface Way {
  readonly name: string;
  readonly from: Site;
  /** The address to send from, and that to send to. */
  readonly source: string;
  readonly target: string;
}

/** The way from the left to the right of a network: through its tunnel, or from gateway to gateway. */
export async function openWay(
  lab: Lab,
  name: string,
  { left, right }: Network,
  which: 'inner' | 'address',
): Promise<Way> {
  const folder = join(lab.folder, 'iperf3');
  await mkdir(folder, { recursive: true });
  const server = new Daemon('iperf3', right.namespace.command(['iperf3', '--server', '--bind', right[which]]), {
    folder,
  });
  lab.defer(() => server.stop('SIGTERM'));
  const way: Way = { name, from: left, source: left[which], target: right[which] };
  // The first try may come before the server, or before the far end has its SAs.
  await until(`${name}: a first second of TCP`, () => iperf3(way, ['--time', '1']));
  return way;
}

/** Megabits that TCP brings to the end in a second. */
export async function tcpMegabits(way: Way, seconds: number): Promise<number> {
  const { bits_per_second: bits } = await iperf3(way, ['--time', String(seconds)]);
  return bits / 1e6;
}

const UDP_HEADERS = 28;

/** IP packets of UDP, so many octets each, that come to the end in a second while the sender sends all that it can. */
export async function floodedPackets(way: Way, packetBytes: number, seconds: number): Promise<number> {
  const payload = packetBytes - UDP_HEADERS;
  const args = ['--udp', '--bitrate', '0', '--length', String(payload), '--time', String(seconds)];
  const received = await iperf3(way, args);
  return received.bytes / payload / received.seconds;
}

interface Received {
  readonly bytes: number;
  readonly seconds: number;
  readonly bits_per_second: number;
}

/** What the server counted. */
async function iperf3({ from, source, target }: Way, args: readonly string[]): Promise<Received> {
  const command = from.namespace.command(['iperf3', '--client', target, '--bind', source, '--json', ...args]);
  const result = await run(command, { limit: 60_000 });
  const report = JSON.parse(result.stdout) as { readonly error?: string; readonly end: { sum_received?: Received } };
  const received = report.end.sum_received;
  if (report.error !== undefined || received === undefined) throw new Error(report.error ?? resultText(result));
  return received;
}
