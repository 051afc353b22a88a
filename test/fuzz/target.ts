import type { SeededRandom } from '../../src/sim/seeded-random.ts';

/** Something that takes octets from whoever sends them. */
export interface Target {
  readonly name: string;
  /** Inputs that mean something: where the search begins. */
  seeds(): readonly Uint8Array[];
  /**
   * Runs one input, any octets at all, and returns what was to be seen of it: the same names each time for the same behaviour, so
   * that an input which shows a new one is worth keeping. Throws where something went wrong that must not.
   */
  run(input: Uint8Array): Iterable<string> | Promise<Iterable<string>>;
  /** One change that suits the format; `other` is another input, to take pieces from. */
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array;
  /** What is held for the next input is given up, and must be well. Inputs after it know nothing of those before. */
  reset?(): void | Promise<void>;
  close?(): Promise<void>;
}
