import { type Duration, milliseconds } from '../base/instant.ts';
import type { Drill } from './drill.ts';
import type { DrillRecord } from './record.ts';

/** From this moment on the tunnel of one gateway to another is up, or down. */
export interface StateChange {
  readonly at: Duration;
  readonly gateway: string;
  readonly peer: string;
  readonly state: 'up' | 'down';
}

/** When each tunnel was up: as long as there is a pair of IPsec SAs. Begins with all of them down. */
export function statesOf({ members }: Pick<Drill, 'members'>, { told, lives }: DrillRecord): StateChange[] {
  const changes: StateChange[] = [];
  /** The pairs that stand, by gateway and peer. */
  const pairs = new Map<string, Set<number>>();
  const ends = members.flatMap(({ name, config }) =>
    config.connections.map((connection) => [name, connection.name] as const),
  );
  const start = milliseconds(0);
  for (const [gateway, peer] of ends) {
    pairs.set(`${gateway} ${peer}`, new Set());
    changes.push({ at: start, gateway, peer, state: 'down' });
  }
  const change = (at: Duration, gateway: string, peer: string, make: (standing: Set<number>) => void): void => {
    const standing = pairs.get(`${gateway} ${peer}`);
    if (standing === undefined) return;
    const before = standing.size > 0;
    make(standing);
    if (before !== standing.size > 0) changes.push({ at, gateway, peer, state: before ? 'down' : 'up' });
  };
  for (const entry of inOrder(told, lives)) {
    const { at, gateway } = entry;
    if ('alive' in entry) {
      if (!entry.alive)
        for (const [own, peer] of ends) if (own === gateway) change(at, own, peer, (standing) => standing.clear());
    } else if (entry.event.name === 'phase2.established') {
      const { pair, sa } = entry.event;
      change(at, gateway, sa.connection ?? '', (standing) => standing.add(pair));
    } else if (entry.event.name === 'phase2.ended') {
      const { pair, connection } = entry.event;
      change(at, gateway, connection, (standing) => standing.delete(pair));
    }
  }
  return changes;
}

const inOrder = (told: DrillRecord['told'], lives: DrillRecord['lives']) =>
  [...told, ...lives].toSorted((a, b) => a.at - b.at);
