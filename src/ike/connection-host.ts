import type { Instant } from '../base/instant.ts';
import type { OwnAddress } from '../base/local-address.ts';
import type { Connection } from './connection.ts';
import type { Job, JobResult } from './effects.ts';
import type { Whom } from './ends.ts';
import type { Gate } from './gate.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';

/** What a connection asks of the endpoint that it is one of. */
export interface ConnectionHost {
  readonly settings: Settings;
  readonly outbox: Outbox;
  readonly gate: Gate;
  readonly connections: ReadonlyMap<string, Connection>;
  /** The time of the call under way. */
  now(): Instant;
  /** A number for a pair that no other pair has. */
  freshPair(): number;
  startPhase1(connection: Connection, now: Instant, to: Whom): void;
  /** The addresses of this machine. */
  readonly own: readonly OwnAddress[];
  /** Has the peers of a connection looked for, or what there is of one peer's traffic. */
  find(connection: Connection, job: Job, answered: (result: JobResult, now: Instant) => void): void;
  /** The addresses of peers have changed. */
  relocated(): void;
  forget(sa: IsakmpSa): void;
}
