import { IkeError } from '../../base/errors.ts';
import {
  ESP_CIPHERS,
  ESP_INTEGRITY,
  type EspIntegrityName,
  type EspSuite,
  espSuiteText,
} from '../../crypto/esp-transforms.ts';
import type { EspKeys } from '../sa.ts';
import type { PacketMemory } from './packet.ts';

/** The lengths that a suite gives to the parts of a packet. */
export interface SuiteShape {
  readonly ivBytes: number;
  readonly blockBytes: number;
  readonly icvBytes: number;
}

/**
 * What protects and checks the packets of one direction of one SA; its key schedule is kept for the SA's life.
 *
 * Both work in place on a packet that begins with its ESP header at `at`; the IV is behind the header already. `high` is the upper
 * half of the sequence number, which is authenticated and not sent where the suite has extended ones (RFC 4303 §2.2.1).
 */
export interface Transform {
  /** Encrypts up to `end` and writes the ICV there: encrypt, then authenticate (RFC 4303 §3.3.2). */
  seal(memory: PacketMemory, at: number, end: number, high: number): void;
  /** Whether the ICV at `end` is right; only then the plaintext is there (RFC 4303 §3.4.4). */
  open(memory: PacketMemory, at: number, end: number, high: number): boolean;
  /** Forgets the keys; nothing may be called after it. */
  close(): void;
}

/** One implementation of all suites, with the memory that its transforms can work on. */
export interface EspTransforms {
  readonly name: string;
  memory(size: number): PacketMemory;
  /** `direction` may save half a key schedule; INVALID_ARGUMENT where keys do not have the suite's lengths. */
  create(suite: EspSuite, keys: EspKeys, direction: 'inbound' | 'outbound'): Transform;
}

export function suiteShape(suite: EspSuite): SuiteShape {
  const { ivBytes, blockBytes, icvBytes } = ESP_CIPHERS[suite.cipher];
  return {
    ivBytes,
    blockBytes,
    icvBytes: suite.integrity === undefined ? icvBytes : ESP_INTEGRITY[suite.integrity].icvBytes,
  };
}

/**
 * Refuses a suite that would not authenticate, or that would twice (RFC 4303 §3.2), and keys of other lengths than its own.
 * Returns the integrity algorithm; that of a combined cipher is not used.
 */
export function requireKeys(suite: EspSuite, keys: EspKeys): EspIntegrityName {
  const cipher = ESP_CIPHERS[suite.cipher];
  if ((cipher.icvBytes === 0) !== (suite.integrity !== undefined)) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'ESP suite', suite: espSuiteText(suite) });
  }
  const encryption = cipher.keyBytes + cipher.saltBytes;
  const integrity = suite.integrity === undefined ? 0 : ESP_INTEGRITY[suite.integrity].keyBytes;
  if (keys.encryption.length !== encryption || keys.integrity.length !== integrity) {
    throw new IkeError('INVALID_ARGUMENT', {
      what: 'ESP key length',
      suite: espSuiteText(suite),
      encryption,
      integrity,
    });
  }
  return suite.integrity ?? 'sha1';
}
