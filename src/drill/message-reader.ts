import { toHex } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { Decoder } from '../decode/decoder.ts';
import type { Effect } from '../ike/effects.ts';
import { HEADER_BYTES, readHeader } from '../ike/wire/header.ts';
import { EXCHANGE } from '../ike/wire/numbers.ts';
import type { AnyPayload } from '../ike/wire/payload.ts';
import { readLiveness } from '../dpd/r-u-there.ts';
import { classifyOnIkePort, classifyOnNattPort } from '../natt/demultiplex.ts';
import type { Packet } from '../sim/packet.ts';
import type { PacketKind } from './step-schema.ts';

const NATT_PORT = 4500;
/** Whose they are is not asked here. */
const ANY_COOKIES = { initiator: new Uint8Array(8), responder: new Uint8Array(8) };

/**
 * Somebody on the path who has the keys of all gateways: says what a packet is about, inside of IKE too. It keeps what phase 1 said, so
 * it is for simulations alone.
 */
export class MessageReader {
  readonly #crypto: CryptoProvider;
  readonly #looksInside: boolean;
  /** By the initiator's cookie: keys, messages of phase 1, and who reads what follows them. */
  readonly #keys = new Map<string, Secret>();
  readonly #phase1 = new Map<string, Uint8Array[]>();
  readonly #decoders = new Map<string, Decoder>();
  readonly #seen = new Set<string>();

  /** Where nobody asks what is inside of IKE, `looksInside: false` saves the decryption. */
  constructor(crypto: CryptoProvider, { looksInside }: { readonly looksInside: boolean }) {
    this.#crypto = crypto;
    this.#looksInside = looksInside;
  }

  hear(effect: Effect): void {
    if (effect.type === 'unsafe-key-log')
      this.#keys.set(toHex(effect.initiatorCookie), new Secret(effect.encryptionKey.slice()));
  }

  /** Everything that a packet is, each packet shown once, in the order of sending. */
  kindsOf({ protocol, source, destination, bytes }: Packet): ReadonlySet<PacketKind> {
    if (protocol === 'esp') return new Set(['esp']);
    const isNatt = source.port === NATT_PORT || destination.port === NATT_PORT;
    const arrival = isNatt ? classifyOnNattPort(bytes) : classifyOnIkePort(bytes);
    if (arrival.kind === 'keepalive' || arrival.kind === 'esp') return new Set([arrival.kind]);
    if (arrival.kind !== 'ike' || arrival.message.length < HEADER_BYTES) return new Set();
    return new Set(['ike', ...(this.#looksInside ? this.#about(arrival.message.slice()) : [])]);
  }

  #about(message: Uint8Array): PacketKind[] {
    const { initiatorCookie, exchangeType } = readHeader(message);
    const cookie = toHex(initiatorCookie);
    if (exchangeType === EXCHANGE.MAIN_MODE || exchangeType === EXCHANGE.AGGRESSIVE)
      this.#phase1.set(cookie, [...(this.#phase1.get(cookie) ?? []), message]);
    if (exchangeType !== EXCHANGE.INFORMATIONAL) return [];
    const { payloads } = this.#decoder(cookie).decode(message, 0);
    return payloads.flatMap(({ payload }) => (IkeError.is(payload) ? [] : this.#meaning(payload, cookie)));
  }

  #meaning(payload: AnyPayload, cookie: string): PacketKind[] {
    if (payload.name === 'delete') return ['delete'];
    const liveness = payload.name === 'notification' ? readLiveness(payload.value, ANY_COOKIES) : undefined;
    if (liveness === undefined) return [];
    if (liveness.kind === 'answer') return ['ack'];
    const key = `${cookie} ${liveness.sequence}`;
    const isAgain = this.#seen.has(key);
    this.#seen.add(key);
    return isAgain ? ['r-u-there', 'r-u-there-again'] : ['r-u-there'];
  }

  /** Who reads the messages of an SA has to have seen how it came to be (RFC 2409 App. B). */
  #decoder(cookie: string): Decoder {
    const known = this.#decoders.get(cookie);
    if (known !== undefined) return known;
    const encryptionKey = this.#keys.get(cookie);
    const sas = new Map(encryptionKey === undefined ? [] : [[cookie, { encryptionKey }] as const]);
    const decoder = new Decoder(this.#crypto, { psks: [], sas });
    for (const message of this.#phase1.get(cookie) ?? []) decoder.decode(message, 0);
    if (encryptionKey !== undefined) this.#decoders.set(cookie, decoder);
    return decoder;
  }
}
