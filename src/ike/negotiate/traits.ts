/** What is compared of a transform, in the order in which differences are reported. */
export type Trait =
  | 'protocol'
  | 'transform id'
  | 'encryption algorithm'
  | 'integrity'
  | 'hash'
  | 'authentication method'
  | 'group'
  | 'PFS group'
  | 'key exchange'
  | 'encapsulation mode'
  | 'other attributes';

/**
 * What a transform amounts to, in words: those of a peer's transform equal those of a suite of ours exactly where the
 * two mean the same. So one table serves the choice and its explanation, and the two cannot disagree.
 */
export type Traits = Readonly<Partial<Record<Trait, string>>>;

/** One trait in which an offered transform is unlike ours. */
export interface Difference {
  readonly what: Trait;
  readonly theirs: string;
  /** What would have been right: a few values where several of our suites are equally near. */
  readonly ours: readonly string[];
}

/** How many traits are unlike ours; 0 is a match. */
export function distance(theirs: Traits, ours: Traits): number {
  return traitsOf(ours).filter(([what, value]) => theirs[what] !== value).length;
}

/** The differences of one pair. A trait that theirs lack, because the transform is of another protocol, is no difference. */
export function differences(theirs: Traits, ours: Traits): Difference[] {
  return traitsOf(theirs)
    .filter(([what, value]) => ours[what] !== value)
    .map(([what, value]) => ({ what, theirs: value, ours: [ours[what] ?? 'none'] }));
}

function traitsOf(traits: Traits): [Trait, string][] {
  return Object.entries(traits) as [Trait, string][];
}
