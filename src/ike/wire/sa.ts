import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { readGeneric, writeGeneric } from './generic-header.ts';
import { DOI_IPSEC, PAYLOAD, SIT_IDENTITY_ONLY } from './numbers.ts';
import { type Proposal, readProposal, writeProposal } from './proposal.ts';

/**
 * Security Association payload body, RFC 2408 §3.4, with the situation of RFC 2407 §4.6.1.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !              Domain of Interpretation  (DOI)                  !
 *     !                           Situation                           !
 *
 * and the Proposal payloads behind it.
 */
export interface SaPayload {
  readonly doi: number;
  readonly situation: number;
  /** At least one, in the sender's order of preference. */
  readonly proposals: readonly Proposal[];
}

/** Ours: transforms, not proposals, are what peers list by the dozen. */
const MAX_PROPOSALS = 128;

/**
 * Throws DOI_NOT_SUPPORTED and SITUATION_NOT_SUPPORTED before it reads on, because both decide what the following octets
 * mean (the labels of SIT_SECRECY and SIT_INTEGRITY stand before the proposals); then as `readProposal` does.
 */
export function readSa(body: Uint8Array): SaPayload {
  const r = new ByteReader(body);
  const doi = r.u32('DOI');
  if (doi !== DOI_IPSEC) throw new IkeError('DOI_NOT_SUPPORTED', { what: 'DOI', doi });
  const situation = r.u32('Situation');
  if (situation !== SIT_IDENTITY_ONLY) throw new IkeError('SITUATION_NOT_SUPPORTED', { what: 'Situation', situation });
  const proposals = readProposals(r);
  r.end('SA');
  return { doi, situation, proposals };
}

function readProposals(r: ByteReader): readonly Proposal[] {
  const proposals: Proposal[] = [];
  for (let next: number = PAYLOAD.PROPOSAL; next !== PAYLOAD.NONE;) {
    if (next !== PAYLOAD.PROPOSAL)
      throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'Proposal Next Payload', have: next });
    if (proposals.length === MAX_PROPOSALS) {
      throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'number of proposals', limit: MAX_PROPOSALS });
    }
    const payload = readGeneric(r, 'Proposal');
    proposals.push(readProposal(payload.body));
    next = payload.next;
  }
  return proposals;
}

export function writeSa(sa: SaPayload): Uint8Array {
  if (sa.proposals.length === 0) throw new IkeError('INVALID_ARGUMENT', { what: 'SA without a proposal' });
  const w = new ByteWriter().u32(sa.doi).u32(sa.situation);
  for (const [i, proposal] of sa.proposals.entries()) {
    writeGeneric(w, i === sa.proposals.length - 1 ? PAYLOAD.NONE : PAYLOAD.PROPOSAL, writeProposal(proposal));
  }
  return w.finish();
}
