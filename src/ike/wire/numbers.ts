/** Next Payload values, RFC 2408 §3.1; NAT-D and NAT-OA of RFC 3947 §3.2 and §5.2; the drafts' and Cisco's private numbers. */
export const PAYLOAD = {
  NONE: 0,
  SA: 1,
  PROPOSAL: 2,
  TRANSFORM: 3,
  KE: 4,
  ID: 5,
  CERT: 6,
  CERTREQ: 7,
  HASH: 8,
  SIG: 9,
  NONCE: 10,
  NOTIFICATION: 11,
  DELETE: 12,
  VENDOR_ID: 13,
  CONFIGURATION: 14,
  NAT_D: 20,
  NAT_OA: 21,
  /** draft-ietf-ipsec-nat-t-ike-02 and -03. */
  NAT_D_DRAFT: 130,
  NAT_OA_DRAFT: 131,
  /** A piece of a whole message, as Cisco, Microsoft and strongSwan send it. */
  FRAGMENT: 132,
} as const;

/** Exchange types, RFC 2408 §3.1 and RFC 2409 Appendix A; Transaction is draft-dukes-ike-mode-cfg-02 §3.1. */
export const EXCHANGE = {
  BASE: 1,
  /** ISAKMP calls it Identity Protection; RFC 2409 §5 makes Main Mode of it. */
  MAIN_MODE: 2,
  AUTHENTICATION_ONLY: 3,
  AGGRESSIVE: 4,
  INFORMATIONAL: 5,
  TRANSACTION: 6,
  QUICK_MODE: 32,
  NEW_GROUP: 33,
} as const;

/** Bits of the header's Flags, RFC 2408 §3.1. */
export const FLAG = { ENCRYPTION: 1, COMMIT: 2, AUTHENTICATION_ONLY: 4 } as const;

/** IPSEC Security Protocol Identifiers, RFC 2407 §4.4.1. */
export const PROTOCOL = { ISAKMP: 1, AH: 2, ESP: 3, IPCOMP: 4 } as const;

/** The IPsec Domain of Interpretation, RFC 2407 §4.1. */
export const DOI_IPSEC = 1;
/** The one situation that we speak, RFC 2407 §4.2.1. */
export const SIT_IDENTITY_ONLY = 1;
/** Transform-Id of every phase 1 transform, RFC 2407 §4.4.2. */
export const KEY_IKE = 1;

/** Notify Message Types, RFC 2408 §3.14.1, RFC 2407 §4.6.3, and RFC 3706 §5.2 for the last two. */
export const NOTIFY = {
  INVALID_PAYLOAD_TYPE: 1,
  DOI_NOT_SUPPORTED: 2,
  SITUATION_NOT_SUPPORTED: 3,
  INVALID_COOKIE: 4,
  INVALID_MAJOR_VERSION: 5,
  INVALID_MINOR_VERSION: 6,
  INVALID_EXCHANGE_TYPE: 7,
  INVALID_FLAGS: 8,
  INVALID_MESSAGE_ID: 9,
  INVALID_PROTOCOL_ID: 10,
  INVALID_SPI: 11,
  INVALID_TRANSFORM_ID: 12,
  ATTRIBUTES_NOT_SUPPORTED: 13,
  NO_PROPOSAL_CHOSEN: 14,
  BAD_PROPOSAL_SYNTAX: 15,
  PAYLOAD_MALFORMED: 16,
  INVALID_KEY_INFORMATION: 17,
  INVALID_ID_INFORMATION: 18,
  INVALID_CERT_ENCODING: 19,
  INVALID_CERTIFICATE: 20,
  CERT_TYPE_UNSUPPORTED: 21,
  INVALID_CERT_AUTHORITY: 22,
  INVALID_HASH_INFORMATION: 23,
  AUTHENTICATION_FAILED: 24,
  INVALID_SIGNATURE: 25,
  ADDRESS_NOTIFICATION: 26,
  NOTIFY_SA_LIFETIME: 27,
  CERTIFICATE_UNAVAILABLE: 28,
  UNSUPPORTED_EXCHANGE_TYPE: 29,
  UNEQUAL_PAYLOAD_LENGTHS: 30,
  CONNECTED: 16384,
  RESPONDER_LIFETIME: 24576,
  REPLAY_STATUS: 24577,
  INITIAL_CONTACT: 24578,
  R_U_THERE: 36136,
  R_U_THERE_ACK: 36137,
} as const;

/** Attributes of a phase 1 transform, RFC 2409 Appendix A. */
export const PHASE1_ATTRIBUTE = {
  ENCRYPTION_ALGORITHM: 1,
  HASH_ALGORITHM: 2,
  AUTHENTICATION_METHOD: 3,
  GROUP_DESCRIPTION: 4,
  GROUP_TYPE: 5,
  GROUP_PRIME: 6,
  GROUP_GENERATOR_ONE: 7,
  GROUP_GENERATOR_TWO: 8,
  GROUP_CURVE_A: 9,
  GROUP_CURVE_B: 10,
  LIFE_TYPE: 11,
  LIFE_DURATION: 12,
  PRF: 13,
  KEY_LENGTH: 14,
  FIELD_SIZE: 15,
  GROUP_ORDER: 16,
} as const;

/** Attributes of a phase 2 transform, RFC 2407 §4.5; ECN Tunnel of RFC 3168 §9.2.1.2, Extended Sequence Number of RFC 4304 §2. */
export const PHASE2_ATTRIBUTE = {
  LIFE_TYPE: 1,
  LIFE_DURATION: 2,
  GROUP_DESCRIPTION: 3,
  ENCAPSULATION_MODE: 4,
  AUTHENTICATION_ALGORITHM: 5,
  KEY_LENGTH: 6,
  KEY_ROUNDS: 7,
  COMPRESS_DICTIONARY_SIZE: 8,
  COMPRESS_PRIVATE_ALGORITHM: 9,
  ECN_TUNNEL: 10,
  EXTENDED_SEQUENCE_NUMBER: 11,
} as const;

/** RFC 2409 Appendix A; ECDSA of RFC 4754 §6; hybrid of draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2.1; XAUTH of draft-beaulieu-ike-xauth-02 §7.2. */
export const AUTHENTICATION_METHOD = {
  PRE_SHARED_KEY: 1,
  DSS_SIGNATURES: 2,
  RSA_SIGNATURES: 3,
  RSA_ENCRYPTION: 4,
  RSA_REVISED_ENCRYPTION: 5,
  ECDSA_P256_SHA256: 9,
  ECDSA_P384_SHA384: 10,
  ECDSA_P521_SHA512: 11,
  HYBRID_INIT_RSA: 64221,
  HYBRID_RESP_RSA: 64222,
  HYBRID_INIT_DSS: 64223,
  HYBRID_RESP_DSS: 64224,
  XAUTH_INIT_PRE_SHARED: 65001,
  XAUTH_RESP_PRE_SHARED: 65002,
  XAUTH_INIT_DSS: 65003,
  XAUTH_RESP_DSS: 65004,
  XAUTH_INIT_RSA: 65005,
  XAUTH_RESP_RSA: 65006,
} as const;

/** RFC 2409 Appendix A and, with the same numbers, RFC 2407 §4.5. */
export const LIFE_TYPE = { SECONDS: 1, KILOBYTES: 2 } as const;

/** RFC 2407 §4.5, RFC 3947 §5.1; the last two of draft-ietf-ipsec-nat-t-ike-02 and -03. */
export const ENCAPSULATION_MODE = {
  TUNNEL: 1,
  TRANSPORT: 2,
  UDP_TUNNEL: 3,
  UDP_TRANSPORT: 4,
  UDP_TUNNEL_DRAFT: 61443,
  UDP_TRANSPORT_DRAFT: 61444,
} as const;

/** Certificate encodings, RFC 2408 §3.9. */
export const CERTIFICATE_ENCODING = {
  PKCS7: 1,
  PGP: 2,
  DNS_SIGNED_KEY: 3,
  X509_SIGNATURE: 4,
  X509_KEY_EXCHANGE: 5,
  KERBEROS: 6,
  CRL: 7,
  ARL: 8,
  SPKI: 9,
  X509_ATTRIBUTE: 10,
} as const;

/** Kinds of a Configuration payload, draft-dukes-ike-mode-cfg-02 §3.2. */
export const CONFIGURATION_TYPE = { REQUEST: 1, REPLY: 2, SET: 3, ACK: 4 } as const;

/**
 * Attributes of a Configuration payload, draft-dukes-ike-mode-cfg-02 §3.4; those of XAUTH are draft-beaulieu-ike-xauth-02 §6. UNITY is Cisco's
 * range, which no document defines: vpnc, racoon and strongSwan agree on it.
 */
export const CONFIGURATION_ATTRIBUTE = {
  INTERNAL_IP4_ADDRESS: 1,
  INTERNAL_IP4_NETMASK: 2,
  INTERNAL_IP4_DNS: 3,
  INTERNAL_IP4_NBNS: 4,
  INTERNAL_ADDRESS_EXPIRY: 5,
  INTERNAL_IP4_DHCP: 6,
  APPLICATION_VERSION: 7,
  INTERNAL_IP6_ADDRESS: 8,
  INTERNAL_IP6_NETMASK: 9,
  INTERNAL_IP6_DNS: 10,
  INTERNAL_IP6_NBNS: 11,
  INTERNAL_IP6_DHCP: 12,
  INTERNAL_IP4_SUBNET: 13,
  SUPPORTED_ATTRIBUTES: 14,
  INTERNAL_IP6_SUBNET: 15,
  XAUTH_TYPE: 16520,
  XAUTH_USER_NAME: 16521,
  XAUTH_USER_PASSWORD: 16522,
  XAUTH_PASSCODE: 16523,
  XAUTH_MESSAGE: 16524,
  XAUTH_CHALLENGE: 16525,
  XAUTH_DOMAIN: 16526,
  XAUTH_STATUS: 16527,
  XAUTH_NEXT_PIN: 16528,
  XAUTH_ANSWER: 16529,
  UNITY_BANNER: 28672,
  UNITY_SAVE_PASSWORD: 28673,
  UNITY_DEFAULT_DOMAIN: 28674,
  UNITY_SPLIT_DNS: 28675,
  UNITY_SPLIT_INCLUDE: 28676,
  UNITY_NATT_PORT: 28677,
  UNITY_LOCAL_LAN: 28678,
  UNITY_PFS: 28679,
  UNITY_FIREWALL_TYPE: 28680,
  UNITY_BACKUP_SERVERS: 28681,
  UNITY_DDNS_HOST_NAME: 28682,
} as const;

/** The RFC's spelling of a constant's name; a number that no table knows keeps itself in brackets. */
export function numberName(table: Readonly<Record<string, number>>, kind: string, value: number): string {
  const names = namesOf.get(table) ?? new Map(Object.entries(table).map(([name, number]) => [number, nameText(name)]));
  namesOf.set(table, names);
  return names.get(value) ?? `${kind}(${value})`;
}

const nameText = (name: string): string => name.replaceAll('_', '-');
/** Every event of a message has names in it. */
const namesOf = new WeakMap<object, ReadonlyMap<number, string>>();

export const payloadName = (type: number): string => numberName(PAYLOAD, 'PAYLOAD', type);
export const exchangeName = (type: number): string => numberName(EXCHANGE, 'EXCHANGE', type);
export const notifyName = (type: number): string => numberName(NOTIFY, 'NOTIFY', type);
export const protocolName = (id: number): string => numberName(PROTOCOL, 'PROTOCOL', id);
