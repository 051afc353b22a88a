import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { GatewayEvent } from '../gateway/events.ts';
import type { ReloadSummary } from '../gateway/reload.ts';
import type { EventFilter } from '../status/event-filter.ts';
import type { ConnectionStatus, GatewayStatus } from '../status/gateway-status.ts';
import type { KeptEvent } from '../status/kept-event.ts';
import { eventReader } from './event-reader.ts';

/** Why the gateway did not do what it was asked, or could not be asked. */
export class ControlError extends Error {
  override readonly name: string = 'ControlError';
  readonly code: string;
  readonly advice: string | undefined;
  /** Lines about single things, where there are any. */
  readonly issues: readonly string[];

  constructor(
    code: string,
    message: string,
    advice?: string,
    { issues = [], ...options }: ErrorOptions & { readonly issues?: readonly string[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.advice = advice;
    this.issues = issues;
  }
}

export interface FollowOptions {
  /** Default: every event. */
  readonly filter?: EventFilter;
  /** Id of the last event that was seen. */
  readonly after?: string;
  /** Called when the first event can come. */
  readonly connected?: () => void;
}

/** The control API of a running gateway, from outside its process. Every call rejects with a `ControlError`. */
export class ControlClient {
  readonly #socketPath: string;
  readonly #signal: AbortSignal;

  /** `signal` ends whatever is under way. */
  constructor(socketPath: string, signal: AbortSignal = new AbortController().signal) {
    this.#socketPath = socketPath;
    this.#signal = signal;
  }

  /** Everything that it says about itself. */
  async status(): Promise<GatewayStatus> {
    return (await this.#ask('GET', '/v1/status')) as GatewayStatus;
  }

  async connection(name: string): Promise<ConnectionStatus> {
    return (await this.#ask('GET', `/v1/connections/${encodeURIComponent(name)}`)) as ConnectionStatus;
  }

  /** Resolves when the connection is up; that may take as long as its retransmissions. */
  async up(connection: string): Promise<void> {
    await this.#ask('POST', `/v1/connections/${encodeURIComponent(connection)}/up`);
  }

  async down(connection: string): Promise<void> {
    await this.#ask('POST', `/v1/connections/${encodeURIComponent(connection)}/down`);
  }

  /** Makes the gateway read its configuration file anew. */
  async reload(): Promise<ReloadSummary> {
    return (await this.#ask('POST', '/v1/reload')) as ReloadSummary;
  }

  /** Echo requests of a gateway whose ESP is on the memory device. */
  async ping(destination: string, count: number): Promise<{ readonly sent: number; readonly received: number }> {
    return (await this.#ask('POST', '/v1/ping', { destination, count })) as { sent: number; received: number };
  }

  /** Negotiates successors of a connection's SAs of one phase, and resolves when they stand. */
  async rekey(connection: string, phase: 1 | 2): Promise<void> {
    await this.#ask('POST', `/v1/connections/${encodeURIComponent(connection)}/rekey`, { phase });
  }

  /** The last events above `debug` that pass, at most `last` (1 to 1000), the oldest first. */
  async history(filter: EventFilter, last: number): Promise<readonly KeptEvent[]> {
    return (await this.#ask('GET', `/v1/events/history?${queryOf(filter, { last: String(last) })}`)) as KeptEvent[];
  }

  /**
   * Calls `listener` with each event that passes until the signal. `after` is the id of an event that was seen: what came after it comes
   * first, or an event `events.lost` where that is not known any more. Rejects when the gateway goes away before the signal.
   */
  async follow(listener: (event: GatewayEvent, id: string) => void, options: FollowOptions = {}): Promise<void> {
    const { filter = {}, after, connected } = options;
    try {
      const headers = after === undefined ? {} : { 'last-event-id': after };
      const answer = await this.#answer('GET', `/v1/events?${queryOf(filter)}`, { headers });
      connected?.();
      const read = eventReader(({ data, id }) => listener(JSON.parse(data) as GatewayEvent, id));
      for await (const part of answer.setEncoding('utf8')) read(String(part));
    } catch (error) {
      if (this.#signal.aborted) return;
      throw error instanceof ControlError ? error : gone(error);
    }
    throw gone(undefined);
  }

  async #ask(method: string, path: string, content?: object): Promise<unknown> {
    return JSON.parse(await textOf(await this.#answer(method, path, { content })));
  }

  /** The answer, where it says that all is well. */
  async #answer(
    method: string,
    path: string,
    { content, headers: more = {} }: { readonly content?: object | undefined; readonly headers?: OutgoingHttpHeaders },
  ): Promise<IncomingMessage> {
    const headers = { ...more, ...(content !== undefined && { 'content-type': 'application/json' }) };
    const asked = request({ socketPath: this.#socketPath, method, path, headers, signal: this.#signal, agent: false });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.on('response', resolve);
      asked.on('error', (error) => reject(this.#signal.aborted ? interrupted() : unreachable(this.#socketPath, error)));
      asked.end(content === undefined ? undefined : JSON.stringify(content));
    });
    if (answer.statusCode === 200) return answer;
    throw problemError(await textOf(answer), answer.statusCode);
  }
}

function queryOf({ level, connection, names }: EventFilter, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more);
  if (level !== undefined) query.set('level', level);
  if (connection !== undefined) query.set('connection', connection);
  if (names !== undefined) query.set('names', names.join(','));
  return query.toString();
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += String(part);
  return text;
}

function problemError(body: string, status: number | undefined): ControlError {
  let problem: { code?: unknown; detail?: unknown; advice?: unknown; details?: { issues?: unknown } };
  try {
    problem = JSON.parse(body) as typeof problem;
  } catch {
    return new ControlError('NOT_A_GATEWAY', `the answer (status ${status}) is not that of a gateway`);
  }
  const { code, detail, advice } = problem;
  const issues = Array.isArray(problem.details?.issues) ? problem.details.issues.map(String) : [];
  return new ControlError(
    typeof code === 'string' ? code : 'NOT_A_GATEWAY',
    typeof detail === 'string' ? detail : `the gateway answered with status ${status}`,
    typeof advice === 'string' ? advice : undefined,
    { issues },
  );
}

const START = 'start one with sallyport run FILE, or name its socket with --socket PATH';
const WHO_MAY = "control.mode in the gateway's configuration says who may";

/** What the system says when a socket cannot be used, in our words. */
export function unreachable(path: string, cause: NodeJS.ErrnoException): ControlError {
  const error = (code: string, message: string, advice?: string): ControlError =>
    new ControlError(code, message, advice, { cause });
  if (cause.code === 'ENOENT')
    return error('NOT_RUNNING', `no gateway is running: there is no socket at ${path}`, START);
  if (cause.code === 'ECONNREFUSED')
    return error('NOT_RUNNING', `no gateway is running: nobody answers at ${path}`, START);
  if (cause.code === 'EACCES') return error('NOT_ALLOWED', `permission denied at ${path}`, WHO_MAY);
  return cause.code === 'ECONNRESET' ? gone(cause) : error('NOT_REACHED', `${path}: ${cause.message}`);
}

const interrupted = (): ControlError => new ControlError('INTERRUPTED', 'interrupted; the gateway goes on');

const gone = (cause: unknown): ControlError => new ControlError('GONE', 'the gateway has ended', undefined, { cause });
