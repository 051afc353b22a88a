import { IkeError } from '../../base/errors.ts';
import type { Phase1Suite } from '../../crypto/suites.ts';
import { DOI_IPSEC, PROTOCOL, SIT_IDENTITY_ONLY } from '../wire/numbers.ts';
import type { Proposal } from '../wire/proposal.ts';
import type { SaPayload } from '../wire/sa.ts';
import type { AuthenticationMethod } from './authentication.ts';
import type { Lifetime } from './policy.ts';
import { phase1Transform } from './phase1-transform.ts';

/** # of Transforms and Transform # have one octet each (RFC 2408 §3.5). */
const MAX_SUITES = 255;

/**
 * What the initiator offers for phase 1: one proposal, in it one transform a suite and method, numbered from 1 in order of preference.
 * RFC 2409 §5 allows no second proposal, and a proposal for ISAKMP has no SPI (RFC 2408 §3.5: the cookies are it).
 */
export function phase1Offer(
  suites: readonly Phase1Suite[],
  lifetime: Lifetime,
  methods: readonly AuthenticationMethod[] = ['psk'],
): SaPayload {
  const offered = suites.flatMap((suite) => methods.map((method) => ({ suite, method })));
  requireSuites(offered);
  const transforms = offered.map(({ suite, method }, i) => phase1Transform(i + 1, suite, method, lifetime));
  return oneProposal({ number: 1, protocolId: PROTOCOL.ISAKMP, spi: new Uint8Array(0), transforms });
}

/** An SA payload of the IPsec DOI with one proposal. */
export function oneProposal(proposal: Proposal): SaPayload {
  return { doi: DOI_IPSEC, situation: SIT_IDENTITY_ONLY, proposals: [proposal] };
}

export function requireSuites(suites: readonly unknown[]): void {
  if (suites.length === 0 || suites.length > MAX_SUITES) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'number of suites', have: suites.length, limit: MAX_SUITES });
  }
}
