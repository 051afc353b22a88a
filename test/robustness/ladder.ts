import { Secret } from '../../src/base/secret.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import type { Phase1Keys } from '../../src/ike/exchange/phase1-keys.ts';
import { CipherChain } from '../../src/ike/keys/cipher-chain.ts';
import { phase1Iv, phase2Iv } from '../../src/ike/keys/iv.ts';
import { hashI, hashR } from '../../src/ike/keys/phase1-hash.ts';
import { hash1, hash2, hash3 } from '../../src/ike/keys/quick-hash.ts';
import type { IsakmpHeader } from '../../src/ike/wire/header.ts';
import { type PayloadView, readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { FLAG, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { Scene, type SceneSpec } from './scene.ts';

export const RUNGS = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'] as const;
export type RungName = (typeof RUNGS)[number];

/** One message of the ladder, as it was sent. */
export interface Rung {
  readonly name: RungName;
  readonly fromA: boolean;
  /** As its receiver sees it. */
  readonly datagram: Datagram;
  readonly header: IsakmpHeader;
  /** The chain of payloads in clear, with the cipher's padding. */
  readonly plaintext: Uint8Array;
  /** What it was encrypted with; undefined where it went in clear. */
  readonly chain: CipherChain | undefined;
}

/** All messages of Main Mode and Quick Mode between the two sides of a scene, and every secret of theirs. */
export class Ladder {
  readonly rungs: readonly Rung[];
  readonly keys: Phase1Keys;
  readonly #lastBlock: Uint8Array;

  private constructor(spec: Pick<SceneSpec, 'pfs'>) {
    const scene = Scene.at({ machine: 'quickModeResponder', state: 'established', ...spec });
    scene.finish();
    const { keys } = scene.pair.a.isakmp();
    if (keys === undefined) throw new Error('no keys');
    this.keys = keys;
    const body = (at: number, type: number): Uint8Array => bodyIn(scene.sent[at]?.bytes, type);
    const { hash, cipher } = keys;
    const first = phase1Iv(nativeProvider, hash, cipher, body(2, PAYLOAD.KE), body(3, PAYLOAD.KE));
    this.#lastBlock = scene.sent[5]?.bytes.slice(-16) ?? first;
    const ivs = new Map([[0, first]]);
    this.rungs = RUNGS.map((name, i) => {
      const datagram = scene.sent[i];
      if (datagram === undefined) throw new Error(`${name} was not sent`);
      const { header, body: octets } = readMessage(datagram.bytes.slice());
      const common = { name, header, fromA: scene.pair.fromA(datagram), datagram: scene.pair.seen(datagram) };
      if ((header.flags & FLAG.ENCRYPTION) === 0) return { ...common, plaintext: octets, chain: undefined };
      const iv = ivs.get(header.messageId);
      const chain = iv === undefined ? this.chainFor(header.messageId) : this.#chain(iv);
      const { plaintext, next } = chain.decrypt(octets);
      ivs.set(header.messageId, next.iv);
      return { ...common, plaintext, chain };
    });
  }
  static readonly #made = new Map<boolean, Ladder>();
  static of({ pfs = false }: Partial<SceneSpec>): Ladder {
    const made = Ladder.#made.get(pfs) ?? new Ladder({ pfs });
    Ladder.#made.set(pfs, made);
    return made;
  }

  rung(name: RungName): Rung {
    const found = this.rungs.find((rung) => rung.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }
  /** The chain of a message id that is new under the ISAKMP SA. */
  chainFor(messageId: number): CipherChain {
    const { hash, cipher } = this.keys;
    return this.#chain(phase2Iv(nativeProvider, hash, cipher, this.#lastBlock, messageId));
  }
  /** What HASH_I or HASH_R is over an identity; the bytes of the identification payload, without its generic header. */
  phase1Hash(from: 'initiator' | 'responder', idBody: Uint8Array): Uint8Array {
    const { hash, skeyids } = this.keys;
    const { initiatorCookie, responderCookie } = this.rung('MM6').header;
    const over = {
      ...{ gxi: this.body('MM3', PAYLOAD.KE), gxr: this.body('MM4', PAYLOAD.KE) },
      ...{ initiatorCookie, responderCookie, saBodyI: this.body('MM1', PAYLOAD.SA) },
    };
    return from === 'initiator'
      ? hashI(nativeProvider, hash, skeyids.skeyid, { ...over, idBodyI: idBody })
      : hashR(nativeProvider, hash, skeyids.skeyid, { ...over, idBodyR: idBody });
  }
  /** HASH(1), HASH(2) or HASH(3), whichever this rung begins with, over other octets; HASH(1) for other messages. */
  phase2Hash(name: RungName | 'other', messageId: number, rest: Uint8Array): Uint8Array {
    const { hash, skeyids } = this.keys;
    const key = skeyids.skeyidA;
    const nonceI = this.body('QM1', PAYLOAD.NONCE);
    if (name === 'QM2') return hash2(nativeProvider, hash, key, messageId, nonceI, rest);
    if (name === 'QM3') return hash3(nativeProvider, hash, key, messageId, nonceI, this.body('QM2', PAYLOAD.NONCE));
    return hash1(nativeProvider, hash, key, messageId, rest);
  }
  /** The body of the first payload of a type in a message of the ladder. */
  body(name: RungName, type: number): Uint8Array {
    const { header, plaintext } = this.rung(name);
    return find(viewPayloads(header.nextPayload, plaintext).payloads, type);
  }

  #chain(iv: Uint8Array): CipherChain {
    const { cipher, encryptionKey } = this.keys;
    return new CipherChain({ provider: nativeProvider, cipher, key: new Secret(encryptionKey.reveal().slice()), iv });
  }
}

function bodyIn(bytes: Uint8Array = new Uint8Array(), type: number): Uint8Array {
  const { header, body } = readMessage(bytes);
  return find(viewPayloads(header.nextPayload, body).payloads, type).slice();
}

function find(payloads: readonly PayloadView[], type: number): Uint8Array {
  const found = payloads.find((payload) => payload.type === type);
  if (found === undefined) throw new Error(`no payload of type ${type}`);
  return found.body;
}
