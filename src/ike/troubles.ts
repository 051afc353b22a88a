import type { IkeError } from '../base/errors.ts';
import { after, between, type Instant, seconds } from '../base/instant.ts';
import type { EndReason, Failure } from './events.ts';
import { failureOf } from './failure.ts';

/** What went wrong with one phase of a connection, and how often in a row. Times are spans of milliseconds. */
export interface TroubleSnapshot {
  readonly phase: 1 | 2;
  readonly tunnel?: string;
  /** What failed, where it did not come up. */
  readonly failure?: Failure;
  /** Why it ended, where it had been up. */
  readonly ended?: EndReason;
  /** How often the same was seen, with nothing else of this tunnel in between. */
  readonly times: number;
  readonly agoMilliseconds: number;
  readonly firstAgoMilliseconds: number;
}

export interface TroublesSnapshot {
  /** Why the last attempt failed; gone once everything is up. */
  readonly lastFailure?: { readonly phase: 1 | 2; readonly failure: Failure; readonly agoMilliseconds: number };
  /** What ended last, and why: `deleted-by-peer`, `expired`, `command` … A tunnel's end is kept before that of its phase 1. */
  readonly lastEnd?: {
    readonly phase: 1 | 2;
    readonly tunnel?: string;
    readonly reason: EndReason;
    readonly agoMilliseconds: number;
  };
  /** Failures, and ends that were not wanted, the newest first: the last eight of phase 1 and of each tunnel. It outlasts what mends them. */
  readonly history: readonly TroubleSnapshot[];
}

type About = Pick<TroubleSnapshot, 'phase' | 'tunnel' | 'failure' | 'ended'>;
type Trouble = About & { readonly times: number; readonly first: Instant; readonly at: Instant };

/** Ours: so many of phase 1 and of each tunnel, which are as many as are configured. */
const KEPT = 8;
/** Ours: what a command takes down ends within this. */
const TOGETHER = seconds(1);
const WANTED: ReadonlySet<EndReason> = new Set(['command', 'replaced', 'reconfigured']);

const codeOf = ({ failure, ended }: About): string | undefined => failure?.code ?? ended;

/** Why a connection is not up, or was not. */
export class Troubles {
  /** Why the last attempt failed; undefined once everything is up. */
  lastFailure: { readonly phase: 1 | 2; readonly failure: Failure; readonly at: Instant } | undefined;
  #lastEnd:
    | { readonly phase: 1 | 2; readonly tunnel?: string; readonly reason: EndReason; readonly at: Instant }
    | undefined;
  /** The newest last. */
  readonly #history: Trouble[] = [];

  failed(phase: 1 | 2, tunnel: string | undefined, error: IkeError, at: Instant): void {
    if (error.code === 'CANCELLED') return;
    const failure = failureOf(error);
    this.lastFailure = { phase, failure, at };
    this.#remember({ phase, ...(tunnel === undefined ? {} : { tunnel }), failure }, at);
  }

  ended(phase: 1 | 2, tunnel: string | undefined, reason: EndReason, at: Instant): void {
    const about = { phase, ...(tunnel === undefined ? {} : { tunnel }) };
    // Who takes everything down deletes the tunnel first, and that is the end that a user asks about.
    const kept = phase === 1 && this.#lastEnd?.phase === 2 && after(this.#lastEnd.at, TOGETHER) > at;
    if (!kept) this.#lastEnd = { ...about, reason, at };
    if (!WANTED.has(reason)) this.#remember({ ...about, ended: reason }, at);
  }

  /** What had failed is up. */
  mended(phase?: 1): void {
    if (phase === undefined || this.lastFailure?.phase === phase) this.lastFailure = undefined;
  }

  snapshot(now: Instant): TroublesSnapshot {
    const ago = <T extends { readonly at: Instant }>({ at, ...rest }: T) => ({
      ...rest,
      agoMilliseconds: between(at, now),
    });
    return {
      ...(this.lastFailure === undefined ? {} : { lastFailure: ago(this.lastFailure) }),
      ...(this.#lastEnd === undefined ? {} : { lastEnd: ago(this.#lastEnd) }),
      history: this.#history
        .toReversed()
        .map(({ first, ...trouble }) => ({ ...ago(trouble), firstAgoMilliseconds: between(first, now) })),
    };
  }

  #remember(about: About, at: Instant): void {
    const alike = this.#history.filter(({ phase, tunnel }) => phase === about.phase && tunnel === about.tunnel);
    const last = alike.at(-1);
    const again = last !== undefined && codeOf(last) === codeOf(about) ? last : undefined;
    const gone = again ?? (alike.length < KEPT ? undefined : alike[0]);
    if (gone !== undefined) this.#history.splice(this.#history.indexOf(gone), 1);
    const { times, first } = again ?? { times: 0, first: at };
    this.#history.push({ ...about, times: times + 1, first, at });
  }
}
