import { IkeError } from '../base/errors.ts';
import type { ConnectionSnapshot } from '../ike/snapshot.ts';
import { outcomeOf, type Watched } from './bring-up.ts';

/**
 * Resolves when all that a connection has of one phase has successors, which `renew` begins; rejects with the reason when one fails, or when
 * they have not come for `limitMs`.
 *
 * @throws IkeError UNKNOWN_NAME, NOT_UP where it has nothing of that phase
 */
export async function untilRenewed(
  connection: string,
  phase: 1 | 2,
  watched: Watched,
  renew: () => void,
  limitMs: number,
): Promise<void> {
  const snapshot = watched.snapshot();
  if (snapshot === undefined) throw new IkeError('UNKNOWN_NAME', { name: connection });
  const before = standing(snapshot, phase);
  if (before.size === 0) throw new IkeError('NOT_UP', { connection, phase });
  const outcome = outcomeOf(connection, watched, limitMs, ({ name }) => {
    if (name !== `phase${phase}.established`) return false;
    const successors = [...standing(watched.snapshot(), phase)].filter(([id]) => !before.has(id));
    const renewed = new Set(successors.map(([, owner]) => owner));
    return [...before.values()].every((owner) => renewed.has(owner));
  });
  renew();
  await outcome;
}

/** Whose each SA is, by what tells it from others: of phase 2 the tunnel and the peer, of phase 1 the peer. */
function standing(connection: ConnectionSnapshot | undefined, phase: 1 | 2): ReadonlyMap<string, string> {
  if (phase === 2)
    return new Map(
      connection?.tunnels.flatMap(({ name, pairs }) =>
        pairs.map(({ pair, peer }) => [String(pair), JSON.stringify([name, peer])]),
      ),
    );
  return new Map(
    connection?.phase1.flatMap(({ initiatorCookie, responderCookie, established }) =>
      established === undefined ? [] : [[`${initiatorCookie}${responderCookie}`, established.peerId]],
    ),
  );
}
