import { mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Duration, milliseconds } from '../../base/instant.ts';
import type { Drill, Step, Traffic } from '../../drill/drill.ts';
import { isFault } from '../../drill/internet.ts';
import type { DrillRecord, Life, Sent, Told } from '../../drill/record.ts';
import { type DrillVerdict, verdictOf } from '../../drill/run-drill.ts';
import { whyNotLive } from '../../drill/why-not-live.ts';
import { ControlError } from '../../client/control-client.ts';
import { Cleanup } from '../demo/cleanup.ts';
import type { Scene } from '../demo/gateway-process.ts';
import { whyNoNamespaces } from '../demo/namespaces.ts';
import type { LiveGateway } from './live-gateway.ts';
import { LiveNetwork, type Site } from './live-network.ts';
import { LiveSallyport } from './live-sallyport.ts';
import { LiveStrongswan } from './live-strongswan.ts';

/** How often packets in clear are looked for. */
const LOOK_MS = 500;

/** Runs a drill with real processes in network namespaces, in real time. @throws ControlError where it cannot be run here */
export async function runLive(drill: Drill, signal: AbortSignal): Promise<DrillVerdict> {
  const peer = drill.members.some((member) => member.peer === 'strongswan') ? 'strongswan' : 'sallyport';
  const obstacle = whyNotLive(drill) ?? (await whyNoNamespaces(peer));
  if (obstacle !== undefined) throw new ControlError('NOT_LIVE', `${drill.name} cannot run live: ${obstacle}`);
  const cleanup = new Cleanup();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-drill-'));
    cleanup.defer(
      () => rm(folder, { recursive: true, force: true }),
      () => rmSync(folder, { recursive: true, force: true }),
    );
    const network = await LiveNetwork.build(drill.members, cleanup);
    const record = await new LiveRun(drill, network, { folder, psk: '', signal, cleanup }).play();
    return { mode: 'live', captures: [], ...verdictOf(drill, record, undefined) };
  } finally {
    await cleanup.close();
  }
}

interface Actor {
  readonly site: Site;
  readonly gateway: LiveGateway;
}

class LiveRun {
  readonly #drill: Drill;
  readonly #network: LiveNetwork;
  readonly #signal: AbortSignal;
  readonly #actors: readonly Actor[];
  readonly #told: Told[] = [];
  readonly #lives: Life[] = [];
  readonly #clear: DrillRecord['clear'][number][] = [];
  readonly #sent: Sent[] = [];
  #begun = performance.now();

  constructor(drill: Drill, network: LiveNetwork, scene: Scene) {
    this.#drill = drill;
    this.#network = network;
    this.#signal = scene.signal;
    this.#actors = network.sites.map((site) => {
      const { name: gateway, peer } = site.member;
      const inside = (command: Parameters<LiveNetwork['inside']>[1]) => network.inside(site, command);
      const tell = (event: Told['event']): unknown => this.#told.push({ at: this.#now(), gateway, event });
      return {
        site,
        gateway:
          peer === 'strongswan'
            ? new LiveStrongswan(site, scene, inside)
            : new LiveSallyport(site, scene, inside, tell),
      };
    });
  }

  async play(): Promise<DrillRecord> {
    for (const { gateway } of this.#actors) await gateway.start();
    this.#begun = performance.now();
    this.#told.length = 0;
    for (const actor of this.#actors) this.#begins(actor);
    const { script, traffic } = this.#drill;
    const over = [
      ...script.flatMap((step) => this.#schedule(step)),
      ...traffic.map((each) => this.#send(each)),
      ...this.#network.sites.map((site) => this.#lookForClear(site)),
      this.#at(this.#drill.duration),
    ];
    await Promise.all(over);
    return { told: this.#told, lives: this.#lives, clear: this.#clear, sent: this.#sent };
  }

  #begins({ site, gateway }: Actor): void {
    this.#lives.push({ at: this.#now(), gateway: site.member.name, alive: true });
    gateway.begin();
  }
  async #start(actor: Actor): Promise<void> {
    await actor.gateway.start();
    this.#begins(actor);
  }

  #schedule({ at, until, action }: Step): Promise<void>[] {
    const then = async (moment: Duration | undefined, work: () => Promise<void> | void): Promise<void> => {
      if (moment === undefined) return;
      await this.#at(moment);
      await work();
    };
    if (isFault(action))
      return [then(at, () => this.#network.begin(action)), then(until, () => this.#network.end(action))];
    const { kind, of } = action;
    const actors = this.#actors.filter(({ site }) => site.member.name === of || of === 'any');
    return actors.flatMap((actor) => [
      then(at, () => this.#begin(actor, kind)),
      then(until, () => this.#end(actor, kind)),
    ]);
  }

  async #begin(actor: Actor, kind: Step['action']['kind']): Promise<void> {
    const { site, gateway } = actor;
    if (kind === 'kill' || kind === 'reboot') {
      await gateway.kill();
      this.#lives.push({ at: this.#now(), gateway: site.member.name, alive: false });
    } else if (kind === 'start') await this.#start(actor);
    else if (kind === 'freeze') gateway.freeze();
    else if (kind === 'unplug') await this.#network.unplug(site);
    else if (kind === 'up' || kind === 'down') await gateway.command(kind);
  }
  async #end(actor: Actor, kind: Step['action']['kind']): Promise<void> {
    if (kind === 'kill' || kind === 'reboot') await this.#start(actor);
    else if (kind === 'freeze') actor.gateway.thaw();
    else if (kind === 'unplug') await this.#network.plugIn(actor.site);
  }

  async #send({ from, to, every, span }: Traffic): Promise<void> {
    const site = (name: string): Site | undefined => this.#network.sites.find(({ member }) => member.name === name);
    const [a, b] = [site(from), site(to)];
    if (a === undefined || b === undefined) return;
    const answers: Promise<unknown>[] = [];
    for (let next = span.from; next <= span.to && !this.#signal.aborted; next = milliseconds(next + every)) {
      await this.#at(next);
      const at = this.#now();
      answers.push(this.#network.ping(a, b).then((answered) => this.#sent.push({ at, from, to, answered })));
    }
    await Promise.all(answers);
    this.#sent.sort((one, other) => one.at - other.at);
  }

  async #lookForClear(site: Site): Promise<void> {
    let seen = 0;
    while (this.#now() < this.#drill.duration && !this.#signal.aborted) {
      const now = await this.#network.clear(site);
      if (now > seen) this.#clear.push({ at: this.#now(), gateway: site.member.name });
      seen = now;
      await delay(LOOK_MS, undefined, { signal: this.#signal });
    }
  }

  #now(): Duration {
    return milliseconds(Math.round(performance.now() - this.#begun));
  }
  async #at(moment: Duration): Promise<void> {
    const left = moment - this.#now();
    if (left > 0) await delay(left, undefined, { signal: this.#signal });
  }
}
