/** Numbers of the kernel's interface, as linux/xfrm.h has them. */
export const NETLINK_XFRM = 6;

export const XFRM_MSG = {
  NEWSA: 0x10,
  DELSA: 0x11,
  GETSA: 0x12,
  NEWPOLICY: 0x13,
  DELPOLICY: 0x14,
  GETPOLICY: 0x15,
  ALLOCSPI: 0x16,
  ACQUIRE: 0x17,
  EXPIRE: 0x18,
  UPDPOLICY: 0x19,
  UPDSA: 0x1a,
  FLUSHSA: 0x1c,
  NEWAE: 0x1e,
  GETAE: 0x1f,
  MIGRATE: 0x21,
  NEWSPDINFO: 0x24,
  GETSPDINFO: 0x25,
  MAPPING: 0x26,
} as const;

export const XFRMA = {
  ALG_CRYPT: 2,
  ENCAP: 4,
  TMPL: 5,
  LTIME_VAL: 9,
  SRCADDR: 13,
  COADDR: 14,
  LASTUSED: 15,
  MIGRATE: 17,
  ALG_AEAD: 18,
  ALG_AUTH_TRUNC: 20,
  MARK: 21,
  REPLAY_ESN_VAL: 23,
  SA_EXTRA_FLAGS: 24,
  PROTO: 25,
  OFFLOAD_DEV: 28,
  SET_MARK: 29,
  SET_MARK_MASK: 30,
  IF_ID: 31,
} as const;

export const XFRMA_SPD = { INFO: 1, IPV4_HTHRESH: 3, IPV6_HTHRESH: 4 } as const;

/** Multicast groups whose messages we hear. */
export const XFRM_GROUP = { ACQUIRE: 1, EXPIRE: 2, MAPPING: 8 } as const;

export const XFRM_STATE = { NOECN: 1, DECAP_DSCP: 2, NOPMTUDISC: 4, AF_UNSPEC: 32, ESN: 128 } as const;

/** IP protocol number of ESP, RFC 4303 §2. */
export const IPPROTO_ESP = 50;
