import { type Duration, milliseconds } from '../base/instant.ts';
import type { Attachment, Packet } from './packet.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a link does to packets in one direction. Probabilities are 0 to 1. */
export interface LinkQuality {
  readonly latency: Duration;
  /** Up to so much more latency, another for each packet: with it packets overtake each other. */
  readonly jitter: Duration;
  readonly loss: number;
  readonly duplication: number;
  /** How likely a packet is held back for `holdBack`, so that later ones overtake it. */
  readonly reordering: number;
  readonly holdBack: Duration;
  /** How likely one bit of a packet is turned over. UDP's checksum would find it; somebody on the path would mend that too. */
  readonly corruption: number;
  /** Nothing gets through. */
  readonly blocked: boolean;
}

export const GOOD_LINK: LinkQuality = {
  latency: milliseconds(10),
  jitter: milliseconds(0),
  loss: 0,
  duplication: 0,
  reordering: 0,
  holdBack: milliseconds(250),
  corruption: 0,
  blocked: false,
};

/** What became of the packets of one direction. */
export interface LinkCounters {
  sent: number;
  lost: number;
  duplicated: number;
  heldBack: number;
  corrupted: number;
  delivered: number;
}

/** Somebody on the path: sees each packet before anything happens to it, and says which packets go on. */
export type OnPath = (packet: Packet) => readonly Packet[];

/** One direction of a link. */
export class LinkDirection {
  readonly counters: LinkCounters = { sent: 0, lost: 0, duplicated: 0, heldBack: 0, corrupted: 0, delivered: 0 };
  /** Undefined: nobody. */
  onPath: OnPath | undefined;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #deliver: (packet: Packet) => void;
  #quality: LinkQuality;

  /** @internal */
  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    quality: Partial<LinkQuality>,
    deliver: (packet: Packet) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#quality = { ...GOOD_LINK, ...quality };
    this.#deliver = deliver;
  }

  get quality(): LinkQuality {
    return this.#quality;
  }
  /** Changes some of it; packets that are under way are not touched. */
  change(quality: Partial<LinkQuality>): void {
    this.#quality = { ...this.#quality, ...quality };
  }

  carry(packet: Packet): void {
    for (const passed of this.onPath?.(packet) ?? [packet]) this.inject(passed);
  }

  /** A packet from somebody on the path, who does not see it again. */
  inject(packet: Packet): void {
    this.counters.sent++;
    const { loss, duplication, blocked } = this.#quality;
    if (blocked || this.#random.chance(loss)) {
      this.counters.lost++;
      return;
    }
    this.#underWay(packet);
    if (!this.#random.chance(duplication)) return;
    this.counters.duplicated++;
    this.#underWay(packet);
  }

  #underWay(packet: Packet): void {
    const { latency, jitter, reordering, holdBack } = this.#quality;
    const heldBack = this.#random.chance(reordering);
    if (heldBack) this.counters.heldBack++;
    // Whole milliseconds, so that times in a failing run are easy to read.
    const delay = latency + Math.round(jitter * this.#random.fraction()) + (heldBack ? holdBack : 0);
    const arriving = this.#damaged(packet);
    this.#clock.after(milliseconds(delay), () => {
      this.counters.delivered++;
      this.#deliver(arriving);
    });
  }

  /** Always a copy: whoever sent it may use its buffer again. */
  #damaged(packet: Packet): Packet {
    const bytes = packet.bytes.slice();
    if (bytes.length > 0 && this.#random.chance(this.#quality.corruption)) {
      this.counters.corrupted++;
      const bit = this.#random.u32() % (bytes.length * 8);
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    }
    return { ...packet, bytes };
  }
}

/** Two attachments and what lies between them; each direction has chances of its own. */
export class Link {
  readonly name: string;
  /** From the first attachment to the second. */
  readonly there: LinkDirection;
  readonly back: LinkDirection;

  /** @internal */
  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    ends: readonly [Attachment, Attachment],
    quality: Partial<LinkQuality> = {},
  ) {
    const [a, b] = ends;
    this.name = `${a.name}-${b.name}`;
    this.there = new LinkDirection(clock, random.fork('there'), quality, (packet) => b.receive(packet));
    this.back = new LinkDirection(clock, random.fork('back'), quality, (packet) => a.receive(packet));
    a.plug((packet) => this.there.carry(packet));
    b.plug((packet) => this.back.carry(packet));
  }
  change(quality: Partial<LinkQuality>): void {
    this.there.change(quality);
    this.back.change(quality);
  }
}
