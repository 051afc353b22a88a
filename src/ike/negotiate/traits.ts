/** What is compared of a transform, in the order in which differences are reported. */
const TRAITS = [
  'protocol',
  'transform id',
  'encryption algorithm',
  'integrity',
  'hash',
  'authentication method',
  'group',
  'PFS group',
  'key exchange',
  'encapsulation mode',
  'sequence numbers',
  'other attributes',
] as const;
export type Trait = (typeof TRAITS)[number];

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
  let unlike = 0;
  for (const what of TRAITS) if (ours[what] !== undefined && theirs[what] !== ours[what]) unlike++;
  return unlike;
}

/** All traits as one text: the same for two transforms that mean the same, so that a choice is a look-up. */
export function traitsText(traits: Traits): string {
  return TRAITS.map((what) => traits[what] ?? '').join('|');
}

/** What every offer of phase 1 has, and nobody has to be told. */
const UNREMARKABLE: Traits = { protocol: 'ISAKMP', 'transform id': 'KEY_IKE', 'other attributes': 'none' };

/** For people: `encryption algorithm aes128, hash sha256`. */
export const traitsInWords = (traits: Traits): string =>
  TRAITS.flatMap((what) => {
    const value = traits[what];
    return value === undefined || value === UNREMARKABLE[what] ? [] : [`${what} ${value}`];
  }).join(', ');

/** The differences of one pair. A trait that theirs lack, because the transform is of another protocol, is no difference. */
export function differences(theirs: Traits, ours: Traits): Difference[] {
  return traitsOf(theirs)
    .filter(([what, value]) => ours[what] !== value)
    .map(([what, value]) => ({ what, theirs: value, ours: [ours[what] ?? 'none'] }));
}

function traitsOf(traits: Traits): [Trait, string][] {
  return Object.entries(traits) as [Trait, string][];
}
