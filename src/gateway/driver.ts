import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { EspBackend, EspEvent } from '../esp/backend.ts';
import type { EspSa } from '../esp/sa.ts';
import type { Command, Datagram, Effect, EspNotice, NegotiatedSa } from '../ike/effects.ts';
import type { IkeEndpoint } from '../ike/endpoint.ts';
import type { IkeEvent } from '../ike/events.ts';
import { keyLogLine } from '../ike/key-log.ts';
import { addSleep, clocks, now } from './clock.ts';
import { guardAgain, guardAssigned } from './guards.ts';
import { type JobSources, startJob } from './jobs.ts';
import { BEAT_MS, Wakefulness } from './wakefulness.ts';

/** What jobs draw on beside the back end. */
export type DriverJobs = Omit<JobSources, 'allocateSpi' | 'counters'>;

export interface DriverParts {
  readonly endpoint: IkeEndpoint;
  readonly backend: EspBackend;
  readonly jobs: DriverJobs;
  readonly replayWindow: number;
  readonly send: (datagram: Datagram) => void;
  readonly emit: (event: IkeEvent) => void;
  /** Gets the lines of the key log, where the endpoint was told to give them. */
  readonly unsafeKeyLog?: ((line: string) => void) | undefined;
}

/**
 * The shell round the engine: shows it datagrams, time and finished work, and carries out what it decides, in order. An SA stands in
 * the back end before the message that comes after it leaves (RFC 2409 §5.5: the peer may use it at once).
 */
export class Driver {
  readonly #parts: DriverParts;
  #sources: JobSources;
  #handling: ReadonlyMap<string, EspSa['handling']>;
  readonly #queue: Effect[] = [];
  #busy = false;
  #drained: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** When it will fire. */
  #armed: Instant | undefined;
  #stopped = false;
  readonly #wakefulness = new Wakefulness(clocks());
  #beats: NodeJS.Timeout | undefined;

  constructor(parts: DriverParts) {
    this.#parts = parts;
    this.#sources = sourcesOf(parts, parts.jobs);
    this.#handling = handlingOf(parts.jobs);
  }

  /** Jobs that begin from now on draw on these. */
  drawOn(jobs: DriverJobs): void {
    this.#sources = sourcesOf(this.#parts, jobs);
    this.#handling = handlingOf(jobs);
  }

  /** From now on the engine's deadlines are kept. */
  start(): void {
    this.#arm();
    this.#beats = setInterval(() => this.#look(), BEAT_MS).unref();
  }

  receive(datagram: Datagram): void {
    this.#do(this.#parts.endpoint.receive(datagram, now()));
  }

  /** @throws IkeError UNKNOWN_NAME, PEER_ADDRESS_UNKNOWN */
  command(command: Command): void {
    this.#do(this.#parts.endpoint.command(command, now()));
  }

  espEvent(event: EspEvent): void {
    const notice = noticeOf(event);
    if (notice !== undefined) this.#do(this.#parts.endpoint.esp(notice, now()));
  }

  /** Resolves when everything that was decided so far has been carried out. */
  async settled(): Promise<void> {
    while (this.#busy) await this.#drained;
  }

  /** As `settled`; afterwards nothing more happens. */
  async stop(): Promise<void> {
    await this.settled();
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#beats);
  }

  #do(effects: readonly Effect[]): void {
    if (this.#stopped) return;
    this.#queue.push(...effects);
    if (!this.#busy) this.#drained = this.#drain();
    this.#arm();
  }

  /** One timer for the engine's earliest deadline. A tick too early is harmless, so one that is earlier than need be stays. */
  #arm(): void {
    const deadline = this.#parts.endpoint.nextDeadline();
    if (deadline === undefined || (this.#armed !== undefined && this.#armed <= deadline)) return;
    clearTimeout(this.#timer);
    this.#armed = deadline;
    // Node fires at once for waits over 2^31 - 1 ms, so a day at most.
    const wait = Math.min(Math.max(deadline - now(), 0), 86_400_000);
    this.#timer = setTimeout(() => {
      this.#armed = undefined;
      this.#look();
      this.#do(this.#parts.endpoint.tick(now()));
    }, wait);
  }

  /** Before anything is decided by a time that has passed without us. */
  #look(): void {
    const away = this.#wakefulness.look(clocks());
    if (away === undefined) return;
    addSleep(away.slept);
    // The timer counts by a clock that stood still while the machine slept.
    this.#armed = undefined;
    this.#do(this.#parts.endpoint.command({ type: 'awake' }, now()));
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    try {
      for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
        const waits = this.#carryOut(effect);
        // No await where nothing is waited for: the next datagram should not have to.
        if (waits !== undefined) await waits;
      }
    } finally {
      // In the same turn as the look at the empty queue: what is decided a moment later begins anew.
      this.#busy = false;
    }
  }

  #carryOut(effect: Effect): Promise<void> | undefined {
    const { backend, send, emit } = this.#parts;
    switch (effect.type) {
      case 'send':
        send(effect.datagram);
        return undefined;
      case 'event':
        emit(effect.event);
        return undefined;
      case 'job':
        this.#startJob(effect);
        return undefined;
      case 'install-sa':
        return this.#install(effect.sa);
      case 'remove-sa':
        return this.#guarded(effect.pair, backend.remove(effect.pair, effect.direction));
      case 'move-sa': {
        const { pair, local, remote } = effect;
        return this.#guarded(pair, backend.move(pair, { local, remote }));
      }
      case 'release-spi':
        return this.#guarded(undefined, backend.releaseSpi(effect.spi));
      case 'assign':
        return this.#guarded(undefined, guardAssigned(this.#sources.config, effect, backend));
      case 'guard':
        return this.#guarded(undefined, guardAgain(this.#sources.config, effect, backend));
      case 'unsafe-key-log':
        this.#parts.unsafeKeyLog?.(keyLogLine(effect));
        return undefined;
    }
  }

  #startJob({ id, job }: Extract<Effect, { type: 'job' }>): void {
    startJob(job, this.#sources, (result) => this.#do(this.#parts.endpoint.complete(id, result, now())));
  }

  #install(sa: NegotiatedSa): Promise<void> {
    const { backend, replayWindow } = this.#parts;
    const handling = this.#handling.get(sa.connection);
    const espSa = { ...espSaOf(sa, replayWindow), ...(handling && { handling }) };
    return this.#guarded(
      sa.pair,
      sa.direction === 'inbound' ? backend.installInbound(espSa) : backend.installOutbound(espSa),
    );
  }

  /** A refusal of the back end takes the tunnel down and is reported; it does not stop the gateway. */
  async #guarded(pair: number | undefined, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const reason = wordsOf(error);
      if (pair === undefined) return this.#parts.emit({ name: 'internal.error', text: reason });
      this.#do(this.#parts.endpoint.esp({ type: 'failed', pair, reason }, now()));
    }
  }
}

/** The engine's clock decides when an SA ends; the back end's is a backstop and set wider, by a tenth. */
function espSaOf(sa: NegotiatedSa, replayWindow: number): EspSa {
  const { lifetime, ...rest } = sa;
  const time = (lifetime.duration * 1.1) as typeof lifetime.duration;
  const bytes = lifetime.kilobytes === undefined ? {} : { bytes: lifetime.kilobytes * 1024 };
  return { replayWindow, limits: { time, ...bytes }, ...rest };
}

/** A back end's BACKEND_FAILED says with `what` all that it adds to its code. */
function wordsOf(error: unknown): string {
  if (IkeError.is(error) && error.code === 'BACKEND_FAILED' && typeof error.details['what'] === 'string')
    return error.details['what'];
  return error instanceof Error ? error.message : String(error);
}

function noticeOf(event: EspEvent): EspNotice | undefined {
  switch (event.type) {
    case 'inbound-used':
      return { type: 'inbound-used', pair: event.pair };
    case 'moved':
      return { type: 'moved', pair: event.pair, remote: event.remote };
    case 'expired':
      return { type: 'expired', pair: event.pair, hard: event.hard };
    case 'refused':
      return { type: 'failed', pair: event.pair, reason: event.reason };
    case 'acquire':
      return { type: 'acquire', connection: event.connection, tunnel: event.tunnel };
    case 'dropped':
      return undefined;
  }
}

const sourcesOf = ({ backend }: DriverParts, jobs: DriverJobs): JobSources => ({
  allocateSpi: (local, remote) => backend.allocateSpi(local, remote),
  counters: (pair) => backend.counters(pair),
  ...jobs,
});

/** By the name of a connection. */
const handlingOf = ({ config }: DriverJobs): ReadonlyMap<string, EspSa['handling']> =>
  new Map(config.connections.map(({ name, kernel }) => [name, kernel]));
