import { BoundedMap } from '../base/bounded.ts';
import { after, type Instant, seconds } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import type { DropReason } from './events.ts';
import type { Origin } from './half-open.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Limits } from './limits.ts';
import { Places } from './places.ts';
import { Assembly, joined } from './wire/assembly.ts';
import type { FragmentPayload } from './wire/fragment.ts';

/** Whose message a fragment is of: a peer's that has proved itself, or of one that has not, by where it comes from. */
export type Sender = 'proved' | Origin;

/** Ours: while its fragments arrive, nobody takes the place of a message; they leave the sender in one go. */
const GRACE = seconds(2);
/** Ours: messages that one source may have begun, before it has to give way to others. */
const FAIR_SHARE = 4;
/** Ours: a peer that has proved itself may begin several Quick Modes at once; in phase 1 there is one message to wait for. */
const AT_A_TIME: Readonly<Record<Sender, number>> = { proved: 4, known: 1, stranger: 1 };

interface From {
  readonly sender: Sender;
  /** Whose messages it counts among. */
  readonly source: string;
}

interface Gathering {
  readonly sa: IsakmpSa;
  readonly id: number;
  readonly sender: Sender;
  readonly assembly: Assembly<FragmentPayload>;
  until: Instant;
}

/** What came of a fragment. `lost` are those whose messages were given up for it, or had had their time. */
export interface Arrival {
  readonly whole?: Uint8Array;
  readonly refused?: DropReason;
  readonly lost: readonly IsakmpSa[];
}

/**
 * Messages of which fragments are there. Nothing about a fragment is proved before its message is whole and read, so everything here is
 * bounded: the octets and fragments of a message, the time that it may take, and the messages, which have places as half-open exchanges have.
 * Those that have been whole are kept for their time as well, because they may come again; they have no place, and the oldest makes room.
 */
export class Reassembly {
  readonly #limits: Limits;
  readonly #places: Readonly<Record<Sender, Places<Gathering>>>;
  /** In the order of their ends. */
  readonly #all = new Set<Gathering>();
  readonly #bySa = new Map<IsakmpSa, readonly Gathering[]>();
  readonly #taken: BoundedMap<Gathering, true>;

  constructor(limits: Limits, random: Random) {
    this.#limits = limits;
    const places = (): Places<Gathering> =>
      new Places({ capacity: limits.partialMessages, fairShare: FAIR_SHARE, grace: GRACE, random });
    this.#places = { proved: places(), known: places(), stranger: places() };
    this.#taken = new BoundedMap(limits.partialMessages);
  }

  /** Messages of which something is kept. */
  get size(): number {
    return this.#all.size;
  }

  /** Takes a fragment for an SA; its data must be nobody else's buffer. */
  add(sa: IsakmpSa, from: From, fragment: FragmentPayload, now: Instant): Arrival {
    const lost: IsakmpSa[] = this.expired(now);
    const known = this.#bySa.get(sa)?.find(({ id }) => id === fragment.fragmentId);
    const gathering = known ?? this.#begin(sa, from.sender, fragment.fragmentId, now, lost);
    const { assembly } = gathering;
    const { taken } = assembly;
    const fit = assembly.add(fragment);
    if (fit === 'duplicate') return { refused: 'duplicate', lost };
    if (fit === 'restarted' && !taken) lost.push(sa);
    const begins = fit === 'restarted' || assembly.size === 1;
    if ((begins && !this.#takePlace(gathering, from, now, lost)) || this.#tooLarge(assembly)) {
      this.#delete(gathering);
      return { refused: 'limit', lost };
    }
    const whole = this.#take(gathering);
    return whole === undefined ? { lost } : { whole, lost };
  }

  /** Those that have had their time are forgotten; which SAs have lost a message by that. */
  expired(now: Instant): IsakmpSa[] {
    const lost: IsakmpSa[] = [];
    for (const gathering of this.#all) {
      if (gathering.until > now) break;
      this.#lose(gathering, lost);
    }
    return lost;
  }
  deadline(): Instant | undefined {
    const [oldest] = this.#all;
    return oldest?.until;
  }

  #tooLarge({ size, octets }: Assembly<FragmentPayload>): boolean {
    return size > this.#limits.fragments || octets > this.#limits.fragmentedMessage;
  }

  #begin(sa: IsakmpSa, sender: Sender, id: number, now: Instant, lost: IsakmpSa[]): Gathering {
    const own = this.#bySa.get(sa) ?? [];
    const oldest = own.length >= AT_A_TIME[sender] ? own[0] : undefined;
    if (oldest !== undefined) this.#lose(oldest, lost);
    const gathering: Gathering = { sa, id, sender, assembly: new Assembly(), until: now };
    this.#all.add(gathering);
    this.#bySa.set(sa, [...(this.#bySa.get(sa) ?? []), gathering]);
    return gathering;
  }

  /** The message, where it is whole: it gives up its place, and is remembered. */
  #take(gathering: Gathering): Uint8Array | undefined {
    const whole = gathering.assembly.take();
    if (whole === undefined) return undefined;
    this.#places[gathering.sender].delete(gathering);
    const [oldest] = this.#taken.set(gathering, true) ?? [];
    if (oldest !== undefined) this.#delete(oldest);
    return joined(whole);
  }

  /** For a message of which the first fragment is there. */
  #takePlace(gathering: Gathering, { source }: From, now: Instant, lost: IsakmpSa[]): boolean {
    const places = this.#places[gathering.sender];
    this.#taken.delete(gathering);
    places.delete(gathering);
    const room = places.roomFor(source, now);
    if (!room.room) return false;
    if (room.displaced !== undefined) this.#lose(room.displaced, lost);
    places.add(gathering, source, now);
    gathering.until = after(now, this.#limits.fragmentTime);
    this.#all.delete(gathering);
    this.#all.add(gathering);
    return true;
  }

  #lose(gathering: Gathering, lost: IsakmpSa[]): void {
    this.#delete(gathering);
    if (!gathering.assembly.taken) lost.push(gathering.sa);
  }

  #delete(gathering: Gathering): void {
    this.#all.delete(gathering);
    this.#taken.delete(gathering);
    this.#places[gathering.sender].delete(gathering);
    const others = (this.#bySa.get(gathering.sa) ?? []).filter((other) => other !== gathering);
    if (others.length === 0) this.#bySa.delete(gathering.sa);
    else this.#bySa.set(gathering.sa, others);
  }
}
