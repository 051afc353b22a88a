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
import { EXCHANGE, FLAG, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { Scene } from './scene.ts';
import type { SceneSpec } from './scenes.ts';

/** Every message that a ladder may have. New ones go to the end: programs of the fuzz target name a message by its place. */
export const RUNGS = [
  ...(['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'] as const),
  ...(['AM1', 'AM2', 'AM3', 'TX1', 'TX2', 'TX3', 'TX4'] as const),
] as const;
export type RungName = (typeof RUNGS)[number];

const PREFIXES = new Map<number, string>([
  [EXCHANGE.MAIN_MODE, 'MM'],
  [EXCHANGE.AGGRESSIVE, 'AM'],
  [EXCHANGE.QUICK_MODE, 'QM'],
  [EXCHANGE.TRANSACTION, 'TX'],
]);

type From = 'initiator' | 'responder';

/** One message of the ladder, as it was sent. */
export interface Rung {
  readonly name: RungName;
  readonly from: From;
  /** As its receiver sees it. */
  readonly datagram: Datagram;
  readonly header: IsakmpHeader;
  /** The chain of payloads in clear, with the cipher's padding. */
  readonly plaintext: Uint8Array;
  /** What it was encrypted with; undefined where it went in clear. */
  readonly chain: CipherChain | undefined;
}

/** What makes one ladder unlike another. */
type Kind = Partial<SceneSpec>;

/** All messages of phase 1, what is between the phases, and Quick Mode between the two sides of a scene, and every secret of theirs. */
export class Ladder {
  readonly rungs: readonly Rung[];
  readonly keys: Phase1Keys;
  readonly #scene: Scene;
  readonly #lastBlock: Uint8Array;

  private constructor(spec: SceneSpec) {
    const scene = Scene.at(spec);
    scene.complete();
    this.#scene = scene;
    const { keys } = scene.pair.a.isakmp();
    if (keys === undefined) throw new Error('no keys');
    this.keys = keys;
    const { hash, cipher } = keys;
    const sent = messagesOf(scene);
    const inPhase1 = sent.filter(({ header }) => header.messageId === 0);
    const [gxi, gxr] = inPhase1.flatMap(({ header, body }) =>
      isEncrypted(header)
        ? []
        : viewPayloads(header.nextPayload, body).payloads.filter(({ type }) => type === PAYLOAD.KE),
    );
    if (gxi === undefined || gxr === undefined) throw new Error('no public values');
    const first = phase1Iv(nativeProvider, hash, cipher, gxi.body, gxr.body);
    this.#lastBlock = inPhase1.findLast(({ header }) => isEncrypted(header))?.body.slice(-16) ?? first;
    const ivs = new Map([[0, first]]);
    this.rungs = sent.map(({ name, from, datagram, header, body }) => {
      const common = { name, from, datagram, header };
      if (!isEncrypted(header)) return { ...common, plaintext: body, chain: undefined };
      const iv = ivs.get(header.messageId);
      const chain = iv === undefined ? this.chainFor(header.messageId) : this.#chain(iv);
      const { plaintext, next } = chain.decrypt(body);
      ivs.set(header.messageId, next.iv);
      return { ...common, plaintext, chain };
    });
  }
  static readonly #made = new Map<string, Ladder>();
  static of({ machine = 'mainModeInitiator', pfs, signatures, users, settings, transport, hybrid }: Kind): Ladder {
    const start = machine.startsWith('aggressive')
      ? ({ machine: 'aggressiveModeInitiator', state: 'generating-key' } as const)
      : ({ machine: 'mainModeInitiator', state: 'awaiting-sa' } as const);
    const kind: Omit<SceneSpec, 'machine' | 'state'> = {
      ...(pfs === true ? { pfs } : {}),
      ...(signatures === true ? { signatures } : {}),
      ...(users === true ? { users } : {}),
      ...(settings === undefined ? {} : { settings }),
      ...(transport === true ? { transport } : {}),
      ...(hybrid === true ? { hybrid } : {}),
    };
    const key = JSON.stringify([start.machine, kind]);
    const made = Ladder.#made.get(key) ?? new Ladder({ ...start, ...kind });
    Ladder.#made.set(key, made);
    return made;
  }

  has(name: RungName): boolean {
    return this.rungs.some((rung) => rung.name === name);
  }
  rung(name: RungName): Rung {
    const found = this.rungs.find((rung) => rung.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }
  /** The message of this name, or, where this ladder has none, some other one, always the same. */
  someRung(name: RungName): Rung {
    return this.has(name) ? this.rung(name) : this.#rungAt(RUNGS.indexOf(name) % this.rungs.length);
  }
  /** The first message of a side: it has the ends of all that it sends. */
  firstFrom(side: From): Rung {
    return this.#rungAt(side === 'initiator' ? 0 : 1);
  }
  /** Both, as they are from the first answer on. */
  get cookies(): Pick<IsakmpHeader, 'initiatorCookie' | 'responderCookie'> {
    const { initiatorCookie, responderCookie } = this.#rungAt(1).header;
    return { initiatorCookie, responderCookie };
  }
  /** The chain of a message id that is new under the ISAKMP SA. */
  chainFor(messageId: number): CipherChain {
    const { hash, cipher } = this.keys;
    return this.#chain(phase2Iv(nativeProvider, hash, cipher, this.#lastBlock, messageId));
  }
  /** What HASH_I or HASH_R is over an identity; the bytes of the identification payload, without its generic header. */
  phase1Hash(from: From, idBody: Uint8Array): Uint8Array {
    const { hash, skeyids } = this.keys;
    const over = {
      ...{ gxi: this.said('initiator', PAYLOAD.KE), gxr: this.said('responder', PAYLOAD.KE) },
      ...{ ...this.cookies, saBodyI: this.said('initiator', PAYLOAD.SA) },
    };
    return from === 'initiator'
      ? hashI(nativeProvider, hash, skeyids.skeyid, { ...over, idBodyI: idBody })
      : hashR(nativeProvider, hash, skeyids.skeyid, { ...over, idBodyR: idBody });
  }
  /** Whether it is signatures that prove who is who. */
  get isSigned(): boolean {
    return this.#scene.spec.signatures === true;
  }
  /** What signs HASH_I or HASH_R with the key of the side whose it is. */
  phase1Signature(from: From, idBody: Uint8Array): Uint8Array {
    const side = from === 'initiator' ? this.#scene.pair.a : this.#scene.pair.b;
    const about = { connection: 'link', identity: side.connection().policy.local.id, requests: [] };
    const hash = this.phase1Hash(from, idBody);
    const result = side.answer({ kind: 'sign', ...about, method: 'ecdsa256', hash });
    if (result?.kind !== 'sign') throw new Error('no signature');
    return result.signature;
  }
  /** HASH(1), HASH(2) or HASH(3), whichever this rung begins with, over other octets; HASH(1) for other messages. */
  phase2Hash(name: RungName | 'other', messageId: number, rest: Uint8Array): Uint8Array {
    const { hash, skeyids } = this.keys;
    const key = skeyids.skeyidA;
    if (name !== 'QM2' && name !== 'QM3') return hash1(nativeProvider, hash, key, messageId, rest);
    const nonceI = this.body('QM1', PAYLOAD.NONCE);
    if (name === 'QM2') return hash2(nativeProvider, hash, key, messageId, nonceI, rest);
    return hash3(nativeProvider, hash, key, messageId, nonceI, this.body('QM2', PAYLOAD.NONCE));
  }
  /** The body of the first payload of a type in a message of the ladder. */
  body(name: RungName, type: number): Uint8Array {
    return find([this.rung(name)], type);
  }
  /** The body of the first payload of a type that a side sends in phase 1. */
  said(from: From, type: number): Uint8Array {
    return find(
      this.rungs.filter((rung) => rung.from === from && rung.header.messageId === 0),
      type,
    );
  }

  #rungAt(at: number): Rung {
    const rung = this.rungs[at];
    if (rung === undefined) throw new Error(`no message ${at}`);
    return rung;
  }
  #chain(iv: Uint8Array): CipherChain {
    const { cipher, encryptionKey } = this.keys;
    return new CipherChain({ provider: nativeProvider, cipher, key: new Secret(encryptionKey.reveal().slice()), iv });
  }
}

type Sent = Pick<Rung, 'name' | 'from' | 'datagram' | 'header'> & { readonly body: Uint8Array };

/** What was sent, each message once and under its name. */
function messagesOf({ pair, sent }: Scene): Sent[] {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  return sent.flatMap((datagram): Sent[] => {
    const { header, body } = readMessage(datagram.bytes.slice());
    const prefix = PREFIXES.get(header.exchangeType);
    if (prefix === undefined || seen.has(datagram.bytes.join())) return [];
    seen.add(datagram.bytes.join());
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    const name = RUNGS.find((rung) => rung === `${prefix}${count}`);
    if (name === undefined) throw new Error(`no name for message ${count} of ${prefix}`);
    const from = pair.fromA(datagram) ? 'initiator' : 'responder';
    return [{ name, from, datagram: pair.seen(datagram), header, body }];
  });
}

const isEncrypted = ({ flags }: IsakmpHeader): boolean => (flags & FLAG.ENCRYPTION) !== 0;

function find(rungs: readonly Rung[], type: number): Uint8Array {
  const all = rungs.flatMap(
    ({ header, plaintext }): readonly PayloadView[] => viewPayloads(header.nextPayload, plaintext).payloads,
  );
  const found = all.find((payload) => payload.type === type);
  if (found === undefined) throw new Error(`no payload of type ${type}`);
  return found.body;
}
