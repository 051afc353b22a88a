import type { UdpEndpoint } from '../../base/address.ts';
import { notesOn } from './notes.ts';
import type { Paint, Style } from './paint.ts';
import type { Told } from './told.ts';

type Message = Extract<Told['event'], { name: 'message.sent' | 'message.received' | 'message.resent' }>;

/** Of RFC 2409 and RFC 2408, beside the names that need no word. */
const EXCHANGES: Readonly<Record<string, string>> = {
  'MAIN-MODE': 'Main Mode',
  'QUICK-MODE': 'Quick Mode',
  INFORMATIONAL: 'Informational',
};
const HEADINGS: Readonly<Record<string, string>> = {
  'MAIN-MODE': 'Phase 1, Main Mode: the gateways agree on keys for themselves and prove who they are',
  'QUICK-MODE': 'Phase 2, Quick Mode: they agree on keys for the traffic of the two networks',
  INFORMATIONAL: 'Down again: the left gateway deletes what stands',
};

/**
 * What two gateways tell, as a story: a line for each message, with its number in its exchange, and what came of it between.
 *
 * Where one gateway is not ours, `heard` makes a line of what arrives as well: nobody tells of its departure.
 */
export class Story {
  readonly #paint: Paint;
  readonly #heard: boolean;
  readonly #counts = new Map<string, number>();
  readonly #ports = new Map<string, number>();
  #start: number | undefined;
  #heading: string | undefined;

  constructor(paint: Paint, options: { readonly heard: boolean }) {
    this.#paint = paint;
    this.#heard = options.heard;
  }

  lines({ side, event }: Told): string[] {
    this.#start ??= event.time;
    if (event.name === 'message.sent' || event.name === 'message.resent')
      return this.#message(event, [side, otherThan(side)]);
    if (event.name === 'message.received') return this.#heard ? this.#message(event, [otherThan(side), side]) : [];
    return notesOn(event).map(({ style, text }) => this.#note(side, style, text));
  }

  #message(event: Message, [from, to]: readonly [string, string]): string[] {
    const { exchange, messageId, payloads, bytes, encrypted } = event;
    const key = `${exchange} ${messageId}`;
    const resent = event.name === 'message.resent';
    const number = (this.#counts.get(key) ?? 0) + (resent ? 0 : 1);
    this.#counts.set(key, number);
    const numbered = exchange === 'INFORMATIONAL' ? '' : ` ${number}`;
    const columns = [
      this.#since(event.time),
      `${from.padEnd(5)} → ${to.padEnd(5)}`,
      `${EXCHANGES[exchange] ?? exchange}${numbered}`.padEnd(13),
      counted(payloads).padEnd(29),
      `${String(bytes).padStart(4)} bytes`,
      resent ? 'again' : encrypted ? this.#paint('cyan', 'encrypted') : 'in clear',
    ];
    return [...this.#headed(exchange), ...this.#floated(event, from), columns.join('  ')];
  }

  /** RFC 3947 §4: whoever finds a NAT moves to the other port. */
  #floated(event: Message, from: string): string[] {
    const port = event.name === 'message.received' ? event.remote.port : event.local.port;
    const before = this.#ports.get(from);
    this.#ports.set(from, port);
    if (before === port) return [];
    const path = event.name === 'message.received' ? [event.remote, event.local] : [event.local, event.remote];
    const what = before === undefined ? 'sends' : 'moves to the port for NAT traversal:';
    return [this.#note(from, before === undefined ? 'dim' : 'yellow', `${what} ${path.map(endpoint).join(' to ')}`)];
  }

  #headed(exchange: string): string[] {
    if (this.#heading === exchange || HEADINGS[exchange] === undefined) return [];
    this.#heading = exchange;
    return ['', this.#paint('bold', HEADINGS[exchange])];
  }

  #note(side: string, style: Style, text: string): string {
    return `${' '.repeat(10)}${side.padEnd(13)}  ${this.#paint(style, text)}`;
  }

  #since(time: number): string {
    return this.#paint('dim', `${String(time - (this.#start ?? time)).padStart(5)} ms`);
  }
}

const otherThan = (side: string): string => (side === 'left' ? 'right' : 'left');

const endpoint = ({ address, port }: UdpEndpoint): string => `${address}:${port}`;

/** `SA, 5 VENDOR-ID`: the payloads in order, with the same ones behind one another as one. */
function counted(payloads: readonly string[]): string {
  const runs: { name: string; count: number }[] = [];
  for (const name of payloads) {
    const last = runs.at(-1);
    if (last?.name === name) last.count += 1;
    else runs.push({ name, count: 1 });
  }
  return runs.map(({ name, count }) => (count === 1 ? name : `${count} ${name}`)).join(', ');
}
