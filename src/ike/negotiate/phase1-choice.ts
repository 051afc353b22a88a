import { IkeError } from '../../base/errors.ts';
import { type Phase1Suite, phase1SuiteText } from '../../crypto/suites.ts';
import { PROTOCOL } from '../wire/numbers.ts';
import type { Proposal } from '../wire/proposal.ts';
import type { SaPayload } from '../wire/sa.ts';
import type { Transform } from '../wire/transform.ts';
import { type AuthenticationMethod, authenticationNumber, methodsOf } from './authentication.ts';
import { authenticationName } from './algorithm-names.ts';
import {
  answeredLifetime,
  PHASE1_LIFE,
  type StatedLifetime,
  ownLifetime,
  shorterLifetime,
  statedLifetime,
} from './lifetime.ts';
import { oneProposal } from './phase1-offer.ts';
import { methodOf, phase1SuiteOf, phase1SuiteTraits, phase1Traits } from './phase1-transform.ts';
import type { ConnectionPolicy, Lifetime } from './policy.ts';
import { type Acceptable, type Candidate, noProposalChosen } from './refusal.ts';
import { distance, traitsText } from './traits.ts';

/** What both sides agreed on for an ISAKMP SA. */
export interface Phase1Agreement {
  readonly suite: Phase1Suite;
  readonly method: AuthenticationMethod;
  /** The shorter of both sides'. */
  readonly lifetime: Lifetime;
  readonly proposalNumber: number;
  readonly transformNumber: number;
}

/** What a connection allows in phase 1. */
export type Phase1Policy = Pick<ConnectionPolicy, 'name' | 'suites' | 'lifetime' | 'certificates' | 'user'>;

/** A responder's choice. */
export interface Phase1Choice {
  /** Its lifetime is that of the first connection in `allowed`. */
  readonly chosen: Phase1Agreement;
  /** What to answer. */
  readonly answer: SaPayload;
  /** The connections that allow the chosen suite, in the order in which they came: the identity picks one of them later. */
  readonly allowed: readonly { readonly connection: string; readonly lifetime: Lifetime }[];
}

/** Ours: RFC 2409 §5 lets an implementation limit the offers that it inspects. */
export const INSPECTED_TRANSFORMS = 256;

/**
 * The responder's side of phase 1. `ours` are the connections that the peer's address leaves possible, since its identity
 * is not known before the fifth message of Main Mode.
 *
 * Unspecified: RFC 2408 §4.2 has the initiator offer in its order of preference and does not say who decides. Ours does, as
 * with strongSwan: connections in the order given, their suites in the order configured; the peer's order only decides
 * between transforms that mean the same.
 *
 * Throws NO_PROPOSAL_CHOSEN with `details.refusal`, and BAD_PROPOSAL_SYNTAX for an offer that breaks the rules.
 */
export function choosePhase1(offer: SaPayload, ours: readonly Phase1Policy[]): Phase1Choice {
  if (ours.every(({ suites }) => suites.length === 0))
    throw new IkeError('INVALID_ARGUMENT', { what: 'no suite to choose from' });
  const proposal = phase1Proposal(offer);
  const offered = proposal.transforms
    .slice(0, INSPECTED_TRANSFORMS)
    .map((transform) => inspect(proposal, transform, 'as-128'));
  const acceptable = distinctSuites(ours);
  // Backwards, so that of those that mean the same the first stays.
  const byTraits = new Map(offered.toReversed().map((candidate) => [traitsText(candidate.traits), candidate]));
  for (const wanted of acceptable) {
    const found = byTraits.get(traitsText(wanted.traits));
    if (found !== undefined) return choice(proposal, found, wanted, ours);
  }
  throw noProposalChosen(
    1,
    'offer',
    offered,
    acceptable.map(({ text, traits }): Acceptable => ({ suite: text, traits })),
  );
}

/**
 * The initiator's side: what came back must be one of the transforms offered (RFC 2408 §4.2), whatever its encoding, its
 * order of attributes and its numbers. RFC 2409 §5: "If the initiator of an exchange notices that attribute values have changed
 * or attributes have been added or deleted from an offer made, that response MUST be rejected"; a downgrade would look so.
 *
 * Deviation: another lifetime is no reason to reject. Peers answer with their own, and the shorter one holds in any case.
 *
 * Throws NO_PROPOSAL_CHOSEN with `details.refusal` where the answer was not offered, BAD_PROPOSAL_SYNTAX where it is no choice.
 */
export function acceptPhase1(offered: SaPayload, answer: SaPayload): Phase1Agreement {
  const ours = phase1Proposal(offered);
  const proposal = phase1Proposal(answer);
  const [transform, ...more] = proposal.transforms;
  if (transform === undefined || more.length > 0)
    throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'transforms in an answer', have: more.length + 1 });
  const candidate = inspect(proposal, transform, 'missing');
  const acceptable = ours.transforms.map((own) => suiteOffered(own));
  const found = acceptable.find(({ traits }) => distance(candidate.traits, traits) === 0);
  if (found === undefined)
    throw noProposalChosen(
      1,
      'answer',
      [candidate],
      acceptable.map(({ suite, method, traits }) => ({ suite: wantedText(suite, method), traits })),
    );
  return {
    suite: found.suite,
    method: found.method,
    lifetime: answeredLifetime(found.lifetime, candidate.lifetime),
    proposalNumber: proposal.number,
    transformNumber: transform.number,
  };
}

/** RFC 2409 §5: "there MUST NOT be multiple Proposal Payloads for a single SA payload" in phase 1. Its SPI means nothing (RFC 2408 §3.5). */
function phase1Proposal(sa: SaPayload): Proposal {
  const [proposal, ...more] = sa.proposals;
  if (proposal === undefined || more.length > 0)
    throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'proposals in phase 1', have: sa.proposals.length });
  if (proposal.protocolId !== PROTOCOL.ISAKMP)
    throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'protocol in phase 1', protocolId: proposal.protocolId });
  return proposal;
}

interface InspectedTransform extends Candidate {
  readonly wire: Transform;
  readonly lifetime: StatedLifetime;
}

function inspect(proposal: Proposal, transform: Transform, missingKeyLength: 'as-128' | 'missing'): InspectedTransform {
  return {
    proposal: proposal.number,
    transform: transform.number,
    traits: phase1Traits(transform, missingKeyLength),
    wire: transform,
    lifetime: statedLifetime(transform.attributes, PHASE1_LIFE),
  };
}

/** A suite and a method that some connection allows. */
interface Wanted {
  readonly suite: Phase1Suite;
  readonly method: AuthenticationMethod;
  readonly text: string;
  readonly traits: Acceptable['traits'];
}

/** `aes256-sha256-modp2048`, and the method where it is not a pre-shared key. */
const wantedText = (suite: Phase1Suite, method: AuthenticationMethod): string =>
  method === 'psk'
    ? phase1SuiteText(suite)
    : `${phase1SuiteText(suite)} with ${authenticationName(authenticationNumber(method))}`;

const wantedOf = (policy: Phase1Policy): Omit<Wanted, 'traits'>[] =>
  policy.suites.flatMap((suite) =>
    methodsOf(policy, 'responder').map((method) => ({ suite, method, text: wantedText(suite, method) })),
  );

/** Connections share their suites most of the time: each with each method once, in the order in which it first comes. */
function distinctSuites(ours: readonly Phase1Policy[]): readonly Wanted[] {
  const distinct = new Map<string, Omit<Wanted, 'traits'>>();
  for (const wanted of ours.flatMap(wantedOf)) if (!distinct.has(wanted.text)) distinct.set(wanted.text, wanted);
  return [...distinct.values()].map((wanted) => ({
    ...wanted,
    traits: phase1SuiteTraits(wanted.suite, wanted.method),
  }));
}

/** RFC 2409 §5: a responder does not modify what it chooses, so the answer has the transform as it came. */
function choice(
  proposal: Proposal,
  found: InspectedTransform,
  { suite, method, text }: Wanted,
  ours: readonly Phase1Policy[],
): Phase1Choice {
  const allowed = ours
    .filter((policy) => wantedOf(policy).some((wanted) => wanted.text === text))
    .map(({ name, lifetime }) => ({ connection: name, lifetime: shorterLifetime(lifetime, found.lifetime) }));
  const [first] = allowed;
  if (first === undefined) throw new IkeError('INTERNAL', { what: 'chosen suite is nobody’s', text });
  return {
    chosen: {
      suite,
      method,
      lifetime: first.lifetime,
      proposalNumber: proposal.number,
      transformNumber: found.wire.number,
    },
    answer: oneProposal({ ...proposal, spi: new Uint8Array(0), transforms: [found.wire] }),
    allowed,
  };
}

/** Our own offer read back, so that a retried or replayed negotiation needs nothing but the bytes. */
function suiteOffered(transform: Transform): {
  readonly suite: Phase1Suite;
  readonly method: AuthenticationMethod;
  readonly traits: Acceptable['traits'];
  readonly lifetime: Lifetime;
} {
  const traits = phase1Traits(transform, 'missing');
  const suite = phase1SuiteOf(traits);
  const method = methodOf(traits);
  const lifetime = ownLifetime(statedLifetime(transform.attributes, PHASE1_LIFE));
  if (suite === undefined || method === undefined || lifetime === undefined)
    throw new IkeError('INVALID_ARGUMENT', { what: 'offer is not one of ours' });
  return { suite, method, traits, lifetime };
}
