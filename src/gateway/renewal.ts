import { IkeError } from '../base/errors.ts';
import type { ConnectionSnapshot } from '../ike/snapshot.ts';
import { failureIn, isAbout, type Watched } from './bring-up.ts';

/**
 * Resolves when all that a connection has of one phase has successors, which `renew` begins; rejects with the reason when one fails, or when
 * they have not come for `limitMs`.
 *
 * @throws IkeError UNKNOWN_NAME, NOT_UP where it has nothing of that phase
 */
export function untilRenewed(
  connection: string,
  phase: 1 | 2,
  watched: Watched,
  renew: () => void,
  limitMs: number,
): Promise<void> {
  const snapshot = watched.snapshot();
  if (snapshot === undefined) return Promise.reject(new IkeError('UNKNOWN_NAME', { name: connection }));
  const before = standing(snapshot, phase);
  const owners = new Set(before.values());
  if (before.size === 0) return Promise.reject(new IkeError('NOT_UP', { connection, phase }));
  return new Promise((resolve, reject) => {
    const finish = (error?: IkeError): void => {
      unsubscribe();
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    const silent = new IkeError('PEER_SILENT', { connection, waitedSeconds: limitMs / 1000 });
    const timer = setTimeout(() => finish(silent), limitMs);
    const unsubscribe = watched.subscribe((event) => {
      if (!isAbout(event, connection)) return;
      const failure = failureIn(event, watched);
      if (failure !== undefined) return finish(failure);
      const successors = [...standing(watched.snapshot(), phase)].filter(([id]) => !before.has(id));
      const renewed = new Set(successors.map(([, owner]) => owner));
      if ([...owners].every((owner) => renewed.has(owner))) finish();
    });
    renew();
  });
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
