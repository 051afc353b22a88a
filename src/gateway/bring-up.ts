import { IkeError } from '../base/errors.ts';
import type { Failure } from '../ike/events.ts';
import type { ConnectionSnapshot } from '../ike/snapshot.ts';
import type { GatewayEvent } from './events.ts';

/** Ours: hints prove nothing, but whoever waits at a terminal should not wait a minute more for what is most likely so. */
const HINT_PATIENCE_MS = 5000;

interface Watched {
  snapshot(): ConnectionSnapshot | undefined;
  subscribe(listener: (event: GatewayEvent) => void): () => void;
}

/**
 * Resolves when every tunnel of a connection is up; rejects with the reason when an attempt fails, when nothing came of it for
 * `limitMs`, or some seconds after a hint that says why it will not. The engine's own attempts go on in any case.
 */
export function untilUp(connection: string, watched: Watched, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    const finish = (error?: IkeError): void => {
      unsubscribe();
      for (const timer of timers) clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    const failAfter = (ms: number, error: IkeError): unknown => timers.push(setTimeout(() => finish(error), ms));
    const unsubscribe = watched.subscribe((event) => {
      if (!('sa' in event) || event.sa.connection !== connection) return;
      if (event.name === 'phase1.failed' || event.name === 'phase2.failed') finish(errorOf(event.failure));
      else if (event.name === 'hint') failAfter(HINT_PATIENCE_MS, errorOf(event.failure));
      else if (event.name === 'phase2.established' && watched.snapshot()?.state === 'up') finish();
    });
    failAfter(limitMs, new IkeError('PEER_SILENT', { connection, waitedSeconds: limitMs / 1000 }));
    if (watched.snapshot()?.state === 'up') finish();
  });
}

const errorOf = ({ code, details }: Failure): IkeError => new IkeError(code, details);
