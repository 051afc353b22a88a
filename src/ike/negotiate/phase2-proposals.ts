import { ByteReader } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { PROTOCOL, protocolName } from '../wire/numbers.ts';
import type { Proposal } from '../wire/proposal.ts';
import type { SaPayload } from '../wire/sa.ts';
import type { Transform } from '../wire/transform.ts';
import { PHASE2_LIFE, type StatedLifetime, statedLifetime } from './lifetime.ts';
import { FIRST_SPI } from './phase2-offer.ts';
import { type Phase2Reading, phase2Traits } from './phase2-transform.ts';
import type { Candidate } from './refusal.ts';

/** A transform of an ESP proposal that stands alone: one that can be chosen. */
export interface EspTransform {
  readonly proposal: Proposal;
  readonly transform: Transform;
  readonly lifetime: StatedLifetime;
}

/** Without `esp` it is something that can be explained but not chosen. */
export interface Phase2Candidate extends Candidate {
  readonly esp?: EspTransform;
}

/**
 * What a peer offers in Quick Mode, in its order. Different proposal numbers are alternatives, equal ones belong together
 * (RFC 2408 §4.2: "a logical AND"); such bundles, and every protocol but ESP, are one candidate that cannot be chosen.
 *
 * Throws BAD_PROPOSAL_SYNTAX for transforms that break the rules of their attributes.
 */
export function phase2Candidates(offer: SaPayload, reading: Phase2Reading): Phase2Candidate[] {
  const bundles = new Map<number, Proposal[]>();
  for (const proposal of offer.proposals) {
    bundles.set(proposal.number, [...(bundles.get(proposal.number) ?? []), proposal]);
  }
  return [...bundles.values()].flatMap((bundle) => candidatesOf(bundle, reading));
}

function candidatesOf(bundle: readonly Proposal[], reading: Phase2Reading): Phase2Candidate[] {
  const [proposal] = bundle;
  if (proposal === undefined) return [];
  if (bundle.length > 1 || proposal.protocolId !== PROTOCOL.ESP) {
    const protocols = bundle.slice(0, BUNDLE_NAMED).map(({ protocolId }) => protocolName(protocolId));
    return [{ proposal: proposal.number, traits: { protocol: protocols.join(' with ') } }];
  }
  return proposal.transforms.map((transform) => ({
    proposal: proposal.number,
    transform: transform.number,
    traits: phase2Traits(transform, reading),
    esp: { proposal, transform, lifetime: statedLifetime(transform.attributes, PHASE2_LIFE) },
  }));
}

/** AH, ESP and IPComp are three; more are not a bundle but nonsense. */
const BUNDLE_NAMED = 4;

/** The SPI of a peer's ESP proposal; INVALID_SPI for a reserved one: RFC 4303 §2.1, and 0 is the non-ESP marker (RFC 3948 §2.2). */
export function peerSpi(proposal: Proposal): number {
  const r = new ByteReader(proposal.spi);
  const spi = r.u32('SPI');
  r.end('SPI');
  if (spi < FIRST_SPI) throw new IkeError('INVALID_SPI', { spi });
  return spi;
}
