import { CERTIFICATES, QUICK } from './certificates-and-quick-mode.ts';
import { HEADER, PROPOSALS } from './header-and-proposals.ts';
import { INFORMATIONALS, LIVENESS } from './informational-and-liveness.ts';
import type { Chapter } from './item.ts';
import { IDENTITIES } from './keys-and-identities.ts';
import { IVS, KEYS, PROOF } from './keys-and-proof.ts';
import { FRAGMENTATION, KERNEL, LIVES } from './lives-and-kernel.ts';
import { NAT_TRAVERSAL, STEPS } from './nat-and-retransmission.ts';

/** The facts of IKEv1 that implementers trip on, C-01 to C-130. */
export const CHECKLIST: readonly Chapter[] = [
  HEADER,
  PROPOSALS,
  KEYS,
  IVS,
  PROOF,
  IDENTITIES,
  CERTIFICATES,
  QUICK,
  INFORMATIONALS,
  LIVENESS,
  NAT_TRAVERSAL,
  STEPS,
  LIVES,
  FRAGMENTATION,
  KERNEL,
];
