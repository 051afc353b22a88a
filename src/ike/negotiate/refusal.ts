import { IkeError } from '../../base/errors.ts';
import { refusedGroupReason } from '../../crypto/groups.ts';
import { type Difference, type Traits, differences, distance, traitsInWords } from './traits.ts';

/** A transform, or a bundle of proposals with one number, that could not be taken. */
export interface RefusedTransform {
  readonly proposal: number;
  /** Absent for a bundle, which is refused as a whole. */
  readonly transform?: number;
  /** The first trait that is unlike the nearest suites of ours. */
  readonly difference: Difference;
}

/** The pair that came closest to an agreement. */
export interface NearestPair {
  readonly proposal: number;
  readonly transform?: number;
  /** The suite of ours, as a configuration writes it. */
  readonly suite: string;
  readonly differences: readonly Difference[];
}

/** Why no agreement was possible. Plain data, bounded whatever the peer sends, without secrets. */
export interface Refusal {
  readonly phase: 1 | 2;
  /** An offer of the peer that we refuse, or the peer's answer to an offer of ours. */
  readonly of: 'offer' | 'answer';
  /** The first of them, in the peer's order. */
  readonly transforms: readonly RefusedTransform[];
  /** How many more there were. */
  readonly more: number;
  readonly nearest?: NearestPair;
}

/** What was offered, and what of ours it is held against. */
export interface Candidate {
  readonly proposal: number;
  readonly transform?: number;
  readonly traits: Traits;
}
export interface Acceptable {
  readonly suite: string;
  readonly traits: Traits;
}

/** Ours: enough for any offer that people write, and an end to what a peer can make us keep. */
const EXPLAINED_TRANSFORMS = 16;
const EXPLAINED_VALUES = 6;

/**
 * NO_PROPOSAL_CHOSEN with the whole explanation as `details.refusal`, with its last line, the nearest pair, in the message, and with
 * what either side has as `details.issues`, lines for people.
 */
export function noProposalChosen(
  phase: 1 | 2,
  of: Refusal['of'],
  offered: readonly Candidate[],
  ours: readonly Acceptable[],
): IkeError {
  const refusal = explainRefusal(phase, of, offered, ours);
  const why = refusalText(refusal).at(-1);
  return new IkeError('NO_PROPOSAL_CHOSEN', { why, issues: [...bothSides(refusal, offered, ours), why], refusal });
}

export function explainRefusal(
  phase: 1 | 2,
  of: Refusal['of'],
  offered: readonly Candidate[],
  ours: readonly Acceptable[],
): Refusal {
  const explained = offered.slice(0, EXPLAINED_TRANSFORMS).flatMap((candidate) => {
    const difference = firstDifference(candidate.traits, ours);
    return difference === undefined ? [] : [{ ...place(candidate), difference }];
  });
  const nearest = nearestPair(offered, ours);
  return {
    phase,
    of,
    transforms: explained,
    more: offered.length - Math.min(offered.length, EXPLAINED_TRANSFORMS),
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** Our suites, then each of the peer's transforms. */
function bothSides(refusal: Refusal, offered: readonly Candidate[], ours: readonly Acceptable[]): string[] {
  const suites = [...new Set(ours.map(({ suite }) => suite))];
  const more = (count: number): string[] =>
    count > EXPLAINED_TRANSFORMS ? [`${count - EXPLAINED_TRANSFORMS} more`] : [];
  const [weHave, theyHave] =
    refusal.of === 'offer' ? ['we allow', 'the peer offers'] : ['we offered', 'the peer answers'];
  return [
    `${weHave} ${[...suites.slice(0, EXPLAINED_TRANSFORMS), ...more(suites.length)].join(', ')}`,
    ...offered
      .slice(0, EXPLAINED_TRANSFORMS)
      .map((candidate) => `${theyHave} ${placeText(refusal, candidate)}: ${traitsInWords(candidate.traits)}`),
    ...more(offered.length).map((rest) => `${theyHave} ${rest}`),
  ];
}

/** For people, a line for each transform and one for the nearest pair: `transform 1: hash sha1, we allow sha256`. */
export function refusalText(refusal: Refusal): string[] {
  const verb = refusal.of === 'offer' ? 'allow' : 'offered';
  const lines = refusal.transforms.map(
    (refused) => `${placeText(refusal, refused)}: ${differenceText(refused.difference, verb)}`,
  );
  if (refusal.more > 0) lines.push(`${refusal.more} more transforms`);
  if (refusal.nearest === undefined) lines.push('nothing to compare');
  else {
    const { nearest } = refusal;
    const unlike = nearest.differences.map((difference) => differenceText(difference, verb)).join('; ');
    lines.push(`nearest is ${placeText(refusal, nearest)} to ${nearest.suite}: ${unlike}`);
  }
  return lines;
}

function differenceText({ what, theirs, ours }: Difference, verb: string): string {
  const reason = refusedGroupReason(theirs);
  const never = reason === undefined ? '' : ` (never taken: it ${reason})`;
  return `${what} ${theirs}${never}, we ${verb} ${ours.join(' or ')}`;
}

function placeText(
  { phase }: Refusal,
  { proposal, transform }: Pick<RefusedTransform, 'proposal' | 'transform'>,
): string {
  if (transform === undefined) return `proposal ${proposal}`;
  // Phase 1 has one proposal only (RFC 2409 §5).
  return phase === 1 ? `transform ${transform}` : `proposal ${proposal} transform ${transform}`;
}

const place = ({ proposal, transform }: Candidate): Pick<RefusedTransform, 'proposal' | 'transform'> =>
  transform === undefined ? { proposal } : { proposal, transform };

/** The first difference to the nearest suite, with what the other suites, equally near, have in its place. */
function firstDifference(theirs: Traits, ours: readonly Acceptable[]): Difference | undefined {
  const distances = ours.map(({ traits }) => distance(theirs, traits));
  const least = Math.min(...distances);
  const firsts = ours.flatMap(({ traits }, i) =>
    distances[i] === least ? differences(theirs, traits).slice(0, 1) : [],
  );
  const [first] = firsts;
  if (first === undefined) return undefined;
  const values = new Set(firsts.filter(({ what }) => what === first.what).flatMap((difference) => difference.ours));
  return { ...first, ours: [...values].slice(0, EXPLAINED_VALUES) };
}

function nearestPair(offered: readonly Candidate[], ours: readonly Acceptable[]): NearestPair | undefined {
  let nearest: { candidate: Candidate; acceptable: Acceptable; at: number } | undefined;
  for (const candidate of offered) {
    for (const acceptable of ours) {
      const at = distance(candidate.traits, acceptable.traits);
      if (nearest === undefined || at < nearest.at) nearest = { candidate, acceptable, at };
    }
  }
  if (nearest === undefined) return undefined;
  const { candidate, acceptable } = nearest;
  return {
    ...place(candidate),
    suite: acceptable.suite,
    differences: differences(candidate.traits, acceptable.traits),
  };
}
