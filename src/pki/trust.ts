import type { Certificate } from './certificate.ts';
import type { RevocationList } from './revocation-list.ts';
import type { WeakAlgorithm } from './rules.ts';

/** Whom one connection trusts, and how far. */
export interface Trust {
  /** Authorities: each ends a path, whether it signed itself or not. */
  readonly authorities: readonly Certificate[];
  /** Certificates that may stand between; peers send theirs besides. */
  readonly intermediates: readonly Certificate[];
  /** Certificates of peers that are trusted as they are, without an authority. */
  readonly pinned: readonly Certificate[];
  readonly revocation: Revocation;
  readonly allow: readonly WeakAlgorithm[];
}

/** `soft` lets pass what no list speaks about; `hard` wants a current list of every issuer in the path. */
export type Revocation =
  | { readonly mode: 'off' }
  | { readonly mode: 'soft' | 'hard'; readonly lists: readonly RevocationList[] };
