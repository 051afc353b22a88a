import { u32Bytes } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { type Phase2Suite, phase2SuiteText } from '../../crypto/suites.ts';
import { ENCAPSULATION_MODE, PROTOCOL } from '../wire/numbers.ts';
import type { SaPayload } from '../wire/sa.ts';
import type { Transform } from '../wire/transform.ts';
import { PHASE2_DEFAULT_LIFE, PHASE2_LIFE, ownLifetime, shorterLifetime, statedLifetime } from './lifetime.ts';
import { INSPECTED_TRANSFORMS } from './phase1-choice.ts';
import { oneProposal } from './phase1-offer.ts';
import { requireSpi } from './phase2-offer.ts';
import { type EspTransform, peerSpi, phase2Candidates } from './phase2-proposals.ts';
import { type Phase2Reading, encapsulationModeOf, encapsulationOf, phase2SuiteTraits } from './phase2-transform.ts';
import type { Lifetime, TunnelPolicy } from './policy.ts';
import { type Acceptable, noProposalChosen } from './refusal.ts';
import { distance } from './traits.ts';

/** What both sides agreed on for a pair of ESP SAs. Plain data. */
export interface Phase2Agreement {
  readonly suite: Phase2Suite;
  /** The shorter of both sides'. */
  readonly lifetime: Lifetime;
  readonly mode: 'tunnel' | 'transport';
  readonly encapsulation: 'none' | 'udp';
  /** The peer's inbound SPI: our outbound one. */
  readonly peerSpi: number;
  readonly proposalNumber: number;
  /** As the peer sent it; a copy. */
  readonly transform: Transform;
}

/** What the choice depends on beside the offer and the policy. */
export interface Phase2Circumstances {
  /**
   * The Encapsulation Mode values that may be agreed on, the best first, not empty: those for UDP exactly where a NAT was
   * found (RFC 3947 §5.1).
   */
  readonly encapsulationModes: readonly number[];
  /** Whether the peer's message has a KE payload. */
  readonly keyExchangePresent: boolean;
}

/**
 * The responder's side of Quick Mode. Our order of preference decides, as in phase 1.
 *
 * Throws NO_PROPOSAL_CHOSEN with `details.refusal`; BAD_PROPOSAL_SYNTAX for an offer that breaks the rules; INVALID_SPI for a
 * reserved SPI in what was chosen.
 */
export function choosePhase2(
  offer: SaPayload,
  tunnel: TunnelPolicy,
  circumstances: Phase2Circumstances,
): Phase2Agreement {
  const reading = offerReading(tunnel, circumstances);
  const offered = phase2Candidates(offer, reading).slice(0, INSPECTED_TRANSFORMS);
  const acceptable = tunnel.suites.flatMap((suite) =>
    circumstances.encapsulationModes.map((mode) => ({ suite, traits: phase2SuiteTraits(suite, mode) })),
  );
  if (acceptable.length === 0) throw new IkeError('INVALID_ARGUMENT', { what: 'no suite to choose from' });
  for (const { suite, traits } of acceptable) {
    const found = offered.find(({ esp, traits: theirs }) => esp !== undefined && distance(theirs, traits) === 0);
    if (found?.esp !== undefined) {
      const lifetime = shorterLifetime(tunnel.lifetime, found.esp.lifetime, PHASE2_DEFAULT_LIFE);
      return agreementOn(found.esp, suite, lifetime, reading);
    }
  }
  throw noProposalChosen(2, 'offer', offered, acceptable.map(explained));
}

/** What the responder answers, with our inbound SPI: the transform exactly as it came (RFC 2409 §5). */
export function phase2Answer(agreement: Phase2Agreement, spi: number): SaPayload {
  const { proposalNumber: number, transform } = agreement;
  return oneProposal({ number, protocolId: PROTOCOL.ESP, spi: u32Bytes(requireSpi(spi)), transforms: [transform] });
}

/**
 * The initiator's side: what came back must be one of the transforms offered, as in phase 1. `suites` are those of the offer, in its
 * order: not everything about a suite is sent (`sha256_96`).
 *
 * Whether the peer's message has the KE payload that a group asks for is for the message's reader. Throws as `acceptPhase1`
 * does, and INVALID_SPI for a reserved SPI.
 */
export function acceptPhase2(offered: SaPayload, answer: SaPayload, suites: readonly Phase2Suite[]): Phase2Agreement {
  const transforms = offered.proposals.flatMap((proposal) => proposal.transforms);
  const ours = suites.map((suite, i) => suiteOffered(suite, transforms[i]));
  const keyExchangePresent = ours.some(({ suite }) => suite.group !== undefined);
  const reading = { missingKeyLength: 'missing', keyExchangePresent } as const;
  const [candidate, ...more] = phase2Candidates(answer, reading);
  if (candidate === undefined || more.length > 0) {
    throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'transforms in an answer', have: more.length + 1 });
  }
  const found = ours.find(({ traits }) => distance(candidate.traits, traits) === 0);
  if (candidate.esp === undefined || found === undefined) {
    throw noProposalChosen(2, 'answer', [candidate], ours.map(explained));
  }
  return agreementOn(candidate.esp, found.suite, shorterLifetime(found.lifetime, candidate.esp.lifetime), reading);
}

/** A missing Encapsulation Mode means tunnel where the policy says tunnel and no NAT asks for UDP; else it means nothing. */
function offerReading(tunnel: TunnelPolicy, circumstances: Phase2Circumstances): Phase2Reading {
  const { encapsulationModes, keyExchangePresent } = circumstances;
  const plain = tunnel.mode === 'tunnel' && encapsulationModes.includes(ENCAPSULATION_MODE.TUNNEL);
  return {
    missingKeyLength: 'as-128',
    keyExchangePresent,
    ...(plain ? { missingEncapsulationMode: ENCAPSULATION_MODE.TUNNEL } : {}),
  };
}

function agreementOn(
  esp: EspTransform,
  suite: Phase2Suite,
  lifetime: Lifetime,
  reading: Phase2Reading,
): Phase2Agreement {
  const found = encapsulationOf(encapsulationModeOf(esp.transform) ?? reading.missingEncapsulationMode ?? 0);
  if (found === undefined) throw new IkeError('INTERNAL', { what: 'encapsulation mode of a chosen transform' });
  const { mode, encapsulation } = found;
  const proposalNumber = esp.proposal.number;
  return {
    suite,
    lifetime,
    mode,
    encapsulation,
    peerSpi: peerSpi(esp.proposal),
    proposalNumber,
    transform: copyOf(esp.transform),
  };
}

/** An agreement outlives the datagram that its transform is a view of. */
function copyOf(transform: Transform): Transform {
  return {
    ...transform,
    attributes: transform.attributes.map((attribute) => ({ ...attribute, value: attribute.value.slice() })),
  };
}

interface OfferedSuite {
  readonly suite: Phase2Suite;
  readonly traits: Acceptable['traits'];
}

const explained = ({ suite, traits }: OfferedSuite): Acceptable => ({ suite: phase2SuiteText(suite), traits });

/** A suite of ours as its transform offered it. */
function suiteOffered(
  suite: Phase2Suite,
  transform: Transform | undefined,
): OfferedSuite & { readonly lifetime: Lifetime } {
  const lifetime = transform && ownLifetime(statedLifetime(transform.attributes, PHASE2_LIFE));
  if (transform === undefined || lifetime === undefined)
    throw new IkeError('INVALID_ARGUMENT', { what: 'offer is not one of ours' });
  return { suite, lifetime, traits: phase2SuiteTraits(suite, encapsulationModeOf(transform) ?? 0) };
}
