import { type Duration, milliseconds } from '../base/instant.ts';
import { durationText } from '../config/durations.ts';
import type { Drill, Span } from './drill.ts';
import { escaped } from './markup.ts';
import type { DrillVerdict } from './run-drill.ts';
import { statesOf } from './states.ts';
import { actionText } from './timeline.ts';

/** In the units of the picture. */
const LEFT = 110;
const WIDTH = 900;
const ROW = 18;
const LANE = 46;
/** More gateways than that make no picture that anybody reads. */
const LANES = 6;
const LABEL_CHARACTERS = 90;

interface Mark extends Span {
  readonly kind: string;
  readonly title: string;
}

/** A run as a picture: what the script did, what each gateway was, asked and heard, and the time of each expectation. */
export function timelineSvg(drill: Drill, verdict: DrillVerdict): string {
  const picture = new Picture(drill.duration);
  for (const { at, until, action } of drill.script) {
    const text = actionText(action);
    picture.row('script', text, [{ kind: 'fault', from: at, to: until ?? drill.duration, title: text }]);
  }
  for (const { name } of drill.members.slice(0, LANES))
    picture.lane(name, bandsOf(drill, verdict, name), ticksOf(verdict, name));
  for (const { expectation, span, met, found } of verdict.findings)
    picture.row(met ? 'met' : 'not so', expectation, [
      { kind: met ? 'met' : 'unmet', ...span, title: `${expectation}: ${found}` },
    ]);
  return picture.svg();
}

/** When a gateway lived, and when each of its tunnels was up. */
function bandsOf(drill: Drill, { record }: DrillVerdict, gateway: string): Mark[] {
  const changes = statesOf(drill, record).filter((change) => change.gateway === gateway);
  const ups = changes
    .filter(({ state }) => state === 'up')
    .map(({ at, peer }) => {
      const down = changes.find((change) => change.peer === peer && change.state === 'down' && change.at > at);
      return { kind: 'up', from: at, to: down?.at ?? drill.duration, title: `tunnel to ${peer} up` };
    });
  const lives = record.lives.filter((life) => life.gateway === gateway);
  const gone = lives.flatMap(({ at, alive }, i) =>
    alive ? [] : [{ kind: 'gone', from: at, to: lives[i + 1]?.at ?? drill.duration, title: `${gateway} is away` }],
  );
  return [...ups, ...gone];
}

/** Questions, answers, deaths, packets and those that left in clear. */
function ticksOf({ record }: DrillVerdict, gateway: string): Mark[] {
  const tick = (kind: string, at: Duration, title: string): Mark => ({ kind, from: at, to: at, title });
  const told = record.told.flatMap(({ at, event, ...entry }) => {
    const kind = { 'dpd.asked': 'question', 'dpd.acknowledged': 'answer', 'peer.dead': 'dead' }[event.name as string];
    return entry.gateway === gateway && kind !== undefined ? [tick(kind, at, event.name)] : [];
  });
  const packets = record.sent.flatMap(({ at, from, to, answered }) =>
    from === gateway
      ? [tick(answered ? 'packet' : 'lost', at, `to ${to}, ${answered ? 'answered' : 'not answered'}`)]
      : [],
  );
  const clear = record.clear.flatMap(({ at, ...entry }) =>
    entry.gateway === gateway ? [tick('clear', at, 'in clear')] : [],
  );
  return [...told, ...packets, ...clear];
}

class Picture {
  readonly #end: Duration;
  readonly #parts: string[] = [];
  #y = 20;

  constructor(end: Duration) {
    this.#end = end;
  }

  row(name: string, label: string, marks: readonly Mark[]): void {
    this.#name(name, this.#y + 12);
    for (const { kind, title, ...span } of marks) this.#band(kind, title, span, this.#y, ROW - 4);
    this.#parts.push(
      `<text class="label" x="${LEFT + 4}" y="${this.#y + 11}">${escaped(label.slice(0, LABEL_CHARACTERS))}</text>`,
    );
    this.#y += ROW;
  }
  lane(name: string, bands: readonly Mark[], ticks: readonly Mark[]): void {
    this.#name(name, this.#y + 26);
    this.#parts.push(`<rect class="lane" x="${LEFT}" y="${this.#y + 4}" width="${WIDTH}" height="${LANE - 8}"/>`);
    for (const { kind, title, ...span } of bands) this.#band(kind, title, span, this.#y + 4, LANE - 8);
    for (const { kind, title, from } of ticks) {
      const [y, height] = TICKS[kind] ?? [0, 0];
      this.#parts.push(
        `<rect class="${kind}" x="${this.#x(from)}" y="${this.#y + y}" width="1.5" height="${height}"><title>${escaped(title)}, ${durationText(from)}</title></rect>`,
      );
    }
    this.#y += LANE;
  }
  svg(): string {
    const height = this.#y + 24;
    const scale = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((part) => {
      const at = milliseconds(Math.round((this.#end * part) / 8));
      return `<line class="grid" x1="${this.#x(at)}" x2="${this.#x(at)}" y1="16" y2="${this.#y}"/><text class="label" text-anchor="middle" x="${this.#x(at)}" y="${this.#y + 14}">${durationText(milliseconds(Math.round(at / 1000) * 1000))}</text>`;
    });
    return `<svg viewBox="0 0 ${LEFT + WIDTH + 30} ${height}" role="img">${scale.join('')}${this.#parts.join('')}</svg>`;
  }

  #name(name: string, y: number): void {
    this.#parts.push(`<text x="${LEFT - 8}" y="${y}" text-anchor="end">${escaped(name.slice(0, 14))}</text>`);
  }
  #band(kind: string, title: string, { from, to }: Span, y: number, height: number): void {
    const width = Math.max(2, this.#x(to) - this.#x(from));
    this.#parts.push(
      `<rect class="${kind}" x="${this.#x(from)}" y="${y}" width="${width}" height="${height}"><title>${escaped(title)}, ${durationText(from)} to ${durationText(to)}</title></rect>`,
    );
  }
  #x(at: Duration): number {
    return LEFT + Math.round((at / this.#end) * WIDTH * 10) / 10;
  }
}

/** Where in a lane each kind of tick stands, and how high it is. */
const TICKS: Readonly<Record<string, readonly [number, number]>> = {
  question: [6, 10],
  answer: [17, 10],
  packet: [32, 6],
  lost: [32, 6],
  dead: [2, 42],
  clear: [28, 14],
};
