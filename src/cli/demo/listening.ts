import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayEvent } from '../../gateway/events.ts';
import type { GatewayProcess } from './gateway-process.ts';

const LIMIT_MS = 3000;

/** The events of one gateway from now on. */
export class Listening {
  readonly #waiting: GatewayEvent[] = [];
  readonly #names = new Set<string>();
  #notify: () => void = () => undefined;

  /** Resolves when the gateway has agreed to tell. */
  static async to(gateway: GatewayProcess, signal: AbortSignal): Promise<Listening> {
    const listening = new Listening();
    await new Promise<void>((resolve, reject) => {
      const following = gateway
        .client(signal)
        .follow((event) => listening.#add(event as GatewayEvent), { connected: resolve });
      // Its end tells nothing that the next question to the gateway does not tell better.
      following.then(resolve, reject);
    });
    return listening;
  }

  /** What was told and not taken yet. */
  take(): GatewayEvent[] {
    return this.#waiting.splice(0);
  }

  /** Resolves when an event of this name has come; after 3 s anyway, because it only makes the story whole. */
  async heard(name: GatewayEvent['name']): Promise<void> {
    const limit = new AbortController();
    const late = delay(LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    const come = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#names.has(name)) resolve();
      };
      this.#notify = look;
      look();
    });
    await Promise.race([come, late]);
    limit.abort();
  }

  #add(event: GatewayEvent): void {
    this.#waiting.push(event);
    this.#names.add(event.name);
    this.#notify();
  }
}
