import { ENCAPSULATION_MODE } from '../ike/wire/numbers.ts';
import type { NattDialect } from './vendor-ids.ts';

/**
 * The Encapsulation Mode value for a tunnel's mode: the plain one without NAT, so `dialect` undefined, else that of the dialect.
 * RFC 3947 §5.1 wants UDP encapsulation only where there is a NAT, and not both kinds in one offer.
 */
export function encapsulationMode(mode: 'tunnel' | 'transport', dialect: NattDialect | undefined): number {
  if (dialect === undefined) return mode === 'tunnel' ? ENCAPSULATION_MODE.TUNNEL : ENCAPSULATION_MODE.TRANSPORT;
  return mode === 'tunnel' ? dialect.udpTunnel : dialect.udpTransport;
}

/**
 * The values that a responder may agree on, the proper one first.
 *
 * Interop: a peer that announced the RFC and a draft may number by either, so with a NAT both numbers of a mode will do: they
 * mean the same.
 */
export function encapsulationModes(
  mode: 'tunnel' | 'transport',
  dialect: NattDialect | undefined,
): readonly [number, ...number[]] {
  const proper = encapsulationMode(mode, dialect);
  if (dialect === undefined) return [proper];
  const both =
    mode === 'tunnel'
      ? [ENCAPSULATION_MODE.UDP_TUNNEL, ENCAPSULATION_MODE.UDP_TUNNEL_DRAFT]
      : [ENCAPSULATION_MODE.UDP_TRANSPORT, ENCAPSULATION_MODE.UDP_TRANSPORT_DRAFT];
  return [proper, ...both.filter((other) => other !== proper)];
}
