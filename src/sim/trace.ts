import { endpointText } from '../base/address.ts';
import type { Instant } from '../base/instant.ts';
import type { Effect } from '../ike/effects.ts';
import type { IkeEvent } from '../ike/events.ts';

/** The last lines of what happened, for people who look at a run that failed. */
export class Trace {
  readonly #capacity: number;
  readonly #lines: { readonly at: Instant; readonly host: string; readonly what: Effect | string }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }
  add(at: Instant, host: string, what: Effect | string): void {
    this.#lines.push({ at, host, what });
    if (this.#lines.length > this.#capacity) this.#lines.shift();
  }
  /** Oldest first: milliseconds, host, what. Text is made only here, because most runs succeed. */
  toString(): string {
    return this.#lines
      .flatMap(({ at, host, what }) => {
        const text = typeof what === 'string' ? what : effectText(what);
        return text === undefined ? [] : [`${String(at).padStart(9)} ${host} ${text}`];
      })
      .join('\n');
  }
}

/** Jobs, SPIs and keys are left out, and so are datagrams, which have events of their own. */
function effectText(effect: Effect): string | undefined {
  switch (effect.type) {
    case 'event':
      return eventText(effect.event);
    case 'install-sa':
      return `install ${effect.sa.direction} SA ${effect.sa.pair}, SPI ${effect.sa.spi.toString(16)}`;
    case 'remove-sa':
      return `remove ${effect.direction} SA ${effect.pair}`;
    case 'move-sa':
      return `move SA ${effect.pair} to ${endpointText(effect.remote)}`;
    case 'assign':
      return `assign ${effect.address} to ${effect.connection}`;
    case 'guard':
      return `${effect.guarded ? 'guard' : 'do not guard'} ${effect.connection}`;
    case 'send':
    case 'job':
    case 'release-spi':
    case 'unsafe-key-log':
      return undefined;
  }
}

function eventText(event: IkeEvent): string {
  if (event.name === 'datagram.dropped') return `${event.name} ${event.reason} ${event.failure?.text ?? ''}`;
  if ('payloads' in event) {
    const { name, exchange, messageId, payloads, sa } = event;
    return `${name} ${exchange} ${messageId.toString(16)} ${payloads.join(' ')} under ${sa.initiatorCookie}`;
  }
  const { name, ...fields } = event;
  const sa = 'sa' in fields ? ` ${fields.sa.role} ${fields.sa.initiatorCookie}` : '';
  return `${name}${sa} ${JSON.stringify({ ...fields, sa: undefined }).slice(0, 160)}`;
}
