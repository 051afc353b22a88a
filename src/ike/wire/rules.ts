import { IkeError } from '../../base/errors.ts';
import type { PayloadView } from './message.ts';
import { FLAG, payloadName } from './numbers.ts';
import { readPayload } from './payload.ts';
import { Payloads } from './payloads.ts';
import { type PayloadName, registeredName } from './registry.ts';

/** One arrow of one ladder: the rules are per message, so that exchanges need not look for what is missing. */
export type MessageName =
  | `main-mode-${1 | 2 | 3 | 4 | 5 | 6}`
  | `aggressive-${1 | 2 | 3}`
  | `quick-mode-${1 | 2 | 3}`
  | 'informational-clear'
  | 'informational'
  | 'new-group'
  | 'transaction'
  | 'fragment';

type Count = readonly [min: number, max: number];

const NONE: readonly PayloadName[] = [];

export interface MessageRule {
  /** Whether the E bit must be clear, must be set, or may be either. */
  readonly protection: 'clear' | 'encrypted' | 'either';
  /** How often each payload may stand there; one that is not listed may not. Payloads of unknown number may always, and mean nothing. */
  readonly payloads: Readonly<Partial<Record<PayloadName, Count>>>;
  /** What the message must begin with, in this order. */
  readonly first?: readonly PayloadName[];
  /** Exactly one of these must be there, once. */
  readonly oneOf?: readonly PayloadName[];
  /** These come as none or as two that are neighbours. */
  readonly paired?: PayloadName;
}

const ONE: Count = [1, 1];
const OPTIONAL: Count = [0, 1];

/** Ours: the bounds that are not the RFC's. Nobody sends half as many, and each costs work before anything is proved. */
const VENDOR_IDS = { 'vendor-id': [0, 40] } as const;
const NOTIFICATIONS = { notification: [0, 20] } as const;
/** RFC 2408 §3.9 and §3.10: both "MUST be accepted at any point during an exchange". */
const CERTIFICATES = { certificate: [0, 8], 'certificate-request': [0, 20] } as const;
const NAT_D = { 'nat-d': [0, 10] } as const;
/** What may stand in any message of phase 1. An exchange gives no weight to a notification that is not protected. */
const PHASE_1 = { ...VENDOR_IDS, ...NOTIFICATIONS, ...CERTIFICATES } as const;

/** RFC 2409 §5: "The SA payload MUST precede all other payloads in a phase 1 exchange." */
const MAIN_MODE_SA: MessageRule = { protection: 'clear', first: ['sa'], payloads: { sa: ONE, ...PHASE_1 } };

const MAIN_MODE_KE: MessageRule = {
  protection: 'clear',
  payloads: { 'key-exchange': ONE, nonce: ONE, ...NAT_D, ...PHASE_1 },
};

const MAIN_MODE_AUTH: MessageRule = {
  protection: 'encrypted',
  oneOf: ['hash', 'signature'],
  payloads: { identification: ONE, hash: OPTIONAL, signature: OPTIONAL, ...PHASE_1 },
};

/**
 * RFC 2409 §5.5: "a HASH payload MUST immediately follow the ISAKMP header and a SA payload MUST immediately follow the HASH", and IDci
 * and IDcr stand behind each other.
 *
 * Deviation: RFC 2409 §5.5 allows several SA payloads in one Quick Mode; we refuse a second one. No peer is known to send it, and all of them
 * would have to share one KEYMAT.
 */
const QUICK_MODE_SA: MessageRule = {
  protection: 'encrypted',
  first: ['hash', 'sa'],
  paired: 'identification',
  payloads: {
    hash: ONE,
    sa: ONE,
    nonce: ONE,
    'key-exchange': OPTIONAL,
    identification: [0, 2],
    'nat-oa': [0, 2],
    ...NOTIFICATIONS,
    ...VENDOR_IDS,
  },
};

export const MESSAGE_RULES: { readonly [M in MessageName]: MessageRule } = {
  // Main Mode, RFC 2409 §5.
  'main-mode-1': MAIN_MODE_SA,
  'main-mode-2': MAIN_MODE_SA,
  'main-mode-3': MAIN_MODE_KE,
  'main-mode-4': MAIN_MODE_KE,
  'main-mode-5': MAIN_MODE_AUTH,
  'main-mode-6': MAIN_MODE_AUTH,
  // Aggressive Mode, RFC 2409 §5; its third message may or may not be encrypted.
  'aggressive-1': {
    protection: 'clear',
    first: ['sa'],
    payloads: { sa: ONE, 'key-exchange': ONE, nonce: ONE, identification: ONE, ...PHASE_1 },
  },
  'aggressive-2': {
    protection: 'clear',
    first: ['sa'],
    oneOf: ['hash', 'signature'],
    payloads: {
      sa: ONE,
      'key-exchange': ONE,
      nonce: ONE,
      identification: ONE,
      hash: OPTIONAL,
      signature: OPTIONAL,
      ...NAT_D,
      ...PHASE_1,
    },
  },
  'aggressive-3': {
    protection: 'either',
    oneOf: ['hash', 'signature'],
    payloads: { hash: OPTIONAL, signature: OPTIONAL, ...NAT_D, ...PHASE_1 },
  },
  'quick-mode-1': QUICK_MODE_SA,
  'quick-mode-2': QUICK_MODE_SA,
  'quick-mode-3': {
    protection: 'encrypted',
    first: ['hash'],
    payloads: { hash: ONE, ...NOTIFICATIONS, ...VENDOR_IDS },
  },
  // Informational, RFC 2409 §5.7: HASH(1) first once there are keys, and before that no HASH at all.
  'informational-clear': { protection: 'clear', payloads: { delete: [0, 20], ...NOTIFICATIONS, ...VENDOR_IDS } },
  informational: {
    protection: 'encrypted',
    first: ['hash'],
    payloads: { hash: ONE, delete: [0, 20], ...NOTIFICATIONS, ...VENDOR_IDS },
  },
  // RFC 2409 §5.6.
  'new-group': { protection: 'encrypted', first: ['hash'], payloads: { hash: ONE, sa: ONE, ...VENDOR_IDS } },
  // draft-dukes-ike-mode-cfg-02 §3.1.1. Deviation: the unprotected exchange of its §3.1.2 is not spoken.
  transaction: {
    protection: 'encrypted',
    first: ['hash'],
    payloads: { hash: ONE, configuration: ONE, ...NOTIFICATIONS, ...VENDOR_IDS },
  },
  // Interop: racoon sets the E bit on the message that carries a fragment, others do not; what is in it is not encrypted once more.
  fragment: { protection: 'either', payloads: { fragment: ONE } },
};

/** Throws INVALID_FLAGS where the E bit of the header is not what the message needs (RFC 2408 §3.1). Other bits are not looked at. */
export function checkProtection(message: MessageName, flags: number): void {
  const { protection } = MESSAGE_RULES[message];
  const encrypted = (flags & FLAG.ENCRYPTION) !== 0;
  if (protection !== 'either' && encrypted !== (protection === 'encrypted')) {
    throw new IkeError('INVALID_FLAGS', { what: 'Flags', message, need: protection, have: flags });
  }
}

/**
 * Reads the payloads of one message after it has been decrypted, by the rule of that message.
 *
 * Numbers and order are checked before anything is decoded. Throws INVALID_PAYLOAD_TYPE for a payload that does not belong there,
 * PAYLOAD_MALFORMED for a missing, repeated or misplaced one, and what the codecs throw.
 */
export function decodePayloads(message: MessageName, views: readonly PayloadView[]): Payloads {
  const rule = MESSAGE_RULES[message];
  const names = views.map(({ type }) => registeredName(type));
  checkCounts(message, rule, views, names);
  checkOrder(message, rule.first ?? NONE, names);
  if (rule.oneOf !== undefined) checkOneOf(message, rule.oneOf, names);
  if (rule.paired !== undefined) checkPaired(message, rule.paired, names);
  return new Payloads(views.map(readPayload));
}

function checkCounts(
  message: MessageName,
  rule: MessageRule,
  views: readonly PayloadView[],
  names: readonly (PayloadName | undefined)[],
): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    // Deviation: RFC 2408 §5.3 answers unknown payloads with INVALID-PAYLOAD-TYPE; they cost nothing and are left alone.
    if (name !== undefined && rule.payloads[name] === undefined)
      throw new IkeError('INVALID_PAYLOAD_TYPE', { what: payloadName(views[i]?.type ?? 0), message });
  }
  for (const [name, [min, max]] of countsOf(rule)) {
    let have = 0;
    for (const present of names) if (present === name) have++;
    if (have < min) throw new IkeError('PAYLOAD_MALFORMED', { missing: name, message });
    if (have > max) throw new IkeError('PAYLOAD_MALFORMED', { repeated: name, message, limit: max, have });
  }
}

type Counts = readonly (readonly [PayloadName, Count])[];

const COUNTS = new WeakMap<MessageRule, Counts>();

/** The rows of a rule, listed once: every message is held to one. */
function countsOf(rule: MessageRule): Counts {
  const known = COUNTS.get(rule);
  if (known !== undefined) return known;
  const counts = Object.entries(rule.payloads) as [PayloadName, Count][];
  COUNTS.set(rule, counts);
  return counts;
}

function checkOrder(
  message: MessageName,
  first: readonly PayloadName[],
  names: readonly (PayloadName | undefined)[],
): void {
  const at = first.findIndex((name, i) => names[i] !== name);
  if (at >= 0)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'payload order', message, need: first[at], position: at + 1 });
}

function checkOneOf(
  message: MessageName,
  choice: readonly PayloadName[],
  names: readonly (PayloadName | undefined)[],
): void {
  const have = names.filter((name) => name !== undefined && choice.includes(name)).length;
  const what = choice.join(' or ');
  if (have === 0) throw new IkeError('PAYLOAD_MALFORMED', { missing: what, message });
  if (have > 1) throw new IkeError('PAYLOAD_MALFORMED', { repeated: what, message, limit: 1, have });
}

function checkPaired(message: MessageName, name: PayloadName, names: readonly (PayloadName | undefined)[]): void {
  const first = names.indexOf(name);
  if (first < 0) return;
  if (first === names.lastIndexOf(name))
    throw new IkeError('PAYLOAD_MALFORMED', { missing: name, message, need: 2, have: 1 });
  if (names[first + 1] !== name)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'payload order', message, need: `${name} behind ${name}` });
}
