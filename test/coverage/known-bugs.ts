import type { Chapter } from './item.ts';
import { KNOWN_BUGS_OF_PROOF } from './known-bugs-of-proof.ts';
import { KNOWN_BUGS_OF_MESSAGES } from './known-bugs-of-messages.ts';
import { KNOWN_BUGS_OF_OTHERS } from './known-bugs-of-others.ts';

/** Vulnerabilities of other implementations, one by one. */
export const KNOWN_BUGS: readonly Chapter[] = [KNOWN_BUGS_OF_PROOF, KNOWN_BUGS_OF_MESSAGES, KNOWN_BUGS_OF_OTHERS];
