/**
 * One thing that an IKEv1 gateway may be asked for: what we do about it, and the tests that fail when it is taken out.
 * `open` is what nobody has done yet, beside what is done.
 */
export interface Item {
  /** `C-01` for a fact that implementers trip on; else the name of a feature. */
  readonly id: string;
  /** What we do, or what it is where we do not. */
  readonly what: string;
  /** Test files below `test`, and of each the titles that show it as they stand in the code. */
  readonly tests?: Readonly<Record<string, readonly string[]>>;
  /** Why it is refused on purpose, and by which RFC or CVE; the tests then show that it is. */
  readonly refused?: string;
  /** The part of it that is refused, and why. */
  readonly except?: string;
  readonly open?: string;
}

export interface Chapter {
  readonly title: string;
  readonly items: readonly Item[];
}

export type Standing = 'done' | 'refused on purpose' | 'open';

export function standingOf({ refused, open }: Item): Standing {
  if (open !== undefined) return 'open';
  return refused === undefined ? 'done' : 'refused on purpose';
}
