import { IkeError } from '../../src/base/errors.ts';
import { ESP_DROP_REASONS } from '../../src/esp/backend.ts';
import { DROP_REASONS } from '../../src/ike/events.ts';
import type { ControlPort } from '../../src/status/control-port.ts';
import type { ControlServerOptions } from '../../src/status/control-server.ts';
import type { GatewayStatus } from '../../src/status/gateway-status.ts';
import type { TimedEvent } from '../../src/status/kept-event.ts';

const counters = <K extends string>(names: readonly K[]): Record<K, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;

export const IDLE_STATUS: GatewayStatus = {
  schema: 1,
  gateway: { name: 'plant-7', version: '0.1.0', upMilliseconds: 11_520_000 },
  esp: { backend: 'userspace', drops: counters(ESP_DROP_REASONS) },
  halfOpen: 0,
  halfOpenByStanding: { 'known-claimed': 0, 'known-shown': 0, 'stranger-claimed': 0, 'stranger-shown': 0 },
  drops: counters(DROP_REASONS),
  connections: [],
};

/** What a control server needs beside a socket and a gateway: `debug.*` is debug, and nothing beats by itself. */
export const QUIET: Pick<ControlServerOptions, 'version' | 'eventLevel' | 'every'> = {
  version: '0.1.0',
  eventLevel: (name) => (name.startsWith('debug.') ? 'debug' : name.startsWith('warn.') ? 'warn' : 'info'),
  every: () => () => undefined,
};

/** A gateway that knows the connections `hq`, which comes up, and `lost`, which does not; it keeps what it was asked. */
export class FakeGateway implements ControlPort {
  readonly asked: string[] = [];
  readonly #listeners = new Set<(event: TimedEvent) => void>();
  #status: GatewayStatus;

  constructor(status: GatewayStatus = IDLE_STATUS) {
    this.#status = status;
  }
  status(): Promise<GatewayStatus> {
    return Promise.resolve(this.#status);
  }
  async up(connection: string): Promise<void> {
    this.asked.push(`up ${connection}`);
    await Promise.resolve();
    if (connection === 'lost') throw new IkeError('PEER_SILENT', { phase: 1, peer: '198.51.100.1' });
    if (connection === 'broken') throw new Error('a defect');
    if (connection !== 'hq') throw new IkeError('UNKNOWN_NAME', { name: connection });
  }
  async down(connection: string): Promise<void> {
    this.asked.push(`down ${connection}`);
    await Promise.resolve();
    if (connection !== 'hq') throw new IkeError('UNKNOWN_NAME', { name: connection });
  }
  async rekey(connection: string, phase: 1 | 2): Promise<void> {
    this.asked.push(`rekey ${connection} phase ${phase}`);
    await Promise.resolve();
    if (connection !== 'hq') throw new IkeError('NOT_UP', { connection, phase });
  }
  ping(destination: string, count: number): Promise<{ readonly sent: number; readonly received: number }> {
    this.asked.push(`ping ${destination}`);
    return Promise.resolve({ sent: count, received: count - 1 });
  }
  subscribe(listener: (event: TimedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  get readers(): number {
    return this.#listeners.size;
  }
  /** The time is that of the first second of 1970, where the event has none. */
  emit(event: { readonly name: string }): void {
    for (const listener of this.#listeners) listener({ time: 1000, ...event });
  }
}
