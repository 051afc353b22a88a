import { u16At } from '../base/bytes.ts';
/** What lies in a frame: an IP packet, something else, or something behind a link layer that is not read here. */
export type Linked = { readonly ip: Uint8Array } | 'not-ip' | 'unknown-link-type';

const ETHERTYPE = { IPV4: 0x0800, IPV6: 0x86dd, PPPOE: 0x8864 } as const;
/** 802.1Q, 802.1ad and the older double tag. */
const VLAN_TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100];
/** RFC 1332 §2, RFC 5072 §3. */
const PPP_PROTOCOLS: readonly number[] = [0x0021, 0x0057];

/** The IP packet in a frame. The numbers are those of the registry at tcpdump.org/linktypes. */
export function networkLayer(linkType: number, bytes: Uint8Array): Linked {
  switch (linkType) {
    case 0: // NULL
    case 108: // LOOP: a protocol family of four octets, whose numbers differ by system; the IP version says the same
      return { ip: bytes.subarray(4) };
    case 1: // ETHERNET
      return etherPayload(u16At(bytes, 12), bytes.subarray(14));
    case 12: // RAW, as OpenBSD and others number it
    case 101: // RAW
    case 228: // IPV4
    case 229: // IPV6
      return { ip: bytes };
    case 113: // LINUX_SLL
      return etherPayload(u16At(bytes, 14), bytes.subarray(16));
    case 276: // LINUX_SLL2
      return etherPayload(u16At(bytes, 0), bytes.subarray(20));
    default:
      return 'unknown-link-type';
  }
}

/** What an EtherType stands for, VLAN tags passed over; a session of PPPoE, as DSL lines have it, is looked into (RFC 2516 §4). */
function etherPayload(etherType: number, bytes: Uint8Array): Linked {
  let type = etherType;
  let rest = bytes;
  while (VLAN_TAGS.includes(type) && rest.length >= 4) {
    type = u16At(rest, 2);
    rest = rest.subarray(4);
  }
  if (type === ETHERTYPE.IPV4 || type === ETHERTYPE.IPV6) return { ip: rest };
  return type === ETHERTYPE.PPPOE && PPP_PROTOCOLS.includes(u16At(rest, 6)) ? { ip: rest.subarray(8) } : 'not-ip';
}
