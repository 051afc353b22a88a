/** What several measurements of one thing came to. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What a row promises, of its value or of its ratio; the median decides. */
export interface Budget {
  readonly of: 'value' | 'ratio';
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One line of the table. */
export interface BenchRow {
  /** What was measured, with all that tells it from other rows. */
  readonly what: string;
  /** `ms`, `KB`, `Mbit/s`: the value's. */
  readonly unit: string;
  readonly value: Spread;
  /** What the value was compared with in the same run, with its own figure: `two bare operations, 0.55 ms`. */
  readonly against?: string;
  /** The value divided by what it was compared with, run by run. */
  readonly ratio?: Spread;
  readonly budget?: Budget;
}

export interface BenchOptions {
  /** A fast look with few repetitions: nothing is written to the document, and no budget is judged. */
  readonly quick: boolean;
  /** Tells whoever waits what is being done. */
  readonly progress: (text: string) => void;
}

/** A part of the benchmark, run alone by `npm run bench -- NAME`. */
export interface BenchPart {
  readonly name: string;
  /**
   * Measures. What stands before it and behind it is the machine's, so it leaves nothing running.
   *
   * @throws Error where this machine cannot do it, with the reason
   */
  run(options: BenchOptions): Promise<readonly BenchRow[]>;
}

/** @throws Error without samples */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (index: number): number => {
    const value = sorted[index];
    if (value === undefined) throw new Error('nothing was measured');
    return value;
  };
  const middle = (sorted.length - 1) / 2;
  return { min: at(0), median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, max: at(sorted.length - 1) };
}

/** The quotients of two series that were measured in turn, pair by pair: what the machine does to both drops out. */
export function ratioOf(samples: readonly number[], against: readonly number[]): Spread {
  return spreadOf(samples.map((sample, i) => sample / (against[i] ?? Number.NaN)));
}
