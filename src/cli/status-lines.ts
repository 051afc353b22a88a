import { issuesOf } from './report-error.ts';
import { endpointText } from '../base/address.ts';
import { milliseconds } from '../base/instant.ts';
import type { ConnectionStatus, GatewayStatus, TunnelStatus } from '../status/gateway-status.ts';
import { tableLines } from './table-lines.ts';

/** So many lines of what went wrong before; all of it is in the JSON. */
const SHOWN = 3;

/** A status for people: the gateway, a row for each tunnel with its two phases, and below what went wrong. */
export function statusLines(status: GatewayStatus): string[] {
  const { gateway, esp, connections } = status;
  const rows = connections.flatMap((connection) => connection.tunnels.map((tunnel) => row(connection, tunnel)));
  return [
    `gateway ${gateway.name}, up ${spanText(gateway.upMilliseconds)}, ESP by ${esp.backend}`,
    ...(rows.length === 0
      ? []
      : [
          '',
          ...tableLines(['CONNECTION', 'TUNNEL', 'PHASE 1', 'PHASE 2', 'LOCAL', 'REMOTE', 'PEER', 'IN', 'OUT'], rows),
        ]),
    ...about([...connections.flatMap(troubles), ...connections.flatMap(silences), ...pressure(status)]),
  ];
}

/** What a flood looks like: unproved attempts that are held, and what there was no room for. */
function pressure({ halfOpenByStanding, drops }: GatewayStatus): string[] {
  const { 'half-open-limit': refused, displaced, amplification } = drops;
  return [
    ...counted('attempts of peers that have not proved themselves', halfOpenByStanding),
    ...counted('for want of room', {
      refused,
      displaced,
      'key exchanges put off': drops['key-exchange-limit'],
      'signatures put off': drops['signature-limit'],
      unanswered: amplification,
    }),
  ];
}

function counted(what: string, counts: Readonly<Record<string, number>>): string[] {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? [] : [`${what}: ${some.map(([name, count]) => `${count} ${name}`).join(', ')}`];
}

const about = (troubles: readonly string[]): string[] => (troubles.length === 0 ? [] : ['', ...troubles]);

function row(connection: ConnectionStatus, tunnel: TunnelStatus): string[] {
  const { traffic } = tunnel;
  return [
    connection.name,
    tunnel.name,
    phase1Text(connection),
    phase2Text(tunnel),
    tunnel.local,
    tunnel.remote,
    peerText(connection),
    traffic === undefined ? '' : bytesText(traffic.inbound.bytes),
    traffic === undefined ? '' : bytesText(traffic.outbound.bytes),
  ];
}

function phase1Text({ phase1 }: ConnectionStatus): string {
  const up = phase1.findLast(({ state }) => state === 'established')?.established;
  if (up !== undefined) return `up ${spanText(up.sinceMilliseconds)}`;
  // XAUTH and Mode Config by their names, because a user may wait for them.
  const [newest] = phase1.toReversed();
  if (newest === undefined) return 'down';
  return newest.established === undefined ? 'negotiating' : newest.state;
}

function phase2Text({ state, pairs }: TunnelStatus): string {
  const newest = pairs.at(-1);
  return state === 'up' && newest !== undefined ? `up ${spanText(newest.sinceMilliseconds)}` : state;
}

function peerText({ phase1 }: ConnectionStatus): string {
  const newest = phase1.at(-1);
  if (newest === undefined) return '';
  const { established, remote } = newest;
  if (established === undefined) return endpointText(remote);
  const { peerId, user, assigned } = established;
  const remoteAccess = `${user === undefined ? '' : `, user ${user}`}${assigned === undefined ? '' : `, assigned ${assigned.join(' and ')}`}`;
  return `${peerId} at ${endpointText(remote)}${remoteAccess}`;
}

function troubles({
  name,
  takenDown,
  lastFailure,
  lastEnd,
  history,
  nextAttemptInMilliseconds,
  phase1,
  peers,
}: ConnectionStatus): string[] {
  const lines = takenDown ? [`${name}: taken down, and its peer is not let in until it is brought up again`] : [];
  if (peers !== undefined && peers.count >= peers.most)
    lines.push(`${name}: has ${peers.count} peers, as many as maxPeers allows, and lets no other one in`);
  if (lastFailure !== undefined) {
    const { phase, failure, agoMilliseconds } = lastFailure;
    lines.push(`${name}: phase ${phase} failed ${spanText(agoMilliseconds)} ago: ${failure.text}`);
    lines.push(...issuesOf(failure.details).map((issue) => `    ${issue}`));
    if (failure.advice !== undefined) lines.push(`    ${failure.advice}`);
  }
  if (lastEnd !== undefined)
    lines.push(`${name}: ${phaseText(lastEnd)} ended ${spanText(lastEnd.agoMilliseconds)} ago: ${lastEnd.reason}`);
  const told = [lastFailure?.agoMilliseconds, lastEnd?.agoMilliseconds];
  const before = history.filter(({ agoMilliseconds, times }) => times > 1 || !told.includes(agoMilliseconds));
  lines.push(...before.slice(0, SHOWN).map((trouble) => `${name}: ${troubleText(trouble)}`));
  for (const { hint } of phase1)
    if (hint !== undefined) lines.push(`${name}: perhaps ${hint.text}, but that is not proved`);
  if (nextAttemptInMilliseconds !== undefined)
    lines.push(`${name}: next attempt in ${spanText(nextAttemptInMilliseconds)}`);
  return lines;
}

/** Of the peers that do not answer, and of the last one that was found dead, until it is back. */
function silences({ name, liveness, lastDeath }: ConnectionStatus): string[] {
  const lines = liveness
    .filter(({ state }) => state === 'asked')
    .map(({ peer, lastSign, unanswered, deadInMilliseconds }) => {
      const dead = deadInMilliseconds === undefined ? '' : `, dead in ${spanText(deadInMilliseconds)}`;
      return `${name}: ${peer} silent for ${spanText(lastSign.agoMilliseconds)}, asked ${unanswered} times${dead}`;
    });
  if (lastDeath === undefined || liveness.some(({ peer }) => peer === lastDeath.peer)) return lines;
  const { peer, agoMilliseconds, action, evidence } = lastDeath;
  const route = evidence.route === 'none' ? ', without a route to it' : '';
  return [...lines, `${name}: ${peer} found dead ${spanText(agoMilliseconds)} ago${route} (${action})`];
}

const phaseText = ({ phase, tunnel }: { readonly phase: 1 | 2; readonly tunnel?: string }): string =>
  tunnel === undefined ? `phase ${phase}` : `phase ${phase} of ${tunnel}`;

/** `phase 2 of lan failed 3 times, from 2h 5m to 12m ago: NO_PROPOSAL_CHOSEN`. */
function troubleText(trouble: ConnectionStatus['history'][number]): string {
  const { failure, ended, times, agoMilliseconds, firstAgoMilliseconds } = trouble;
  const last = spanText(agoMilliseconds);
  const when = times === 1 ? `${last} ago` : `${times} times, from ${spanText(firstAgoMilliseconds)} to ${last} ago`;
  return `${phaseText(trouble)} ${failure === undefined ? 'ended' : 'failed'} ${when}: ${failure?.code ?? ended}`;
}

/** The two greatest units: `3h 12m`, `45s`. */
export function spanText(span: number): string {
  const total = Math.max(0, Math.round(milliseconds(span) / 1000));
  const units: [number, string][] = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'm'],
    [total % 60, 's'],
  ];
  const from = units.findIndex(([count]) => count > 0);
  if (from < 0) return '0s';
  return units
    .slice(from, from + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}

/** Decimal units, one place. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${['', 'kB', 'MB', 'GB', 'TB'][power]}`;
}
