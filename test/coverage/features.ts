import { AROUND } from './features-around.ts';
import { IDENTITIES_AND_CERTIFICATES } from './features-of-identity.ts';
import { LIFE } from './features-of-life.ts';
import { CRYPTOGRAPHY, EXCHANGES } from './features-of-negotiation.ts';
import { REMOTE_ACCESS } from './features-of-remote-access.ts';
import type { Chapter } from './item.ts';

/** What IKEv1 implementations are asked for: the rows by which they are compared. */
export const FEATURES: readonly Chapter[] = [
  EXCHANGES,
  REMOTE_ACCESS,
  CRYPTOGRAPHY,
  IDENTITIES_AND_CERTIFICATES,
  LIFE,
  AROUND,
];
