import type { AnyPayload } from '../ike/wire/payload.ts';
import type { PayloadName } from '../ike/wire/registry.ts';
import type { Transform } from '../ike/wire/transform.ts';

/** What the two sides of a phase 1 have said in clear, as bodies of payloads. */
export interface Phase1Said {
  /** SAi_b. */
  readonly saBodyI?: Uint8Array;
  /** The one transform of the responder's SA. */
  readonly chosen?: Transform;
  readonly publicI?: Uint8Array;
  readonly publicR?: Uint8Array;
  readonly nonceI?: Uint8Array;
  readonly nonceR?: Uint8Array;
  /** Only in Aggressive Mode, whose identities are not encrypted (RFC 2409 §5.4). */
  readonly idBodyI?: Uint8Array;
  readonly idBodyR?: Uint8Array;
}

/**
 * What is known when the first message of an exchange was heard: an SA, and in Aggressive Mode KE, nonce and identity of the
 * initiator (RFC 2409 §5.4).
 */
export function offered(payloads: readonly AnyPayload[]): Phase1Said {
  return defined({
    saBodyI: bodyOf(payloads, 'sa'),
    publicI: bodyOf(payloads, 'key-exchange'),
    nonceI: bodyOf(payloads, 'nonce'),
    idBodyI: bodyOf(payloads, 'identification'),
  });
}

/** What is known after a message in clear that bears both cookies; `offer` is what came of the first message under this cookie. */
export function heard(said: Phase1Said, payloads: readonly AnyPayload[], offer: Phase1Said): Phase1Said {
  const sa = payloads.find((payload) => payload.name === 'sa');
  const chosen = sa?.value.proposals[0]?.transforms[0];
  // The responder's choice: everything starts with it, because before it nobody knows to which offer the answer will be.
  const before = chosen === undefined ? said : { ...offer, chosen };
  const [ke, nonce] = [bodyOf(payloads, 'key-exchange'), bodyOf(payloads, 'nonce')];
  if (ke === undefined) return before;
  // In Main Mode the first KE is the initiator's, and no answer to it can be captured before it.
  if (before.publicI === undefined) return { ...before, ...defined({ publicI: ke, nonceI: nonce }) };
  if (before.publicR !== undefined) return before;
  const idBodyR = chosen === undefined ? undefined : bodyOf(payloads, 'identification');
  return { ...before, ...defined({ publicR: ke, nonceR: nonce, idBodyR }) };
}

const bodyOf = (payloads: readonly AnyPayload[], name: PayloadName): Uint8Array | undefined =>
  payloads.find((payload) => payload.name === name)?.body;

/** Without the keys that have no value. */
function defined(said: { readonly [K in keyof Phase1Said]?: Phase1Said[K] | undefined }): Phase1Said {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
