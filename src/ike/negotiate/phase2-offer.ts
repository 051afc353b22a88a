import { u32Bytes } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { PROTOCOL } from '../wire/numbers.ts';
import type { SaPayload } from '../wire/sa.ts';
import { oneProposal, requireSuites } from './phase1-offer.ts';
import { encapsulationOf, phase2Transform } from './phase2-transform.ts';
import type { TunnelPolicy } from './policy.ts';

/**
 * What the initiator of Quick Mode offers for a tunnel: one ESP proposal with our inbound SPI, in it one transform a suite,
 * numbered from 1 in order of preference. Alternatives are transforms and not proposals, so that one SPI does for all
 * (RFC 2408 §4.2).
 *
 * `encapsulationMode` is the attribute's value: plain or in UDP by what NAT detection said, in the numbers of the dialect of NAT
 * traversal that both sides speak, one only (RFC 3947 §5.1).
 */
export function phase2Offer(tunnel: TunnelPolicy, spi: number, encapsulationMode: number): SaPayload {
  requireSuites(tunnel.suites);
  requireOneGroup(tunnel);
  if (encapsulationOf(encapsulationMode)?.mode !== tunnel.mode) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'encapsulation mode', have: encapsulationMode, need: tunnel.mode });
  }
  const transforms = tunnel.suites.map((suite, i) => phase2Transform(i + 1, suite, encapsulationMode, tunnel.lifetime));
  return oneProposal({ number: 1, protocolId: PROTOCOL.ESP, spi: u32Bytes(requireSpi(spi)), transforms });
}

/** RFC 2409 §5.5: one KE payload serves all offers, so its group is in each of them or in none. */
function requireOneGroup(tunnel: TunnelPolicy): void {
  const groups = new Set(tunnel.suites.map(({ group }) => group ?? 'none'));
  if (groups.size > 1)
    throw new IkeError('INVALID_ARGUMENT', { what: 'PFS groups of one tunnel', groups: [...groups].join(', ') });
}

/** An SPI of ours as it may stand in a proposal. */
export function requireSpi(spi: number): number {
  if (Number.isInteger(spi) && spi >= FIRST_SPI && spi <= 0xffff_ffff) return spi;
  throw new IkeError('INVALID_ARGUMENT', { what: 'SPI', have: spi });
}

/** RFC 4303 §2.1: 0 to 255 are reserved. */
export const FIRST_SPI = 256;
