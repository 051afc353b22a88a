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
  /** As for ciphers. */
  readonly warning?: string;
}

const modp = (ikeId: number, bytes: number, privateBytes: number) =>
  ({ ikeId, kind: 'modp', publicBytes: bytes, secretBytes: bytes, privateBytes }) as const;

/** What is weak stands last, here as in the other tables, so that a list of names ends with it. */
export const GROUPS = {
  modp1536: modp(5, 192, 32),
  modp2048: modp(14, 256, 32),
  modp3072: modp(15, 384, 40),
  modp4096: modp(16, 512, 48),
  modp6144: modp(17, 768, 56),
  modp8192: modp(18, 1024, 64),
  ecp256: { ikeId: 19, kind: 'ecp', publicBytes: 64, secretBytes: 32, privateBytes: 32 },
  ecp384: { ikeId: 20, kind: 'ecp', publicBytes: 96, secretBytes: 48, privateBytes: 48 },
  ecp521: { ikeId: 21, kind: 'ecp', publicBytes: 132, secretBytes: 66, privateBytes: 66 },
  x25519: { ikeId: 31, kind: 'x25519', publicBytes: 32, secretBytes: 32, privateBytes: 32 },
  modp1024: { ...modp(2, 128, 24), warning: 'can be broken by those with much money' },
  modp768: { ...modp(1, 96, 24), warning: 'can be broken within hours' },
} as const satisfies Record<string, GroupSpec>;

export type GroupName = keyof typeof GROUPS;
export type ModpName = Extract<GroupName, `modp${number}`>;
export type EcpName = Extract<GroupName, `ecp${number}`>;

interface RefusedGroup {
  readonly ikeId: number;
  /** The end of a sentence that begins with the group's name. */
  readonly reason: string;
}

const SMALL_SUBGROUPS = 'has small subgroups that give a private value away, and a prime of unknown origin';

/** Groups that peers know and that are never taken, whoever names them: those of RFC 5114 §2, for the reasons in RFC 8247 §2.4. */
export const REFUSED_GROUPS = {
  modp1024s160: { ikeId: 22, reason: SMALL_SUBGROUPS },
  modp2048s224: { ikeId: 23, reason: SMALL_SUBGROUPS },
  modp2048s256: { ikeId: 24, reason: SMALL_SUBGROUPS },
} as const satisfies Record<string, RefusedGroup>;

/** What a group is called that a peer describes by its prime and generator instead of a number (RFC 2409 App. A). */
export const DESCRIBED_GROUP = "of the peer's making";

/** Why a group of this name is never taken; undefined for every other name. */
export function refusedGroupReason(name: string): string | undefined {
  if (name === DESCRIBED_GROUP) return 'costs seconds to check, and a trapdoor in its prime is found by no check';
  const refused: Readonly<Record<string, RefusedGroup>> = REFUSED_GROUPS;
  return Object.hasOwn(refused, name) ? refused[name]?.reason : undefined;
}

export const isModp = (group: GroupName): group is ModpName => GROUPS[group].kind === 'modp';
export const isEcp = (group: GroupName): group is EcpName => GROUPS[group].kind === 'ecp';
