import { isZero, toHex } from '../../src/base/bytes.ts';
import type { Exchange } from '../../src/ike/conversation-host.ts';
import type { Datagram, Effect } from '../../src/ike/effects.ts';
import type { Cookies } from '../../src/natt/nat-d.ts';
import type { Side } from '../ike/side.ts';
import { excess } from './held.ts';
import { MACHINES } from '../ike/exchange/observed.ts';
import { Ladder } from './ladder.ts';
import { Scene } from './scene.ts';
import type { SceneSpec } from './scenes.ts';

/** Everything that stands at a side, by names that nothing else has. */
const standing = ({ endpoint }: Side): string[] =>
  [...endpoint.connections.values()].flatMap(({ policy, sas, pairs }) => [
    ...[...sas].flatMap(({ established, channel }) =>
      established === undefined ? [] : [`${policy.name} phase 1 ${channel.reference.initiatorCookie}`],
    ),
    ...[...pairs.keys()].map((pair) => `${policy.name} pair ${pair}`),
  ]);

/** An encrypted message was taken for the peer's. */
const isBelieved = (effect: Effect): boolean =>
  effect.type === 'event' && effect.event.name === 'message.received' && effect.event.encrypted;

/** A scene in which anything may be sent, that holds the engine to what it promises whatever that was. */
export class Stage {
  readonly spec: SceneSpec;
  readonly #scene: Scene;
  readonly #exchange: Exchange | undefined;
  readonly #state: string;
  readonly #standing: readonly string[];
  readonly #failures: number;
  /** Somebody with the keys has had a hand in it. */
  #proved = false;
  /** It has gone on by itself, or time has passed, or something waits in it. */
  #moved = false;
  #messageId = 0x100;
  #believed = false;
  /** Octets that may leave before the cookie of ours has come back. */
  #credit: number;

  constructor(spec: SceneSpec) {
    this.spec = spec;
    this.#scene = Scene.at(spec);
    this.#exchange = this.#scene.exchange;
    this.#state = this.state;
    this.#standing = standing(this.#scene.victim);
    this.#failures = this.#failed();
    this.#credit = this.#ratio * Ladder.of(spec).firstFrom('initiator').datagram.bytes.length;
  }
  get state(): string {
    return this.#scene.exchange?.stateName ?? 'none';
  }
  /** The exchange is where it was, and everything that stood stands: nothing that was sent has had an effect on it. */
  get intact(): boolean {
    const { exchange, victim } = this.#scene;
    const same = standing(victim).join() === this.#standing.join();
    return same && exchange === this.#exchange && this.state === this.#state && !this.#moved;
  }
  /** Room for more of what may come and go beside the exchange: half-open SAs, Quick Modes, jobs. */
  get hasRoom(): boolean {
    const { victim, queue } = this.#scene;
    return (
      victim.endpoint.gate.halfOpen.size < 8 &&
      victim.connection().negotiations.size < 8 &&
      victim.waiting.length < 20 &&
      queue.length < 50
    );
  }
  /** The cookies of the victim's SA; undefined where it has none yet, the responder's zero where it is not known. */
  get cookies(): Cookies | undefined {
    return this.#scene.sas.at(-1)?.channel.cookies;
  }
  /** What was sent last was taken for the peer's, and is not in doubt. */
  get believed(): boolean {
    return this.#believed;
  }
  freshMessageId(): number {
    return this.#messageId++;
  }
  /** `proved` where the HASH is right over what it says, `said` where it is that of a message of the genuine peer. */
  send(datagram: Datagram, origin: 'forged' | 'said' | 'proved'): readonly Effect[] {
    if (origin === 'proved') this.#proved = true;
    const { victim } = this.#scene;
    const before = standing(victim);
    const effects = this.#watched(() => this.#scene.send(datagram));
    this.#requireNoAmplification(datagram, effects);
    // Kept until a job is done, and who knows what it does then.
    const waits = effects.length === 0;
    if (waits) this.#moved = true;
    const doubted = MACHINES[this.spec.machine]?.unproved?.has(this.state) === true;
    const taken = effects.some(isBelieved);
    this.#believed = taken && !doubted;
    // What the genuine peer will say, said before it does: nobody could know it but the peer.
    if (this.#believed || ((waits || taken) && origin === 'said')) this.#proved = true;
    const after = new Set(standing(victim));
    const lost = before.filter((name) => !after.has(name));
    if (!this.#proved && lost.length > 0) throw new Error(`lost: ${lost.join(', ')}`);
    return effects;
  }
  /** What would have come next by itself. */
  next(): readonly Effect[] {
    this.#moved = true;
    return this.#watched(() => this.#scene.step());
  }
  /** The victim's job is done that waits longest. */
  work(): readonly Effect[] {
    this.#moved = true;
    return this.#watched(() => this.#scene.work());
  }
  /** Time passes, and nothing arrives: what waits for an answer may give up. */
  wait(seconds: number): readonly Effect[] {
    this.#moved = true;
    const { pair } = this.#scene;
    return this.#watched(() => pair.runUntil(pair.now + seconds * 1000));
  }
  /** What nobody proved has cost one attempt at most: what was to come up comes up, at once where nothing was done to it. */
  finish(): void {
    const scene = this.#scene;
    const { intact } = this;
    if (intact) scene.complete();
    else scene.mend();
    this.#requireSound(scene.pair.sides.flatMap(({ effects }) => effects));
    if (!scene.isUp('standing')) throw new Error('another connection is lost');
    if (this.#proved || this.spec.refused === true) return;
    if (!scene.isUp()) throw new Error(`the tunnel does not come up ${intact ? 'at once' : 'in 400 s'}`);
    if (intact && this.#failed() > this.#failures)
      throw new Error('an exchange has failed though nothing was done to it');
  }

  #watched(act: () => unknown): readonly Effect[] {
    const { effects } = this.#scene.victim;
    const before = effects.length;
    act();
    const after = effects.slice(before);
    this.#requireSound(after);
    return after;
  }
  #requireSound(effects: readonly Effect[]): void {
    const { pair, victim } = this.#scene;
    for (const effect of effects)
      if (effect.type === 'event' && effect.event.name === 'internal.error') throw new Error(effect.event.text);
    if (!pair.sides.every((side) => side.connection('standing').isUp('net')))
      throw new Error('another connection is lost');
    const over = excess(victim);
    if (over.length > 0) throw new Error(`held: ${over.join(', ')}`);
  }
  /** Failures of the exchanges between the two; strangers' come to nothing all the time. */
  #failed(): number {
    const { pair, peer } = this.#scene;
    const cookie = toHex(Ladder.of(this.spec).cookies.initiatorCookie);
    // Before a responder has heard of it, others may begin with the same cookie, and are refused.
    const unheard = this.spec.state === 'awaiting-sa' && this.spec.machine.endsWith('Responder');
    const failures = (unheard ? [peer] : pair.sides).flatMap((side) => [
      ...side.named('phase1.failed'),
      ...side.named('phase2.failed'),
    ]);
    return failures.filter(({ sa }) => sa.initiatorCookie === cookie).length;
  }
  /** How many octets leave at most for each that came; in Aggressive Mode what was not answered at once may be later. */
  get #ratio(): number {
    if (!this.spec.machine.startsWith('aggressive')) return 1;
    return this.spec.signatures === true ? 8 : 2;
  }
  /** Until the cookie of ours has come back, no more octets leave than came in, or as many times more as is said. */
  #requireNoAmplification({ bytes }: Datagram, effects: readonly Effect[]): void {
    if (bytes.length < 28 || !isZero(bytes.subarray(8, 16))) return;
    const out = effects.reduce((sum, effect) => sum + (effect.type === 'send' ? effect.datagram.bytes.length : 0), 0);
    const most = this.#ratio * bytes.length;
    this.#credit += most - out;
    if (out > (this.#ratio === 1 ? most : most + this.#credit)) throw new Error(`${out} octets answer ${bytes.length}`);
  }
}
