import { type Duration, milliseconds } from '../base/instant.ts';
import { InvariantBroken } from '../sim/invariants.ts';
import type { SimulatedPing } from '../sim/memory-esp.ts';
import { World } from '../sim/world.ts';
import type { Drill, Step, Traffic } from './drill.ts';
import { membersOf } from './drill.ts';
import { type Fault, Internet, isFault } from './internet.ts';
import { MessageReader } from './message-reader.ts';
import type { DrillRecord, Life, Told } from './record.ts';
import { SimulatedGateway } from './simulated-gateway.ts';

export interface SimulateOptions {
  /** Whatever happens by chance comes from it: the same seed is the same run. */
  readonly seed: number;
  /** Keeps every packet of every gateway, with all keys. Default false. */
  readonly capture?: boolean;
}

/** What a gateway sent and received, and the keys that go with it. */
export interface GatewayCapture {
  readonly gateway: string;
  readonly pcap: Uint8Array;
  /** Lines of Wireshark's tables `ikev1_decryption_table` and `esp_sa`. */
  readonly ikeKeys: string;
  readonly espSas: string;
}

export interface Simulated {
  readonly record: DrillRecord;
  /** What may never be and was: the run ended there. */
  readonly broken: string | undefined;
  readonly captures: readonly GatewayCapture[];
}

/** Kinds of packets for which somebody has to look inside of IKE. */
const INSIDE: readonly string[] = ['r-u-there', 'r-u-there-again', 'ack', 'delete'];

/** Runs a drill on virtual time: a day of it takes a second or two. */
export function simulate(drill: Drill, options: SimulateOptions): Simulated {
  const run = new Run(drill, options);
  const broken = run.play();
  return { record: run.record(), broken, captures: run.captures() };
}

class Run {
  readonly #drill: Drill;
  readonly #world: World;
  readonly #internet: Internet;
  readonly #gateways: readonly SimulatedGateway[];
  readonly #told: Told[] = [];
  readonly #lives: Life[] = [];
  readonly #clear: DrillRecord['clear'][number][] = [];
  readonly #sent: { at: Duration; from: string; to: string; ping: SimulatedPing | undefined }[] = [];

  constructor(drill: Drill, { seed, capture = false }: SimulateOptions) {
    this.#drill = drill;
    const world = new World(`drill ${drill.name} ${seed}`);
    this.#world = world;
    const looksInside = drill.script.some(
      ({ action: { of } }) => typeof of === 'object' && 'only' in of && INSIDE.includes(of.only ?? ''),
    );
    const reader = new MessageReader(world.crypto, { looksInside });
    this.#internet = new Internet(world, drill.path, reader);
    this.#gateways = drill.members.map((member) => {
      const gateway = member.name;
      const ears = {
        effect: (effect: Parameters<MessageReader['hear']>[0]) => {
          reader.hear(effect);
          if (effect.type === 'event') this.#told.push({ at: this.#now(), gateway, event: effect.event });
        },
        clear: () => void this.#clear.push({ at: this.#now(), gateway }),
        life: (alive: boolean) => void this.#lives.push({ at: this.#now(), gateway, alive }),
      };
      return new SimulatedGateway(world, member, { internet: this.#internet, ears, capture: capture || looksInside });
    });
  }

  /** What was broken; undefined where nothing was. */
  play(): string | undefined {
    const { duration, script, traffic } = this.#drill;
    for (const step of script) this.#schedule(step);
    for (const each of traffic) this.#world.clock.after(each.span.from, () => this.#send(each));
    try {
      for (const gateway of this.#gateways) gateway.beginWithin(this.#world);
      this.#world.run(duration);
      return undefined;
    } catch (error) {
      if (error instanceof InvariantBroken) return error.message;
      throw error;
    }
  }

  record(): DrillRecord {
    const sent = this.#sent.map(({ ping, ...packet }) => ({ ...packet, answered: ping?.answered === true }));
    return { told: this.#told, lives: this.#lives, clear: this.#clear, sent };
  }
  captures(): GatewayCapture[] {
    return this.#gateways.flatMap(({ name: gateway, host: { capture } }) =>
      capture === undefined
        ? []
        : [{ gateway, pcap: capture.pcap(), ikeKeys: capture.ikeKeys(), espSas: capture.espSas() }],
    );
  }

  #now(): Duration {
    return milliseconds(this.#world.now);
  }

  #send(traffic: Traffic): void {
    const { from, to, every, span } = traffic;
    const ping = this.#gateways.find(({ name }) => name === from)?.ping(to);
    this.#sent.push({ at: this.#now(), from, to, ping });
    if (this.#now() + every <= span.to) this.#world.clock.after(every, () => this.#send(traffic));
  }

  #schedule({ at, until, action }: Step): void {
    const { clock } = this.#world;
    if (isFault(action)) {
      clock.after(at, () => this.#internet.begin(action));
      if (until !== undefined) clock.after(until, () => this.#internet.end(action));
      return;
    }
    const { of } = action;
    const name = typeof of === 'string' ? of : of.gateway;
    const members = membersOf(this.#drill, name).map((member) => member.name);
    for (const gateway of this.#gateways.filter((each) => members.includes(each.name))) {
      clock.after(at, () => begin(gateway, action));
      if (until !== undefined) clock.after(until, () => end(gateway, action));
    }
  }
}

type Happening = Exclude<Step['action'], Fault>;

type OfOne = Extract<Happening, { readonly of: string }>['kind'];

const BEGIN: { readonly [Kind in OfOne]: (gateway: SimulatedGateway) => void } = {
  kill: (gateway) => gateway.kill(),
  reboot: (gateway) => gateway.kill(),
  start: (gateway) => gateway.start(),
  freeze: (gateway) => gateway.freeze(),
  unplug: (gateway) => gateway.unplug(),
  replace: (gateway) => gateway.replace(),
  rebootNat: (gateway) => gateway.rebootNat(),
  up: (gateway) => gateway.command('up'),
  down: (gateway) => gateway.command('down'),
};

function begin(gateway: SimulatedGateway, { kind, of }: Happening): void {
  if (kind === 'moveNat') gateway.rebootNat(of.address);
  else if (kind === 'clockJump') gateway.jump(of.by);
  else if (kind === 'rekey') gateway.rekey(of.phase);
  else BEGIN[kind](gateway);
}

/** What ends by itself, where it has a length. */
function end(gateway: SimulatedGateway, { kind }: Happening): void {
  if (kind === 'kill' || kind === 'reboot') gateway.start();
  else if (kind === 'freeze') gateway.thaw();
  else if (kind === 'unplug') gateway.plugIn();
}
