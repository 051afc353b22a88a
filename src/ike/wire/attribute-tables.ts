import {
  AUTHENTICATION_METHOD,
  CONFIGURATION_ATTRIBUTE,
  ENCAPSULATION_MODE,
  LIFE_TYPE,
  numberName,
  PHASE1_ATTRIBUTE,
  PHASE2_ATTRIBUTE,
  PROTOCOL,
} from './numbers.ts';

type Names = Readonly<Record<string, number>>;

/** What the attributes of one place are called, and the values of those that have named ones. */
export interface AttributeTable {
  readonly types: Names;
  readonly values: ReadonlyMap<number, Names>;
  /** Attributes whose value is an address where it has the length of one. */
  readonly addresses?: ReadonlySet<number>;
  /** Attributes whose value is a list of Cisco's networks. */
  readonly networks?: ReadonlySet<number>;
  /** Attributes whose value is text. */
  readonly texts?: ReadonlySet<number>;
  /** Attributes whose value a log must not show, though we have decrypted it. */
  readonly secrets?: ReadonlySet<number>;
}

/** Group Description, RFC 2409 Appendix A, RFC 3526, RFC 5903, RFC 5114 and the IANA registry. */
const GROUP: Names = {
  'MODP-768': 1,
  'MODP-1024': 2,
  'EC2N-155': 3,
  'EC2N-185': 4,
  'MODP-1536': 5,
  'MODP-2048': 14,
  'MODP-3072': 15,
  'MODP-4096': 16,
  'MODP-6144': 17,
  'MODP-8192': 18,
  'ECP-256': 19,
  'ECP-384': 20,
  'ECP-521': 21,
  'MODP-1024-S160': 22,
  'MODP-2048-S224': 23,
  'MODP-2048-S256': 24,
  CURVE25519: 31,
};

/** RFC 2409 Appendix A; AES of RFC 3602 §5.1, Camellia of RFC 4312 §4.1. */
const ENCRYPTION_ALGORITHM: Names = {
  'DES-CBC': 1,
  'IDEA-CBC': 2,
  'BLOWFISH-CBC': 3,
  'RC5-CBC': 4,
  '3DES-CBC': 5,
  'CAST-CBC': 6,
  'AES-CBC': 7,
  'CAMELLIA-CBC': 8,
};

/** RFC 2409 Appendix A and RFC 4868 §4. */
const HASH_ALGORITHM: Names = { MD5: 1, SHA: 2, TIGER: 3, 'SHA2-256': 4, 'SHA2-384': 5, 'SHA2-512': 6 };

/** RFC 2407 §4.5, RFC 4868 §4, RFC 3566 §6 and the IANA registry. */
const AUTHENTICATION_ALGORITHM: Names = {
  'HMAC-MD5': 1,
  'HMAC-SHA': 2,
  'DES-MAC': 3,
  KPDK: 4,
  'HMAC-SHA2-256': 5,
  'HMAC-SHA2-384': 6,
  'HMAC-SHA2-512': 7,
  'HMAC-RIPEMD': 8,
  'AES-XCBC-MAC': 9,
};

/** Phase 1: RFC 2409 Appendix A. */
export const PHASE1_TABLE: AttributeTable = {
  types: PHASE1_ATTRIBUTE,
  values: new Map<number, Names>([
    [PHASE1_ATTRIBUTE.ENCRYPTION_ALGORITHM, ENCRYPTION_ALGORITHM],
    [PHASE1_ATTRIBUTE.HASH_ALGORITHM, HASH_ALGORITHM],
    [PHASE1_ATTRIBUTE.AUTHENTICATION_METHOD, AUTHENTICATION_METHOD],
    [PHASE1_ATTRIBUTE.GROUP_DESCRIPTION, GROUP],
    [PHASE1_ATTRIBUTE.GROUP_TYPE, { MODP: 1, ECP: 2, EC2N: 3 }],
    [PHASE1_ATTRIBUTE.LIFE_TYPE, LIFE_TYPE],
  ]),
};

/** Phase 2: RFC 2407 §4.5. */
export const PHASE2_TABLE: AttributeTable = {
  types: PHASE2_ATTRIBUTE,
  values: new Map<number, Names>([
    [PHASE2_ATTRIBUTE.LIFE_TYPE, LIFE_TYPE],
    [PHASE2_ATTRIBUTE.GROUP_DESCRIPTION, GROUP],
    [PHASE2_ATTRIBUTE.ENCAPSULATION_MODE, ENCAPSULATION_MODE],
    [PHASE2_ATTRIBUTE.AUTHENTICATION_ALGORITHM, AUTHENTICATION_ALGORITHM],
  ]),
};

const C = CONFIGURATION_ATTRIBUTE;

/** Mode Config and XAUTH: draft-dukes-ike-mode-cfg-02 §3.4 and draft-beaulieu-ike-xauth-02 §6.2. */
export const CONFIGURATION_TABLE: AttributeTable = {
  types: CONFIGURATION_ATTRIBUTE,
  values: new Map<number, Names>([
    [C.XAUTH_TYPE, { GENERIC: 0, 'RADIUS-CHAP': 1, OTP: 2, 'S/KEY': 3 }],
    [C.XAUTH_STATUS, { FAIL: 0, OK: 1 }],
  ]),
  addresses: new Set([
    C.INTERNAL_IP4_ADDRESS,
    C.INTERNAL_IP4_NETMASK,
    C.INTERNAL_IP4_DNS,
    C.INTERNAL_IP4_NBNS,
    C.INTERNAL_IP4_DHCP,
    C.INTERNAL_IP6_ADDRESS,
    C.INTERNAL_IP6_NETMASK,
    C.INTERNAL_IP6_DNS,
    C.INTERNAL_IP6_NBNS,
    C.INTERNAL_IP6_DHCP,
  ]),
  texts: new Set([
    C.APPLICATION_VERSION,
    C.XAUTH_USER_NAME,
    C.XAUTH_MESSAGE,
    C.XAUTH_CHALLENGE,
    C.XAUTH_DOMAIN,
    C.UNITY_BANNER,
    C.UNITY_DEFAULT_DOMAIN,
    C.UNITY_SPLIT_DNS,
    C.UNITY_DDNS_HOST_NAME,
  ]),
  networks: new Set([C.UNITY_SPLIT_INCLUDE, C.UNITY_LOCAL_LAN]),
  secrets: new Set([C.XAUTH_USER_PASSWORD, C.XAUTH_PASSCODE, C.XAUTH_NEXT_PIN, C.XAUTH_ANSWER]),
};

/** Transform-Ids by protocol, RFC 2407 §4.4.2 to §4.4.5; AES of RFC 3602 §5.2 and RFC 4106 §8.3, AH of RFC 4868 §4, Camellia of RFC 4312 §4.2. */
const TRANSFORMS: ReadonlyMap<number, Names> = new Map<number, Names>([
  [PROTOCOL.ISAKMP, { 'KEY-IKE': 1 }],
  [PROTOCOL.AH, { MD5: 2, SHA: 3, DES: 4, 'SHA2-256': 5, 'SHA2-384': 6, 'SHA2-512': 7, 'AES-XCBC-MAC': 9 }],
  [
    PROTOCOL.ESP,
    {
      'DES-IV64': 1,
      DES: 2,
      '3DES': 3,
      RC5: 4,
      IDEA: 5,
      CAST: 6,
      BLOWFISH: 7,
      '3IDEA': 8,
      'DES-IV32': 9,
      RC4: 10,
      NULL: 11,
      'AES-CBC': 12,
      'AES-CTR': 13,
      'AES-CCM-8': 14,
      'AES-CCM-12': 15,
      'AES-CCM-16': 16,
      'AES-GCM-8': 18,
      'AES-GCM-12': 19,
      'AES-GCM-16': 20,
      CAMELLIA: 22,
      'NULL-AES-GMAC': 23,
    },
  ],
  [PROTOCOL.IPCOMP, { OUI: 1, DEFLATE: 2, LZS: 3 }],
]);

export const transformName = (protocolId: number, id: number): string =>
  numberName(TRANSFORMS.get(protocolId) ?? {}, 'TRANSFORM', id);
