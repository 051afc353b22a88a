import type { Instant } from '../base/instant.ts';
import { isPlace } from '../base/remote-address.ts';
import { sameData } from '../base/same-data.ts';
import type { AttemptsPolicy } from './attempts.ts';
import { Connection } from './connection.ts';
import type { Command } from './effects.ts';
import type { IkeEndpoint } from './endpoint.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';

interface Reconfigured {
  /** All that there are from now on; the same object where nothing changed. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly gone: readonly Connection[];
  /** Those that take the place of one that was meant to be up. */
  readonly wanted: readonly Connection[];
}

const NOT_AGREED = { onPeerDelete: undefined, keyingTries: undefined, dpd: undefined } satisfies Record<
  keyof AttemptsPolicy | 'dpd',
  undefined
>;

/** Whether what was agreed under one policy may stand under the other. What we do when it ends was never a matter of agreement. */
function agreesOn(old: ConnectionPolicy, policy: ConnectionPolicy): boolean {
  return sameData({ ...old, ...NOT_AGREED }, { ...policy, ...NOT_AGREED });
}

/** What a `configure` makes of the connections that there are. One that a command took down stays down whatever else changes. */
function reconfigured(
  before: ReadonlyMap<string, Connection>,
  { connections, renegotiate = [] }: Extract<Command, { type: 'configure' }>,
  make: (policy: ConnectionPolicy) => Connection,
): Reconfigured {
  const next = new Map<string, Connection>();
  const wanted: Connection[] = [];
  for (const policy of connections) {
    const old = before.get(policy.name);
    const stays = old !== undefined && !renegotiate.includes(policy.name) && agreesOn(old.policy, policy);
    const connection = stays ? old : make(policy);
    next.set(policy.name, connection);
    connection.attempts.policy = policy;
    connection.watch.use(policy.dpd);
    if (stays || old === undefined) continue;
    if (old.attempts.takenDown) connection.attempts.takeDown();
    if (old.attempts.wanted && isPlace(policy.remote.address)) wanted.push(connection);
  }
  const gone = [...before.values()].filter((connection) => next.get(connection.policy.name) !== connection);
  return { connections: next, gone, wanted };
}

/** What an endpoint does when it is given other connections. */
export function configure(endpoint: IkeEndpoint, command: Extract<Command, { type: 'configure' }>, now: Instant): void {
  const { connections, gone, wanted } = reconfigured(
    endpoint.connections,
    command,
    (policy) => new Connection(policy, endpoint),
  );
  for (const connection of gone) {
    endpoint.touch(connection);
    connection.terminate(now, 'reconfigured');
  }
  endpoint.connections = connections;
  endpoint.relocated();
  for (const connection of connections.values()) endpoint.touch(connection);
  for (const connection of wanted) connection.initiate(now);
}
