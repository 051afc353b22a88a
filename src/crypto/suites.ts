import type { CipherName } from './ciphers.ts';
import { type EspSuite, espSuiteText } from './esp-transforms.ts';
import type { GroupName } from './groups.ts';
import type { HashName } from './hashes.ts';

/** The algorithms of an ISAKMP SA. */
export interface Phase1Suite {
  readonly cipher: CipherName;
  readonly hash: HashName;
  readonly group: GroupName;
}

/** The algorithms of an IPsec SA; a group means perfect forward secrecy (RFC 2409 §5.5). */
export interface Phase2Suite extends EspSuite {
  readonly group?: GroupName;
}

/** `aes256-sha256-modp2048`: as a configuration writes it. */
export const phase1SuiteText = (suite: Phase1Suite): string => `${suite.cipher}-${suite.hash}-${suite.group}`;

/** `aes256-sha256`, `aes128gcm16-modp2048`: as a configuration writes it. */
export function phase2SuiteText(suite: Phase2Suite): string {
  return suite.group === undefined ? espSuiteText(suite) : `${espSuiteText(suite)}-${suite.group}`;
}
