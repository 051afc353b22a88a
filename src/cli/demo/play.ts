import type { GatewayEvent } from '../../gateway/events.ts';
import type { GatewayStatus } from '../../status/gateway-status.ts';
import { ControlError } from '../../client/control-client.ts';
import { tableLines } from '../table-lines.ts';
import { bytesText } from '../status-lines.ts';
import { CONNECTION } from './configuration.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { Listening } from './listening.ts';
import type { Paint } from './paint.ts';
import type { Stage } from './stage.ts';
import { Story } from './story.ts';
import { inOrder } from './told.ts';
import { type Carried, failuresOf } from './verdict.ts';

const PINGS = 3;
const UP_LIMIT_MS = 30_000;

export interface Audience {
  readonly out: (line: string) => void;
  readonly paint: Paint;
  readonly signal: AbortSignal;
}

/** Negotiates, pings, shows what both sides say, and takes down again. Why the demonstration has failed; nothing where it has not. */
export async function play(stage: Stage, audience: Audience): Promise<string[]> {
  const { out, paint, signal } = audience;
  const { left, right } = stage;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const ears = {
    left: await Listening.to(left, until),
    right: right.kind === 'sallyport' ? await Listening.to(right, until) : undefined,
  };
  const story = new Story(paint, { heard: ears.right === undefined });
  const tell = (): void => {
    const [ofLeft, ofRight] = [ears.left.take(), ears.right?.take() ?? []];
    for (const told of inOrder(ofLeft, ofRight)) for (const line of story.lines(told)) out(line);
  };
  const heard = async (name: GatewayEvent['name']): Promise<void> => {
    await Promise.all([ears.left.heard(name), ears.right?.heard(name)]);
  };
  try {
    try {
      await up(left, signal);
      await heard('phase2.established');
    } finally {
      tell();
    }
    out('');
    out(paint('bold', 'Through the tunnel'));
    const pings = await stage.ping(PINGS, (line) => out(`          ${line}`));
    const ends = await accounts(stage, audience);
    await left.client(signal).down(CONNECTION);
    await heard('phase1.ended');
    tell();
    return failuresOf(PINGS, pings, ends);
  } finally {
    over.abort();
  }
}

async function up(left: GatewayProcess, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(UP_LIMIT_MS);
  try {
    await left.client(AbortSignal.any([signal, limit])).up(CONNECTION);
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new ControlError('LATE', `the tunnel was not up after ${UP_LIMIT_MS / 1000} s`);
  }
}

/** What each side counts, shown and returned. */
async function accounts({ left, right }: Stage, { out, paint, signal }: Audience): Promise<readonly Carried[]> {
  const statuses = [await left.client(signal).status()];
  if (right.kind === 'sallyport') statuses.push(await right.client(signal).status());
  out('');
  out(paint('bold', 'What the gateways say'));
  const rows = statuses.flatMap(tunnelRows);
  for (const line of tableLines(['GATEWAY', 'PHASE 1', 'PHASE 2', 'PEER', 'IN', 'OUT'], rows)) out(`          ${line}`);
  const carried = statuses.map(carriedBy);
  if (right.kind === 'sallyport') return carried;
  const account = await right.account();
  out('          swanctl --list-sas at strongSwan:');
  for (const line of account.lines) out(`          ${line}`);
  return [...carried, account.carried];
}

function tunnelRows({ gateway, connections }: GatewayStatus): string[][] {
  return connections.flatMap(({ phase1, tunnels }) =>
    tunnels.map(({ state, traffic }) => {
      const { remote, established } = phase1.at(-1) ?? {};
      const peer = `${established?.peerId ?? '?'} at ${remote === undefined ? '?' : `${remote.address}:${remote.port}`}`;
      const count = (c: { packets: number; bytes: number } | undefined): string =>
        c === undefined ? '' : `${c.packets} packets, ${bytesText(c.bytes)}`;
      return [
        gateway.name,
        established === undefined ? 'down' : 'up',
        state,
        peer,
        count(traffic?.inbound),
        count(traffic?.outbound),
      ];
    }),
  );
}

function carriedBy({ gateway, connections }: GatewayStatus): Carried {
  const traffic = connections.flatMap(({ tunnels }) => tunnels.map((tunnel) => tunnel.traffic));
  const sum = (way: 'inbound' | 'outbound'): number =>
    traffic.reduce((total, counters) => total + (counters?.[way].packets ?? 0), 0);
  return { who: `the ${gateway.name} gateway`, inbound: sum('inbound'), outbound: sum('outbound') };
}
