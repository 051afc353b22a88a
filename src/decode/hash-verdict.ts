import type { Secret } from '../base/secret.ts';
import type { HashName } from '../crypto/hashes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { hashI, hashR } from '../ike/keys/phase1-hash.ts';
import { hash1, hash2, hash3, informationalHash } from '../ike/keys/quick-hash.ts';
import type { Phase1Said } from './phase1-said.ts';

export type HashKind = 'HASH_I' | 'HASH_R' | 'HASH(1)' | 'HASH(2)' | 'HASH(3)';

/** What became of the HASH payload of a message. */
export interface HashVerdict {
  /** Which of the hashes it is, or should be; undefined where nothing was computed. */
  readonly kind: HashKind | undefined;
  /** `unchecked`: the keys that it needs are not known. */
  readonly status: 'verified' | 'wrong' | 'unchecked';
}

interface Using {
  readonly crypto: CryptoProvider;
  readonly hash: HashName;
}

type Expected = readonly [HashKind, Uint8Array];

/** HASH_I or HASH_R, RFC 2409 §5: whose it is follows from which of them it equals. */
export function phase1Verdict(
  { crypto, hash }: Using,
  skeyid: Secret | undefined,
  said: Phase1Said,
  cookies: { readonly initiator: Uint8Array; readonly responder: Uint8Array },
  found: { readonly hash: Uint8Array; readonly idBody: Uint8Array | undefined; readonly likely: 'HASH_I' | 'HASH_R' },
): HashVerdict {
  const { publicI, publicR, saBodyI } = said;
  const { idBody } = found;
  if (skeyid === undefined || publicI === undefined || publicR === undefined) return unchecked;
  if (saBodyI === undefined || idBody === undefined) return unchecked;
  const { initiator: initiatorCookie, responder: responderCookie } = cookies;
  const over = { gxi: publicI, gxr: publicR, initiatorCookie, responderCookie, saBodyI };
  const both: readonly Expected[] = [
    ['HASH_I', hashI(crypto, hash, skeyid, { ...over, idBodyI: idBody })],
    ['HASH_R', hashR(crypto, hash, skeyid, { ...over, idBodyR: idBody })],
  ];
  return verdict(crypto, found.hash, both, found.likely);
}

/** What a HASH of phase 2 may cover. */
export interface Phase2Found {
  readonly hash: Uint8Array;
  readonly messageId: number;
  /** Everything behind the HASH payload to the end of the chain. */
  readonly rest: Uint8Array;
  /** Of this Quick Mode, so far; empty for every other exchange. */
  readonly nonces: readonly Uint8Array[];
}

/** HASH(1) to HASH(3) of Quick Mode, RFC 2409 §5.5. */
export function quickModeVerdict(
  { crypto, hash }: Using,
  skeyidA: Secret | undefined,
  { hash: data, messageId, rest, nonces }: Phase2Found,
  likely: HashKind,
): HashVerdict {
  if (skeyidA === undefined) return unchecked;
  const [nonceI, nonceR] = nonces;
  const expected: Expected[] = [['HASH(1)', hash1(crypto, hash, skeyidA, messageId, rest)]];
  if (nonceI !== undefined) expected.push(['HASH(2)', hash2(crypto, hash, skeyidA, messageId, nonceI, rest)]);
  if (nonceI !== undefined && nonceR !== undefined)
    expected.push(['HASH(3)', hash3(crypto, hash, skeyidA, messageId, nonceI, nonceR)]);
  return verdict(crypto, data, expected, likely);
}

/** HASH(1) of an Informational, RFC 2409 §5.7, and of a Transaction exchange, draft-dukes-ike-mode-cfg-02 §3.1. */
export function informationalVerdict(
  { crypto, hash }: Using,
  skeyidA: Secret | undefined,
  { hash: data, messageId, rest }: Phase2Found,
): HashVerdict {
  if (skeyidA === undefined) return unchecked;
  return verdict(crypto, data, [['HASH(1)', informationalHash(crypto, hash, skeyidA, messageId, rest)]], 'HASH(1)');
}

const unchecked: HashVerdict = { kind: undefined, status: 'unchecked' };

function verdict(
  crypto: CryptoProvider,
  data: Uint8Array,
  expected: readonly Expected[],
  likely: HashKind,
): HashVerdict {
  const kind = expected.find(([, value]) => crypto.equal(value, data))?.[0];
  return kind === undefined ? { kind: likely, status: 'wrong' } : { kind, status: 'verified' };
}
