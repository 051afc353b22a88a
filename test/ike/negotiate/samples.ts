import { IkeError } from '../../../src/base/errors.ts';
import { seconds } from '../../../src/base/instant.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import type { Phase1Suite } from '../../../src/crypto/suites.ts';
import type { Lifetime, TunnelPolicy } from '../../../src/ike/negotiate/policy.ts';
import type { Phase1Policy } from '../../../src/ike/negotiate/phase1-choice.ts';
import { type Refusal, refusalText } from '../../../src/ike/negotiate/refusal.ts';
import type { DataAttribute } from '../../../src/ike/wire/attributes.ts';
import type { SaPayload } from '../../../src/ike/wire/sa.ts';
import type { Transform } from '../../../src/ike/wire/transform.ts';

export const STRONG: Phase1Suite = { cipher: 'aes256', hash: 'sha256', group: 'modp2048' };
export const OLD: Phase1Suite = { cipher: '3des', hash: 'sha1', group: 'modp1024' };
export const HOUR: Lifetime = { duration: seconds(3600) };
export const DAY: Lifetime = { duration: seconds(86_400), kilobytes: 1_000_000 };

export function connection(name: string, suites: readonly Phase1Suite[], lifetime: Lifetime = HOUR): Phase1Policy {
  return { name, suites, lifetime };
}

export function tunnel(over: Partial<TunnelPolicy> = {}): TunnelPolicy {
  return {
    name: 'lan',
    mode: 'tunnel',
    local: parseSelector('10.1.0.0/24'),
    remote: parseSelector('10.2.0.0/24'),
    suites: [{ cipher: 'aes256', integrity: 'sha256', group: 'modp2048' }],
    lifetime: HOUR,
    ...over,
  };
}

export function tv(type: number, value: number): DataAttribute {
  return { type, format: 'tv', value: Uint8Array.of(value >>> 8, value & 0xff) };
}
export function tlv(type: number, ...value: readonly number[]): DataAttribute {
  return { type, format: 'tlv', value: Uint8Array.from(value) };
}

/** An SA like another with its transforms changed, all in its first proposal. */
export function withTransforms(sa: SaPayload, change: (transform: Transform) => Transform): SaPayload {
  return {
    ...sa,
    proposals: sa.proposals.map((proposal) => ({ ...proposal, transforms: proposal.transforms.map(change) })),
  };
}

/** The same with the attributes of every transform changed. */
export function withAttributes(
  sa: SaPayload,
  change: (attributes: readonly DataAttribute[]) => readonly DataAttribute[],
): SaPayload {
  return withTransforms(sa, (transform) => ({ ...transform, attributes: change(transform.attributes) }));
}

/** The same attributes without those of a lifetime, backwards and as TLV of four octets: as good an encoding as any. */
export function reencoded(attributes: readonly DataAttribute[], life: readonly number[]): DataAttribute[] {
  const others = attributes.filter(({ type }) => !life.includes(type)).toReversed();
  return others.map(({ type, value }) => tlv(type, 0, 0, ...value));
}

/** What a call throws, which must be an IkeError; its code and details. */
export function thrown(call: () => unknown): {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
} {
  try {
    call();
  } catch (error) {
    if (IkeError.is(error)) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The explanation behind a NO_PROPOSAL_CHOSEN. */
export function refusalLines(call: () => unknown): string[] {
  const { code, details } = thrown(call);
  if (code !== 'NO_PROPOSAL_CHOSEN') throw new Error(`${code} was thrown`);
  return refusalText(details['refusal'] as Refusal);
}
