import { IkeError } from '../base/errors.ts';
import type { DropReason } from './events.ts';
import type { CipherChain } from './keys/cipher-chain.ts';
import { type PayloadView, viewPayloads } from './wire/message.ts';
import { PAYLOAD } from './wire/numbers.ts';
import type { Payloads } from './wire/payloads.ts';
import { checkProtection, decodePayloads, type MessageName } from './wire/rules.ts';
import type { IsakmpHeader } from './wire/header.ts';

/** A generic payload header, RFC 2408 §3.2. */
const GENERIC_HEADER_BYTES = 4;

interface Sealed {
  readonly header: IsakmpHeader;
  readonly body: Uint8Array;
}

interface Readable {
  /** From the second payload's generic header to the end of the last payload, without padding: what HASH(1) and HASH(2) cover. */
  readonly afterFirst: Uint8Array;
  /** The chain after this message; the caller keeps it once the message has proved itself. */
  readonly next: CipherChain | undefined;
}

export type Opened =
  | ({ readonly kind: 'opened'; readonly payloads: Payloads } & Readable)
  | {
      readonly kind: 'refused';
      readonly reason: DropReason;
      readonly error: IkeError;
      /** Of a message that could be decrypted, begins with a HASH and breaks its rule: where the HASH is right, the peer broke it. */
      readonly hashed?: Readable & { readonly hash: Uint8Array };
    };

/** As it came: in clear where there is no chain for it. */
export function open(message: MessageName, sealed: Sealed, chain: CipherChain | undefined): Opened {
  return chain === undefined ? openClear(message, sealed) : openEncrypted(message, sealed, chain);
}

/** Reads a message in clear by the rule of its place in the exchange. */
export function openClear(message: MessageName, { header, body }: Sealed): Opened {
  try {
    checkProtection(message, header.flags);
    const { payloads, afterFirst } = split(header.nextPayload, body);
    return { kind: 'opened', payloads: decodePayloads(message, payloads), afterFirst, next: undefined };
  } catch (error) {
    return refused(error, 'malformed');
  }
}

/** Decrypts and reads. With a wrong key the padding, lengths and payload types are noise, so almost every error here means that. */
export function openEncrypted(message: MessageName, { header, body }: Sealed, chain: CipherChain): Opened {
  try {
    checkProtection(message, header.flags);
    const { plaintext, next } = chain.decrypt(body);
    const { payloads, afterFirst } = split(header.nextPayload, plaintext);
    return decoded(message, payloads, { afterFirst, next });
  } catch (error) {
    return refused(error, 'undecryptable');
  }
}

function split(first: number, plaintext: Uint8Array): { payloads: readonly PayloadView[]; afterFirst: Uint8Array } {
  const { payloads, rest } = viewPayloads(first, plaintext);
  const from = GENERIC_HEADER_BYTES + (payloads[0]?.body.length ?? 0);
  return { payloads, afterFirst: plaintext.subarray(from, plaintext.length - rest.length) };
}

function decoded(message: MessageName, views: readonly PayloadView[], readable: Readable): Opened {
  try {
    return { kind: 'opened', payloads: decodePayloads(message, views), ...readable };
  } catch (error) {
    const [first] = views;
    if (first?.type !== PAYLOAD.HASH || !IkeError.is(error)) throw error;
    return { kind: 'refused', reason: 'undecryptable', error, hashed: { ...readable, hash: first.body } };
  }
}

function refused(error: unknown, reason: DropReason): Opened {
  if (!IkeError.is(error)) throw error;
  return { kind: 'refused', reason, error };
}
