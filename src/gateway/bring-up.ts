import { IkeError } from '../base/errors.ts';
import type { Failure } from '../ike/events.ts';
import { pskMismatchUnanswered } from '../ike/psk-mismatch.ts';
import type { ConnectionSnapshot } from '../ike/snapshot.ts';
import type { GatewayEvent } from './events.ts';

/** Ours: hints prove nothing, but whoever waits at a terminal should not wait a minute more for what is most likely so. */
const HINT_PATIENCE_MS = 5000;

/** A connection as one who waits for it sees it. */
export interface Watched {
  snapshot(): ConnectionSnapshot | undefined;
  subscribe(listener: (event: GatewayEvent) => void): () => void;
}

/**
 * Resolves when every tunnel of a connection is up; rejects with the reason when an attempt fails, when nothing came of it for
 * `limitMs`, or some seconds after a hint that says why it will not. The engine's own attempts go on in any case.
 */
export function untilUp(connection: string, watched: Watched, limitMs: number): Promise<void> {
  const isUp = (): boolean => watched.snapshot()?.state === 'up';
  if (isUp()) return Promise.resolve();
  return outcomeOf(connection, watched, limitMs, (event, failAfter) => {
    const likely = hintIn(event);
    if (likely !== undefined) failAfter(HINT_PATIENCE_MS, likely);
    return event.name === 'phase2.established' && isUp();
  });
}

/**
 * Resolves when `isDone` says so of an event about a connection; rejects with the reason when something of it fails, with what `failAfter` was
 * given when that time has passed, and with PEER_SILENT after `limitMs`.
 */
export function outcomeOf(
  connection: string,
  watched: Watched,
  limitMs: number,
  isDone: (event: GatewayEvent, failAfter: (ms: number, error: IkeError) => void) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    const finish = (error?: IkeError): void => {
      unsubscribe();
      for (const timer of timers) clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    const failAfter = (ms: number, error: IkeError): void => void timers.push(setTimeout(() => finish(error), ms));
    const unsubscribe = watched.subscribe((event) => {
      if (!isAbout(event, connection)) return;
      const failure = failureIn(event, watched);
      if (failure !== undefined) finish(failure);
      else if (isDone(event, failAfter)) finish();
    });
    failAfter(limitMs, new IkeError('PEER_SILENT', { connection, waitedSeconds: limitMs / 1000 }));
  });
}

function isAbout(event: GatewayEvent, connection: string): boolean {
  if (event.name === 'gateway.stopped') return true;
  return 'sa' in event ? event.sa.connection === connection : 'connection' in event && event.connection === connection;
}

/** Why what is waited for will not come this time. */
function failureIn(event: GatewayEvent, watched: Watched): IkeError | undefined {
  if (event.name === 'peer.unknown' || event.name === 'phase1.failed' || event.name === 'phase2.failed')
    return errorOf(event.failure);
  if (event.name === 'phase2.ended' && event.reason === 'backend') return refusal(watched.snapshot());
  if (event.name === 'gateway.stopped') return new IkeError('CANCELLED', { reason: 'the gateway stopped' });
  return undefined;
}

/** Why it most likely will not. */
function hintIn(event: GatewayEvent): IkeError | undefined {
  if (event.name === 'hint') return errorOf(event.failure);
  // A peer that cannot read our proof of identity says nothing (RFC 2409 §5).
  const unansweredProof =
    event.name === 'message.resent' && event.encrypted && event.messageId === 0 && event.sa.role === 'initiator';
  return unansweredProof ? pskMismatchUnanswered() : undefined;
}

/** What the ESP back end said when it refused. */
function refusal(snapshot: ConnectionSnapshot | undefined): IkeError {
  const failure = snapshot?.lastFailure?.failure;
  return failure?.code === 'BACKEND_FAILED' ? errorOf(failure) : new IkeError('BACKEND_FAILED');
}

const errorOf = ({ code, details }: Failure): IkeError => new IkeError(code, details);
