import { concat, isZero } from '../base/bytes.ts';

/** What a datagram is, by the port that it came to. */
export type Arrival =
  | { readonly kind: 'ike'; readonly message: Uint8Array }
  | { readonly kind: 'esp'; readonly packet: Uint8Array }
  | { readonly kind: 'keepalive' }
  | { readonly kind: 'garbage' };

/** RFC 3948 §2.2: four zero octets where ESP has its SPI, which is never zero. */
export const MARKER_BYTES = 4;
const NON_ESP_MARKER = new Uint8Array(MARKER_BYTES);
/** SPI and sequence number: less is no ESP (RFC 4303 §2). */
const ESP_HEADER_BYTES = 8;
/** RFC 3948 §2.3: one octet of 0xFF. */
const KEEPALIVE_OCTET = 0xff;

/** A datagram on the NAT-T port, 4500 (RFC 3948 §2). A NAT keepalive is no sign of life (RFC 3948 §4). Views, not copies. */
export function classifyOnNattPort(datagram: Uint8Array): Arrival {
  if (isKeepalive(datagram)) return { kind: 'keepalive' };
  if (datagram.length < NON_ESP_MARKER.length) return { kind: 'garbage' };
  if (isZero(datagram.subarray(0, NON_ESP_MARKER.length))) {
    return { kind: 'ike', message: datagram.subarray(NON_ESP_MARKER.length) };
  }
  return datagram.length < ESP_HEADER_BYTES ? { kind: 'garbage' } : { kind: 'esp', packet: datagram };
}

/**
 * A datagram on the IKE port, 500: a message without marker, never ESP (RFC 3948 §2.2).
 *
 * Interop: the first drafts of NAT traversal stay on this port, keepalives too.
 */
export function classifyOnIkePort(datagram: Uint8Array): Arrival {
  if (isKeepalive(datagram)) return { kind: 'keepalive' };
  return datagram.length === 0 ? { kind: 'garbage' } : { kind: 'ike', message: datagram };
}

/** An ISAKMP message as it leaves from the NAT-T port. */
export function withMarker(message: Uint8Array): Uint8Array {
  return concat(NON_ESP_MARKER, message);
}

const isKeepalive = (datagram: Uint8Array): boolean => datagram.length === 1 && datagram[0] === KEEPALIVE_OCTET;
