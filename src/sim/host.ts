import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { type Instant, milliseconds } from '../base/instant.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Command, Datagram, Effect, Job, JobId, JobResult } from '../ike/effects.ts';
import { IkeEndpoint } from '../ike/endpoint.ts';
import type { IkeEvent } from '../ike/events.ts';
import { classifyOnNattPort } from '../natt/demultiplex.ts';
import { opensslSignatures } from '../pki/openssl-signatures.ts';
import { type CertificateWork, certificateWork } from './certificates.ts';
import { HostCapture } from './host-capture.ts';
import type { HostOptions } from './host-options.ts';
import { placesOf, workOn } from './job-work.ts';
import { MemoryEsp, type SimulatedPing } from './memory-esp.ts';
import type { Attachment, Packet } from './packet.ts';
import { callEndpoint, type EndpointInput, Recorder, type Recording } from './record.ts';
import type { SeededRandom } from './seeded-random.ts';
import { tunnelSelectors } from './tunnel-selectors.ts';
import type { Scheduled, VirtualClock } from './virtual-clock.ts';

/** What a host is in. */
export interface HostWorld {
  readonly clock: Pick<VirtualClock, 'now' | 'at' | 'after'>;
  readonly crypto: CryptoProvider;
  /** Hears of each effect before it is carried out. */
  effect(host: Host, effect: Effect): void;
  /** The host has done all that it had to do at this moment. */
  settled(host: Host): void;
}

export interface TimedEvent {
  readonly at: Instant;
  readonly event: IkeEvent;
}

/** A gateway: an endpoint, ESP, one address, one link. It carries out effects in their order, as the real gateway's driver does. */
export class Host implements Attachment {
  readonly name: string;
  readonly address: IpAddress;
  readonly options: HostOptions;
  /** Over all lives; needs `capture`. */
  readonly capture: HostCapture | undefined;
  readonly #world: HostWorld;
  readonly #random: SeededRandom;
  readonly #inputs: EndpointInput[] = [];
  readonly #certificates: CertificateWork;
  readonly #jobs = new Set<Scheduled>();
  readonly #events: TimedEvent[] = [];
  #transmit: (packet: Packet) => void = () => undefined;
  #draining = false;
  #lives = 0;
  #timer: Scheduled | undefined;
  #recorder: Recorder | undefined;
  /** Undefined while the host is down. */
  #running: { readonly endpoint: IkeEndpoint; readonly esp: MemoryEsp } | undefined;

  /** @internal */
  constructor(world: HostWorld, random: SeededRandom, options: HostOptions) {
    this.#world = world;
    this.#random = random;
    this.options = options;
    this.capture = options.capture === true ? new HostCapture() : undefined;
    this.#certificates = certificateWork(options.certificates);
    this.name = options.name;
    this.address = options.address;
    this.start();
  }

  /** The name with the number of the life that it is in: what a pair's number belongs to. */
  get incarnation(): string {
    return `${this.name}/${this.#lives}`;
  }
  get up(): boolean {
    return this.#running !== undefined;
  }
  /** @internal */
  get endpoint(): IkeEndpoint {
    return this.#alive().endpoint;
  }
  /** @internal */
  get esp(): MemoryEsp {
    return this.#alive().esp;
  }
  /** Everything that was told, over all lives. */
  get events(): readonly TimedEvent[] {
    return this.#events;
  }
  /** What this life has been given so far; needs `record`. */
  get recording(): Recording | undefined {
    return this.#recorder?.recording;
  }
  /** Jobs that are under way. */
  get jobs(): number {
    return this.#jobs.size;
  }

  /** Starts with nothing but its configuration, and generators of its own for each life. */
  start(): void {
    if (this.#running !== undefined)
      throw new IkeError('INVALID_ARGUMENT', { what: 'host runs already', host: this.name });
    const random = this.#random.fork(`life ${++this.#lives}`);
    const { connections, ports, retransmit, limits, record = false } = this.options;
    const options = {
      connections,
      ...(ports === undefined ? {} : { ports }),
      ...(retransmit === undefined ? {} : { retransmit }),
      ...(limits === undefined ? {} : { limits }),
      ...(this.capture === undefined ? {} : { unsafeKeyLog: true }),
    };
    const esp = new MemoryEsp(random.fork('esp'), {
      now: () => this.#world.clock.now,
      notice: (notice) => this.#feed({ type: 'esp', notice }),
      send: (bytes, sa) => this.#sendEsp(bytes, sa),
      clear: (source, destination) => this.options.onClear?.(source, destination),
    });
    for (const guard of this.options.guards ?? []) esp.guard(guard);
    const ike = random.fork('ike');
    if (record) this.#recorder = new Recorder(ike.seed, options);
    this.#running = {
      endpoint: new IkeEndpoint({ ...options, crypto: this.#world.crypto, signatures: opensslSignatures, random: ike }),
      esp,
    };
    this.#arm();
  }
  /** Power fails: everything is gone and nobody is told. */
  crash(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const job of this.#jobs) job.cancel();
    this.#jobs.clear();
    this.#inputs.length = 0;
    this.#running = undefined;
  }

  plug(transmit: (packet: Packet) => void): void {
    this.#transmit = (packet) => {
      this.capture?.packet(this.#world.clock.now, packet);
      transmit(packet);
    };
  }
  receive(packet: Packet): void {
    const { protocol, source, destination, bytes } = packet;
    if (this.#running === undefined || destination.address !== this.address) return;
    this.capture?.packet(this.#world.clock.now, packet);
    if (protocol === 'esp') return this.esp.receive(bytes);
    const arrival = destination.port === this.#nattPort ? classifyOnNattPort(bytes) : undefined;
    if (arrival?.kind === 'esp') return this.esp.receive(arrival.packet, source);
    this.#feed({ type: 'receive', datagram: { local: destination, remote: source, bytes } });
  }

  command(command: Command): void {
    this.#alive();
    this.#feed({ type: 'command', command });
  }
  initiate(connection: string): void {
    this.command({ type: 'initiate', connection });
  }
  terminate(connection: string): void {
    this.command({ type: 'terminate', connection });
  }
  /** Sends an echo request through a tunnel, from the last address of its local network to the last of its remote one. */
  ping(connection: string, tunnel?: string): SimulatedPing {
    const { local, remote } = tunnelSelectors(this.options.connections, connection, tunnel);
    return this.esp.ping(local.last, remote.last);
  }
  /** Whether every tunnel of a connection is up. */
  isUp(connection: string): boolean {
    const found = this.#running?.endpoint.connections.get(connection);
    return found?.policy.tunnels.every(({ name }) => found.isUp(name)) ?? false;
  }
  /** The events of one name, over all lives. */
  told<N extends IkeEvent['name']>(name: N): Extract<IkeEvent, { name: N }>[] {
    return this.#events.flatMap(({ event }) => (event.name === name ? [event as Extract<IkeEvent, { name: N }>] : []));
  }

  get #nattPort(): number {
    return this.options.ports?.natt ?? 4500;
  }

  #alive(): { readonly endpoint: IkeEndpoint; readonly esp: MemoryEsp } {
    if (this.#running === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'host is down', host: this.name });
    return this.#running;
  }

  /** What comes while effects are carried out waits until they all are: the engine's order is kept. */
  #feed(input: EndpointInput): void {
    this.#inputs.push(input);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#call(next);
    } finally {
      this.#draining = false;
    }
    this.#arm();
    this.#world.settled(this);
  }

  #call(input: EndpointInput): void {
    const { endpoint } = this.#alive();
    const { now } = this.#world.clock;
    const effects = this.#recorder?.call(endpoint, input, now) ?? callEndpoint(endpoint, input, now);
    for (const effect of effects) {
      this.#world.effect(this, effect);
      this.capture?.effect(effect);
      this.#carryOut(effect);
    }
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.datagram);
      case 'job':
        return this.#startJob(effect.id, effect.job);
      case 'install-sa':
        return this.esp.install(effect.sa);
      case 'remove-sa':
        return this.esp.remove(effect.pair, effect.direction);
      case 'move-sa':
        return this.esp.move(effect);
      case 'release-spi':
        return this.esp.releaseSpi(effect.spi);
      case 'event':
        return void this.#events.push({ at: this.#world.clock.now, event: effect.event });
      case 'guard':
        return this.#guard(effect);
      // `capture` has seen the keys.
      case 'assign':
      case 'unsafe-key-log':
        return;
    }
  }

  #send({ local, remote, bytes }: Datagram): void {
    this.#transmit({ protocol: 'udp', source: local, destination: remote, bytes });
  }
  #sendEsp(bytes: Uint8Array, sa: Parameters<ConstructorParameters<typeof MemoryEsp>[1]['send']>[1]): void {
    const { local, remote } = sa;
    if (sa.encapsulation === 'udp') return this.#send({ local, remote, bytes });
    const bare = ({ address }: UdpEndpoint): UdpEndpoint => ({ address, port: 0 });
    this.#transmit({ protocol: 'esp', source: bare(local), destination: bare(remote), bytes });
  }
  #guard({ connection, guarded }: Extract<Effect, { type: 'guard' }>): void {
    if (!guarded) return this.esp.unguard(connection);
    for (const guard of this.options.guards ?? []) if (guard.connection === connection) this.esp.guard(guard);
  }
  #startJob(id: JobId, job: Job): void {
    const { jobDelay = milliseconds(0) } = this.options;
    if (jobDelay === 0) return this.#feed({ type: 'complete', id, result: this.#resultOf(job) });
    const scheduled = this.#world.clock.after(jobDelay, () => {
      this.#jobs.delete(scheduled);
      this.#feed({ type: 'complete', id, result: this.#resultOf(job) });
    });
    this.#jobs.add(scheduled);
  }

  #resultOf(job: Job): JobResult {
    return workOn(job, {
      ...this.options,
      crypto: this.#world.crypto,
      certificates: (about) => this.#certificates(about, this.#world.clock.now),
      ...{
        allocateSpi: () => this.esp.allocateSpi(),
        traffic: (pair) => this.esp.traffic(pair),
        route: (from) => (this.options.isCutOff?.() === true ? 'none' : { from }),
        locate: (peer) => placesOf(peer, this.address, this.options.names),
      },
    });
  }

  /** One timer for the endpoint's next deadline. */
  #arm(): void {
    const deadline = this.#running?.endpoint.nextDeadline();
    if (deadline !== undefined && this.#timer?.at === deadline) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (deadline === undefined) return;
    const { clock } = this.#world;
    const at = deadline > clock.now ? deadline : clock.now;
    this.#timer = clock.at(at, () => {
      this.#timer = undefined;
      this.#feed({ type: 'tick' });
      const next = this.#running?.endpoint.nextDeadline();
      if (next !== undefined && next <= clock.now)
        throw new IkeError('INTERNAL', { what: 'deadline that has passed stands after tick', host: this.name });
    });
  }
}
