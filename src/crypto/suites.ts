import { type CipherName, CIPHERS, type CipherSpec } from './ciphers.ts';
import {
  ESP_CIPHERS,
  ESP_INTEGRITY,
  type EspCipherSpec,
  type EspIntegritySpec,
  type EspSuite,
  espSuiteText,
} from './esp-transforms.ts';
import { type GroupName, GROUPS, type GroupSpec } from './groups.ts';
import { type HashName, HASHES, type HashSpec } from './hashes.ts';

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

/** `aes256-sha256`, `aes128gcm16-modp2048-esn`: as a configuration writes it. */
export function phase2SuiteText({ group, ...esp }: Phase2Suite): string {
  if (group === undefined) return espSuiteText(esp);
  const { esn, ...algorithms } = esp;
  return `${espSuiteText(algorithms)}-${group}${esn === true ? '-esn' : ''}`;
}

/** What is wrong with a suite of phase 1: `3des has blocks of 64 bits, …`, a sentence for each weak algorithm. */
export function phase1SuiteWarnings({ cipher, hash, group }: Phase1Suite): string[] {
  return [...warning(cipher, CIPHERS[cipher]), ...warning(hash, HASHES[hash]), ...warning(group, GROUPS[group])];
}

/** The same for a suite of phase 2. */
export function phase2SuiteWarnings({ cipher, integrity, group }: Phase2Suite): string[] {
  return [
    ...warning(cipher, ESP_CIPHERS[cipher]),
    ...(integrity === undefined ? [] : warning(integrity, ESP_INTEGRITY[integrity])),
    ...(group === undefined ? [] : warning(group, GROUPS[group])),
  ];
}

type Spec = CipherSpec | HashSpec | GroupSpec | EspCipherSpec | EspIntegritySpec;

const warning = (name: string, { warning: what }: Spec): string[] => (what === undefined ? [] : [`${name} ${what}`]);
