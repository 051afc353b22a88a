import type { GatewayEvent } from '../../gateway/events.ts';
import type { Side } from './configuration.ts';

/** An event, and which of the two gateways told it. */
export interface Told {
  readonly side: Side['name'];
  readonly event: GatewayEvent;
}

/**
 * The events of both gateways as one row: by time, but never a message's arrival before its departure.
 *
 * Both clocks are the machine's, in milliseconds, and a message takes less than one; each gateway's own order is kept.
 */
export function inOrder(left: readonly GatewayEvent[], right: readonly GatewayEvent[]): Told[] {
  const rows = { left: new Row(left), right: new Row(right) };
  const told: Told[] = [];
  for (;;) {
    const side = nextSide(rows);
    const event = side === undefined ? undefined : rows[side].take();
    if (side === undefined || event === undefined) return told;
    told.push({ side, event });
  }
}

class Row {
  readonly #events: readonly GatewayEvent[];
  #taken = 0;
  sent = 0;
  received = 0;

  constructor(events: readonly GatewayEvent[]) {
    this.#events = events;
  }
  get head(): GatewayEvent | undefined {
    return this.#events[this.#taken];
  }
  take(): GatewayEvent | undefined {
    const { head } = this;
    this.#taken += 1;
    if (head?.name === 'message.sent' || head?.name === 'message.resent') this.sent += 1;
    if (head?.name === 'message.received') this.received += 1;
    return head;
  }
}

function nextSide({ left, right }: { readonly left: Row; readonly right: Row }): Side['name'] | undefined {
  const [l, r] = [left.head, right.head];
  if (l === undefined || r === undefined) return l !== undefined ? 'left' : r !== undefined ? 'right' : undefined;
  const early = { left: isEarly(left, right), right: isEarly(right, left) };
  if (early.left !== early.right) return early.left ? 'right' : 'left';
  return l.time <= r.time ? 'left' : 'right';
}

/** Whether its next event is the arrival of something that the other has yet to send. */
const isEarly = (row: Row, other: Row): boolean => row.head?.name === 'message.received' && row.received >= other.sent;
