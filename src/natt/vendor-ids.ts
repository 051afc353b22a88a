import { fromHex, sameBytes } from '../base/bytes.ts';
import { ENCAPSULATION_MODE, PAYLOAD } from '../ike/wire/numbers.ts';

/** One version of NAT traversal: the vendor id that announces it and the numbers that it uses. */
export interface NattDialect {
  readonly name: 'rfc3947' | 'draft-03' | 'draft-02';
  /** Always the MD5 of a text (RFC 3947 §3.1). */
  readonly vendorId: Uint8Array;
  /** Payload types of NAT-D and NAT-OA. */
  readonly natD: number;
  readonly natOa: number;
  /** Encapsulation Mode values for ESP in UDP. */
  readonly udpTunnel: number;
  readonly udpTransport: number;
}

const RFC = {
  natD: PAYLOAD.NAT_D,
  natOa: PAYLOAD.NAT_OA,
  udpTunnel: ENCAPSULATION_MODE.UDP_TUNNEL,
  udpTransport: ENCAPSULATION_MODE.UDP_TRANSPORT,
} as const;
/** draft-ietf-ipsec-nat-t-ike-02 and -03 had to take private numbers. */
const DRAFT = {
  natD: PAYLOAD.NAT_D_DRAFT,
  natOa: PAYLOAD.NAT_OA_DRAFT,
  udpTunnel: ENCAPSULATION_MODE.UDP_TUNNEL_DRAFT,
  udpTransport: ENCAPSULATION_MODE.UDP_TRANSPORT_DRAFT,
} as const;

/**
 * What we speak, the best first, which is the order in which we send the ids.
 *
 * Interop: the second draft is announced in two ways, because some implementations hashed its name with the line feed.
 */
export const DIALECTS: readonly NattDialect[] = [
  { name: 'rfc3947', vendorId: fromHex('4a131c81070358455c5728f20e95452f'), ...RFC },
  { name: 'draft-03', vendorId: fromHex('7d9419a65310ca6f2c179d9215529d56'), ...DRAFT },
  { name: 'draft-02', vendorId: fromHex('90cb80913ebb696e086381b5ec427b1f'), ...DRAFT },
  { name: 'draft-02', vendorId: fromHex('cd60464335df21f87cfdb2fc68b6a448'), ...DRAFT },
];

/** The vendor ids that we announce NAT traversal with, in the order in which they go out. */
export const NATT_VENDOR_IDS: readonly Uint8Array[] = DIALECTS.map(({ vendorId }) => vendorId);

/** The best dialect that the vendor ids of a peer announce; undefined where we have none in common, and NAT traversal is off. */
export function chooseDialect(vendorIds: readonly Uint8Array[]): NattDialect | undefined {
  return DIALECTS.find((dialect) => vendorIds.some((id) => sameBytes(id, dialect.vendorId)));
}

/**
 * Versions that are recognised and not spoken, by the text whose MD5 they are. The first two drafts know no port 4500; what
 * changed between the fourth and the ninth is said in few places, and every peer that sends those sends the RFC's id too.
 */
export const UNSPOKEN_NATT_VENDOR_IDS: Readonly<Record<string, string>> = {
  'draft-ietf-ipsec-nat-t-ike-00': '4485152d18b6bbcd0be8a8469579ddcc',
  'draft-ietf-ipsec-nat-t-ike-01': '16f6ca16e4a4066d83821a0f0aeaa862',
  'draft-ietf-ipsec-nat-t-ike-04': '9909b64eed937c6573de52ace952fa6b',
  'draft-ietf-ipsec-nat-t-ike-05': '80d0bb3def54565ee84645d4c85ce3ee',
  'draft-ietf-ipsec-nat-t-ike-06': '4d1e0e136deafa34c4f3ea9f02ec7285',
  'draft-ietf-ipsec-nat-t-ike-07': '439b59f8ba676c4c7737ae22eab8f582',
  'draft-ietf-ipsec-nat-t-ike-08': '8f8d83826d246b6fc7a8a6a428c11de8',
  'draft-ietf-ipsec-nat-t-ike-09': '42ea5b6f898d9773a575df26e7dd19e1',
  'draft-ietf-ipsec-nat-t-ike': '4df37928e9fc4fd1b3262170d515c662',
  'draft-stenberg-ipsec-nat-traversal-01': '27bab5dc01ea0760ea4e3190ac27c0d0',
  'draft-stenberg-ipsec-nat-traversal-02': '6105c422e76847e43f9684801292aecd',
  ESPThruNAT: '50760f624c63e5c53eea386c685ca083',
  'draft-huttunen-ipsec-esp-in-udp-00.txt': '6a7434c19d7e36348090a02334c9c805',
};
