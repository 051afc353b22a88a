import { concat, isZero } from '../../src/base/bytes.ts';
import type { Exchange } from '../../src/ike/conversation.ts';
import type { Datagram, Effect } from '../../src/ike/effects.ts';
import type { Side } from '../ike/side.ts';
import { excess } from '../robustness/held.ts';
import { Scene, type SceneSpec } from '../robustness/scene.ts';

/** Everything that stands at a side, by names that nothing else has. */
const standing = ({ endpoint }: Side): string[] =>
  [...endpoint.connections.values()].flatMap(({ policy, sas, pairs }) => [
    ...[...sas].flatMap(({ established, channel }) =>
      established === undefined ? [] : [`${policy.name} phase 1 ${channel.reference.initiatorCookie}`],
    ),
    ...[...pairs.keys()].map((pair) => `${policy.name} pair ${pair}`),
  ]);

/** A scene in which anything may be sent, that holds the engine to what it promises whatever that was. */
export class Stage {
  readonly spec: SceneSpec;
  uses = 0;
  readonly #scene: Scene;
  readonly #exchange: Exchange | undefined;
  readonly #state: string;
  readonly #standing: readonly string[];
  readonly #failures: number;
  /** Somebody with the keys has had a hand in it. */
  #proved = false;
  /** It has gone on by itself, or time has passed. */
  #moved = false;
  #messageId = 0x100;

  constructor(spec: SceneSpec) {
    this.spec = spec;
    this.#scene = Scene.at(spec);
    this.#exchange = this.#scene.exchange;
    this.#state = this.state;
    this.#standing = standing(this.#scene.victim);
    this.#failures = this.#failed();
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
      victim.endpoint.halfOpen.size < 8 &&
      victim.connection().negotiations.size < 8 &&
      victim.waiting.length < 20 &&
      queue.length < 50
    );
  }
  /** The cookies that a message for the victim's SA has; undefined where it has none yet. */
  get cookies(): Uint8Array | undefined {
    const cookies = this.#scene.sas.at(-1)?.channel.cookies;
    return cookies === undefined ? undefined : concat(cookies.initiator, cookies.responder);
  }
  freshMessageId(): number {
    return this.#messageId++;
  }
  send(datagram: Datagram, proved: boolean): readonly Effect[] {
    if (proved) this.#proved = true;
    const { victim } = this.#scene;
    const before = standing(victim);
    const effects = this.#watched(() => this.#scene.send(datagram));
    requireNoAmplification(datagram, effects);
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
    if (intact) scene.finish();
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
  #failed(): number {
    return this.#scene.pair.sides.flatMap((side) => [...side.named('phase1.failed'), ...side.named('phase2.failed')])
      .length;
  }
}

/** Until the cookie of ours has come back, no more octets leave than came in. */
function requireNoAmplification({ bytes }: Datagram, effects: readonly Effect[]): void {
  if (bytes.length < 28 || !isZero(bytes.subarray(8, 16))) return;
  const out = effects.reduce((sum, effect) => sum + (effect.type === 'send' ? effect.datagram.bytes.length : 0), 0);
  if (out > bytes.length) throw new Error(`${out} octets answer ${bytes.length}`);
}
