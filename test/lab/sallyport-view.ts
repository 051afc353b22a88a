import type { Agreement } from './agreement.ts';

/** What our gateway tells of its one connection and its one tunnel. */
export interface OurView {
  readonly phase1: string;
  readonly tunnel: string;
  /** Only while both phases are up. */
  readonly agreement: Agreement | undefined;
  /** The last thing that went wrong. */
  readonly failure:
    | { readonly phase: number; readonly code: string; readonly text: string; readonly advice: string | undefined }
    | undefined;
  /** Why the last SAs ended. */
  readonly ended: string | undefined;
}

/** Reads `status --json`. */
export function viewOf(status: unknown): OurView {
  throw new Error(`not read yet: ${JSON.stringify(status)}`);
}
