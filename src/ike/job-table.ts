import type { Instant } from '../base/instant.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './conversation-host.ts';
import type { Job, JobId, JobResult } from './effects.ts';
import type { Gate } from './gate.ts';
import type { Origin } from './half-open.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Outbox } from './outbox.ts';

type Waiting =
  /** `unproved` says for whom a dear one is, where nobody has proved anything. */
  | { readonly exchange: Exchange; readonly sa: IsakmpSa; readonly unproved: Origin | undefined }
  /** A connection that looks for its peers, or at what there is of their traffic. */
  | { readonly connection: Connection; readonly answered: Answered };

type Answered = (result: JobResult, now: Instant) => void;

export interface JobTableHost {
  readonly outbox: Outbox;
  readonly gate: Gate;
  readonly connections: ReadonlyMap<string, Connection>;
  /** Says what the call under way is about. */
  touch(what: IsakmpSa | Connection): void;
}

/** Jobs under way, and who waits for them. */
export class JobTable {
  readonly #host: JobTableHost;
  readonly #waiting = new Map<JobId, Waiting>();
  #last = 0;

  constructor(host: JobTableHost) {
    this.#host = host;
  }

  start(job: Job, exchange: Exchange, sa: IsakmpSa): void {
    const { gate } = this.#host;
    const unproved = job.kind === 'dh-exchange' ? gate.halfOpen.entryOf(sa)?.origin : undefined;
    if (unproved !== undefined) gate.keyExchanges[sa.exchange].began(unproved);
    this.#begin(job, { exchange, sa, unproved });
  }

  find(job: Job, connection: Connection, answered: Answered): void {
    this.#begin(job, { connection, answered });
  }

  /** Answers that nobody waits for any more are ignored; an SPI among them is given back. */
  complete(id: JobId, result: JobResult, now: Instant): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting !== undefined && 'connection' in waiting) return this.#found(waiting, result, now);
    if (waiting !== undefined) this.#host.touch(waiting.sa);
    if (waiting?.unproved !== undefined) this.#host.gate.keyExchanges[waiting.sa.exchange].ended(waiting.unproved);
    if (result.kind === 'locate-peer' || result.kind === 'look-for-life') return;
    if (waiting !== undefined && !waiting.exchange.ended) return waiting.exchange.input({ type: 'job', result }, now);
    if (result.kind === 'allocate-spi') this.#host.outbox.push({ type: 'release-spi', spi: result.spi });
  }

  #begin(job: Job, waiting: Waiting): void {
    const id = ++this.#last as JobId;
    this.#waiting.set(id, waiting);
    this.#host.outbox.push({ type: 'job', id, job });
  }

  #found(
    { connection, answered }: Extract<Waiting, { connection: Connection }>,
    result: JobResult,
    now: Instant,
  ): void {
    // It may have been replaced meanwhile.
    if (this.#host.connections.get(connection.policy.name) !== connection) return;
    this.#host.touch(connection);
    answered(result, now);
  }
}
