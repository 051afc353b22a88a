import { IkeError } from '../base/errors.ts';
import type { Secret } from '../base/secret.ts';
import { CIPHERS } from '../crypto/ciphers.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { phase1Iv, phase2Iv } from '../ike/keys/iv.ts';
import { GENERIC_HEADER_BYTES } from '../ike/wire/generic-header.ts';
import type { IsakmpHeader } from '../ike/wire/header.ts';
import { type PayloadChain, viewPayloads } from '../ike/wire/message.ts';
import { EXCHANGE, PAYLOAD } from '../ike/wire/numbers.ts';
import type { AnyPayload } from '../ike/wire/payload.ts';
import {
  type HashKind,
  type HashVerdict,
  informationalVerdict,
  phase1Verdict,
  quickModeVerdict,
} from './hash-verdict.ts';
import type { KnownSaKeys } from './known-keys.ts';
import { phase1Algorithms } from './phase1-algorithms.ts';
import { heard, type Phase1Said } from './phase1-said.ts';
import { type SaKeys, saKeys, type Suite } from './sa-keys.ts';

/** What became of an encrypted message. */
export type Opened =
  | { readonly chain: PayloadChain; readonly hash: HashVerdict | undefined }
  | { readonly why: string };

interface Ready {
  readonly suite: Suite;
  readonly candidates: readonly SaKeys[];
  readonly why: string;
}

/** Ours: places of an IV chain that are tried for a message; more than two matter only where packets are missing. */
const MAX_IVS = 12;
const MAX_SUSPECTS = 4;

const QUICK_MODE_HASHES: readonly HashKind[] = ['HASH(1)', 'HASH(2)', 'HASH(3)'];

/** Where an IV chain has been. */
interface Chain {
  /** Last blocks of the messages that were decrypted; in phase 1, behind its first IV. */
  readonly ivs: Uint8Array[];
  /** Last blocks of those that were not. One of them may still be what the next message starts from: its own IV may have been missing. */
  readonly suspects: Uint8Array[];
}

/** One message id of phase 2: its chain since its first message, and what its hashes need. */
interface Phase2 extends Chain {
  readonly nonces: Uint8Array[];
}

type Header = Pick<IsakmpHeader, 'exchangeType' | 'messageId' | 'nextPayload'>;

/**
 * An ISAKMP SA as somebody sees it who only listens and has been told some of its secrets: keys, IV chains and hashes of both sides
 * (RFC 2409 §5 and App. B). Messages come in the order of the capture, each once: what is a retransmission the caller knows.
 */
export class TrackedSa {
  readonly #crypto: CryptoProvider;
  readonly #known: KnownSaKeys & { readonly psks: readonly Secret[] };
  readonly #cookies: { readonly initiator: Uint8Array; readonly responder: Uint8Array };
  #said: Phase1Said = {};
  #ready: Ready | string | undefined;
  #phase1: Chain = { ivs: [], suspects: [] };
  readonly #phase2 = new Map<number, Phase2>();

  constructor(
    crypto: CryptoProvider,
    known: KnownSaKeys & { readonly psks: readonly Secret[] },
    { initiatorCookie, responderCookie }: Pick<IsakmpHeader, 'initiatorCookie' | 'responderCookie'>,
  ) {
    this.#crypto = crypto;
    this.#known = known;
    this.#cookies = { initiator: initiatorCookie, responder: responderCookie };
  }

  /** A message of phase 1 in clear that bears both cookies; `offer` is what came of the first message. */
  hear(payloads: readonly AnyPayload[], offer: Phase1Said): HashVerdict | undefined {
    const said = heard(this.#said, payloads, offer);
    if (said !== this.#said && this.#phase1.ivs.length <= 1) {
      this.#said = said;
      this.#ready = undefined;
      this.#phase1 = { ivs: [], suspects: [] };
    }
    // In clear only in Aggressive Mode: HASH_R beside IDir, and HASH_I where the third message is not encrypted (RFC 2409 §5.4).
    const hash = payloads.find(({ name }) => name === 'hash')?.body;
    if (hash === undefined) return undefined;
    const isResponders = payloads.some(({ name }) => name === 'sa');
    const idBody = isResponders ? this.#said.idBodyR : this.#said.idBodyI;
    return this.#phase1Verdict({ hash, idBody, likely: isResponders ? 'HASH_R' : 'HASH_I' });
  }

  open(header: Header, body: Uint8Array): Opened {
    const ready = this.#isUnknown() ? 'no key is known for this initiator cookie' : this.#prepared();
    if (typeof ready === 'string') return { why: ready };
    const { blockBytes } = CIPHERS[ready.suite.cipher];
    if (body.length === 0 || body.length % blockBytes !== 0)
      return { why: `its ${body.length} octets are no whole blocks of ${blockBytes}` };
    if (!ready.candidates.some(({ encryptionKey }) => encryptionKey !== undefined)) return { why: ready.why };
    const found = this.#decrypted(ready, header, body);
    const { ivs, suspects } = this.#chainOf(header.messageId);
    if (found === undefined) {
      if (suspects.push(body.slice(-blockBytes)) > MAX_SUSPECTS) suspects.shift();
      return { why: 'it does not decrypt: the key is wrong, or a message before it is missing' };
    }
    const { keys, plaintext, chain } = found;
    this.#ready = { ...ready, candidates: [keys] };
    const hash = this.#verdict(header, chain, plaintext);
    ivs.push(body.slice(-blockBytes));
    return { chain, hash };
  }

  #isUnknown(): boolean {
    const { psks, ...others } = this.#known;
    return psks.length === 0 && Object.keys(others).length === 0;
  }

  /** By the keys and the place of the IV chain with which payloads come out. */
  #decrypted(
    { suite, candidates }: Ready,
    { nextPayload, messageId }: Header,
    body: Uint8Array,
  ): { readonly keys: SaKeys; readonly plaintext: Uint8Array; readonly chain: PayloadChain } | undefined {
    const tried = messageId === 0 ? likelyFirst(this.#phase1) : this.#phase2Ivs(messageId, suite);
    // Interop: peers have sent other values than zero in RESERVED. With a wrong key they are noise, so zeros are looked for first.
    for (const strict of [true, false])
      for (const keys of candidates) {
        const key = keys.encryptionKey?.reveal();
        if (key === undefined) continue;
        for (const iv of tried.slice(0, MAX_IVS)) {
          const plaintext = suite.crypto.decryptCbc(suite.cipher, key, iv, body);
          const chain = chainIn(nextPayload, plaintext, strict);
          if (chain !== undefined) return { keys, plaintext, chain };
        }
      }
    return undefined;
  }

  /** Keys and first IV, as soon as phase 1 has said what they need; else why not. */
  #prepared(): Ready | string {
    this.#ready ??= this.#prepare();
    return this.#ready;
  }

  #prepare(): Ready | string {
    const { chosen, publicI, publicR } = this.#said;
    if (chosen === undefined || publicI === undefined || publicR === undefined)
      return 'the beginning of its phase 1 is not in the capture';
    const algorithms = phase1Algorithms(chosen);
    const { hash, cipher } = algorithms;
    if (hash === undefined || cipher === undefined) return `${algorithms.text} is not available here`;
    const suite = { crypto: this.#crypto, hash, cipher };
    this.#phase1 = { ivs: [phase1Iv(this.#crypto, hash, cipher, publicI, publicR)], suspects: [] };
    return { suite, ...saKeys(suite, this.#known, { said: this.#said, algorithms, cookies: this.#cookies }) };
  }

  /** A message id starts where phase 1 has ended; before its end, and where that is missing, from where it has been. */
  #phase2Ivs(messageId: number, { crypto, hash, cipher }: Suite): Uint8Array[] {
    const starts = likelyFirst(this.#phase1).map((last) => phase2Iv(crypto, hash, cipher, last, messageId));
    const { ivs, suspects } = this.#phase2Of(messageId);
    return [...ivs.toReversed(), ...starts, ...suspects.toReversed()];
  }

  #chainOf(messageId: number): Chain {
    return messageId === 0 ? this.#phase1 : this.#phase2Of(messageId);
  }

  #phase2Of(messageId: number): Phase2 {
    const known = this.#phase2.get(messageId);
    if (known !== undefined) return known;
    const phase2: Phase2 = { ivs: [], suspects: [], nonces: [] };
    this.#phase2.set(messageId, phase2);
    return phase2;
  }

  #verdict(header: Header, chain: PayloadChain, plaintext: Uint8Array): HashVerdict | undefined {
    const { payloads, rest } = chain;
    const hash = payloads.find(({ type }) => type === PAYLOAD.HASH)?.body;
    if (hash === undefined) return undefined;
    if (header.messageId === 0) return this.#phase1HashOf(hash, payloads);
    // In phase 2 it stands first and covers everything behind it (RFC 2409 §5.5, §5.7).
    const [first] = payloads;
    if (first?.type !== PAYLOAD.HASH) return undefined;
    const covered = plaintext.subarray(GENERIC_HEADER_BYTES + first.body.length, plaintext.length - rest.length);
    const nonce = payloads.find(({ type }) => type === PAYLOAD.NONCE)?.body;
    return this.#phase2HashOf(header, { hash, covered, nonce });
  }

  #phase2HashOf(
    { exchangeType, messageId }: Header,
    found: { readonly hash: Uint8Array; readonly covered: Uint8Array; readonly nonce: Uint8Array | undefined },
  ): HashVerdict {
    const { nonces, ivs, suspects } = this.#phase2Of(messageId);
    const [using, skeyidA] = [this.#using(), this.#keys()?.skeyidA];
    const said = { hash: found.hash, messageId, rest: found.covered, nonces: [...nonces] };
    if (exchangeType !== EXCHANGE.QUICK_MODE) return informationalVerdict(using, skeyidA, said);
    if (found.nonce !== undefined) nonces.push(found.nonce);
    const verdict = quickModeVerdict(using, skeyidA, said, QUICK_MODE_HASHES[ivs.length] ?? 'HASH(1)');
    // A nonce that it covers may have been in a message that could not be read.
    return verdict.status === 'wrong' && suspects.length > 0 ? { kind: undefined, status: 'unchecked' } : verdict;
  }

  #phase1HashOf(hash: Uint8Array, payloads: PayloadChain['payloads']): HashVerdict {
    // The third message of Aggressive Mode has no identity beside it: the first had it.
    const idBody = payloads.find(({ type }) => type === PAYLOAD.ID)?.body ?? this.#said.idBodyI;
    const likely = this.#phase1.ivs.length <= 1 ? 'HASH_I' : 'HASH_R';
    return this.#phase1Verdict({ hash, idBody, likely });
  }

  #phase1Verdict(found: Parameters<typeof phase1Verdict>[4]): HashVerdict {
    const ready = this.#prepared();
    if (typeof ready === 'string') return { kind: undefined, status: 'unchecked' };
    const verdicts = ready.candidates.map(({ skeyid }) =>
      phase1Verdict(this.#using(), skeyid, this.#said, this.#cookies, found),
    );
    return (
      verdicts.find(({ status }) => status === 'verified') ??
      verdicts.find(({ status }) => status === 'wrong') ?? { kind: undefined, status: 'unchecked' }
    );
  }

  #keys(): SaKeys | undefined {
    return typeof this.#ready === 'object' ? this.#ready.candidates[0] : undefined;
  }

  #using(): Pick<Suite, 'crypto' | 'hash'> {
    if (typeof this.#ready !== 'object') throw new IkeError('INTERNAL', { what: 'hash before the keys' });
    return this.#ready.suite;
  }
}

const likelyFirst = ({ ivs, suspects }: Chain): Uint8Array[] => [...ivs.toReversed(), ...suspects.toReversed()];

/** The payloads, where the octets are a chain of them: with a wrong key or IV types and lengths are noise. */
function chainIn(first: number, plaintext: Uint8Array, strict: boolean): PayloadChain | undefined {
  try {
    const chain = viewPayloads(first, plaintext);
    const isGood = chain.payloads.every(({ reserved }) => reserved === 0 || !strict);
    return isGood && chain.payloads.length > 0 ? chain : undefined;
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return undefined;
  }
}
