import { toHex } from '../../src/base/bytes.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { below } from './mutate-bytes.ts';
import type { Target } from './target.ts';

/** Ours: what is longer says nothing that a shorter one does not. */
const LONGEST_INPUT = 8000;
/** At most so many changes between an input that is known and the one that is tried. */
const MOST_CHANGES = 6;
/** An input may take this long, in milliseconds of the processor; more of it and somebody could keep the process busy. */
const SLOW = 2000;
const AGAIN = 3;

/** An input that did what no input may. */
export class Finding extends Error {
  override readonly name: string = 'Finding';
  readonly input: Uint8Array;
  constructor(input: Uint8Array, cause: unknown) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(`${text}\n  the input was ${toHex(input)}`, { cause });
    this.input = input;
  }
}

/**
 * A search for inputs that a target cannot bear. Whatever shows something new is kept and changed further: that is the feedback
 * which takes the search past the first check of every parser.
 */
export class Search {
  readonly target: Target;
  readonly kept: Uint8Array[] = [];
  readonly seen = new Set<string>();
  executions = 0;

  readonly #slow: number;

  constructor(target: Target, { slow = SLOW } = {}) {
    this.target = target;
    this.#slow = slow;
  }

  /** Tries inputs that are known, and keeps those that show something. */
  async learn(inputs: Iterable<Uint8Array>): Promise<void> {
    for (const input of inputs) await this.#try(input);
  }
  /** Tries one new input. Throws a `Finding`. */
  async step(random: SeededRandom): Promise<void> {
    let input = this.#any(random);
    const changes = 1 + below(random, random.chance(0.5) ? 1 : MOST_CHANGES);
    for (let i = 0; i < changes; i++) input = this.target.mutate(input, this.#any(random), random);
    await this.#try(input.slice(0, LONGEST_INPUT));
  }

  /** One that is known; new ones more often, because least has been made of them. */
  #any(random: SeededRandom): Uint8Array {
    const { length } = this.kept;
    const newest = random.chance(0.3) ? Math.max(0, length - 50) : 0;
    return this.kept[newest + below(random, length - newest)] ?? new Uint8Array();
  }
  async #try(input: Uint8Array): Promise<void> {
    const before = this.seen.size;
    let time = await this.#run(input);
    // Whatever else the machine does may make one slow, but not the same again and again.
    for (let again = 0; time > this.#slow && again < AGAIN; again++) time = Math.min(time, await this.#run(input));
    if (time > this.#slow) throw new Finding(input, new Error(`takes more than ${this.#slow} ms`));
    if (this.seen.size > before) this.kept.push(input);
  }
  /** How long it takes, in milliseconds of the processor: whoever searches for hours lets others go first. */
  async #run(input: Uint8Array): Promise<number> {
    const from = process.cpuUsage();
    try {
      // Most targets are not asynchronous, and waiting for nothing takes longer than some of them.
      const running = this.target.run(input);
      for (const name of running instanceof Promise ? await running : running) this.seen.add(name);
    } catch (error) {
      throw error instanceof Finding ? error : new Finding(input, error);
    }
    this.executions++;
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  }
}
