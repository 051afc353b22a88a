export interface GroupSpec {
  /** Group Description attribute value, RFC 2409 App. A and IANA's registry. */
  readonly ikeId: number;
  readonly kind: 'modp' | 'ecp' | 'x25519';
  /** Length of the public value in a KE payload; shorter ones are padded on the left (RFC 2409 §5). */
  readonly publicBytes: number;
  /** Length of g^xy; for ECP it is the x coordinate alone (RFC 5903 §7, and its erratum). */
  readonly secretBytes: number;
  /** Length of a private value of ours: for MODP at least twice the group's strength (RFC 3526 §8). */
  readonly privateBytes: number;
}

export const GROUPS = {
  modp1024: { ikeId: 2, kind: 'modp', publicBytes: 128, secretBytes: 128, privateBytes: 24 },
  modp1536: { ikeId: 5, kind: 'modp', publicBytes: 192, secretBytes: 192, privateBytes: 32 },
  modp2048: { ikeId: 14, kind: 'modp', publicBytes: 256, secretBytes: 256, privateBytes: 32 },
  modp3072: { ikeId: 15, kind: 'modp', publicBytes: 384, secretBytes: 384, privateBytes: 40 },
  modp4096: { ikeId: 16, kind: 'modp', publicBytes: 512, secretBytes: 512, privateBytes: 48 },
  ecp256: { ikeId: 19, kind: 'ecp', publicBytes: 64, secretBytes: 32, privateBytes: 32 },
  ecp384: { ikeId: 20, kind: 'ecp', publicBytes: 96, secretBytes: 48, privateBytes: 48 },
  x25519: { ikeId: 31, kind: 'x25519', publicBytes: 32, secretBytes: 32, privateBytes: 32 },
} as const satisfies Record<string, GroupSpec>;

export type GroupName = keyof typeof GROUPS;
