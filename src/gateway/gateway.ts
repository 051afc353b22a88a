import { isPlace } from '../base/remote-address.ts';
import type { UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { between, type Instant } from '../base/instant.ts';
import type { GatewayConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { nativeProvider } from '../crypto/native.ts';
import { portableProvider } from '../crypto/portable.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { EspBackend } from '../esp/backend.ts';
import { IkeEndpoint } from '../ike/endpoint.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';
import { classifyOnNattPort } from '../natt/demultiplex.ts';
import type { GatewayStatus } from '../status/gateway-status.ts';
import { untilUp, type Watched } from './bring-up.ts';
import { calendar, now } from './clock.ts';
import { Driver, type DriverJobs } from './driver.ts';
import { chooseBackend, type ChosenBackend } from './esp-backend.ts';
import type { Certificates } from './certificates.ts';
import type { GatewayEvent, TimelessEvent } from './events.ts';
import { guardAll, guardsBeside, guardsOf, unguardAllBut } from './guards.ts';
import { initiateAsConfigured } from './initiating.ts';
import { type KeyAgreement, keyAgreementFor } from './key-agreement.ts';
import { Listeners } from './listeners.ts';
import { listeningEndpoints } from './listening.ts';
import { pingFrom, type PingResult } from './ping.ts';
import type { GatewayOptions } from './options.ts';
import { openAll } from './opening.ts';
import { OwnNetwork } from './own-network.ts';
import { policiesOf } from './policies.ts';
import { untilRenewed } from './renewal.ts';
import { type ReloadSummary, restartIssues, summaryOf, toRenegotiate } from './reload.ts';
import { withTraffic } from './status.ts';
import { systemRandom } from './system-random.ts';
import { UdpSockets } from './udp.ts';
import { Users } from './users.ts';
import { VERSION } from './version.ts';

const PROVIDERS = { native: nativeProvider, portable: portableProvider } as const;

/** Ours: longer than the engine's whole retransmission, so that its own verdict comes first. */
const UP_LIMIT_MS = 90_000;

interface Running {
  readonly endpoint: IkeEndpoint;
  readonly driver: Driver;
  readonly backend: EspBackend;
  readonly sockets: UdpSockets;
  readonly network: OwnNetwork;
  readonly openSocket: ChosenBackend['openSocket'] | undefined;
  readonly startedAt: Instant;
}

/** A VPN gateway: the engine with sockets, a clock, and ESP. One object, one configuration; `start` and `stop` once each. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #crypto: CryptoProvider;
  #keyAgreement: KeyAgreement | undefined;
  readonly #listeners = new Listeners();
  #config: GatewayConfig;
  #certificates: Certificates | undefined;
  #running: Running | undefined;
  /** Reloads, and changes of our addresses: one at a time. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(config: GatewayConfig, options: GatewayOptions = {}) {
    this.#config = config;
    this.#options = options;
    this.#crypto = options.crypto ?? PROVIDERS[config.gateway.crypto];
  }

  /** What it runs with, or will. */
  get config(): GatewayConfig {
    return this.#config;
  }

  /**
   * Opens the sockets, starts ESP, guards the tunnels' traffic, and initiates the connections that say so.
   *
   * @throws IkeError BACKEND_FAILED where a socket or the ESP device cannot be had; nothing stays open then
   */
  async start(): Promise<void> {
    if (this.#running !== undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'start of a gateway that runs' });
    const { policies, certificates } = await policiesOf(this.config);
    this.#certificates = certificates;
    const listening = listeningEndpoints(this.config, policies);
    const { random = systemRandom } = this.#options;
    const chosen: ChosenBackend =
      this.#options.backend === undefined ? chooseBackend(this.config, random) : { backend: this.#options.backend };
    const running = await this.#open(policies, listening, chosen);
    this.#running = running;
    this.#emit({
      name: 'gateway.started',
      gateway: this.config.gateway.name,
      listening,
      esp: running.backend.name,
      crypto: this.#crypto.name,
      ...(chosen.kernelLacks !== undefined && { kernelLacks: chosen.kernelLacks }),
    });
    running.driver.start();
    running.network.watch(() => void this.#inTurn(async () => this.#running?.network.follow(this.config)));
    initiateAsConfigured(running, this.config);
  }

  /**
   * Goes on with another configuration: connections that are as they were keep their SAs, changed ones and those whose credentials
   * changed are ended at the peer and negotiated anew, others are ended. One that a command took down stays so.
   *
   * @throws ConfigError RESTART_NEEDED with everything that cannot change now; IkeError BACKEND_FAILED where a socket or a guard cannot be had.
   * Then everything goes on as it was.
   */
  async reload(config: GatewayConfig): Promise<ReloadSummary> {
    return this.#inTurn(() => this.#reload(config));
  }

  /** Tells the peers, removes what is ours, and closes, after a reload that is under way. A second call does nothing. */
  async stop(): Promise<void> {
    await this.#changing;
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.network.close();
    running.driver.command({ type: 'shutdown' });
    await running.driver.stop();
    await running.sockets.close();
    await running.backend.close();
    this.#emit({ name: 'gateway.stopped', gateway: this.config.gateway.name });
  }

  /**
   * Brings a connection up and keeps it up. Resolves when all its tunnels are. One that takes any peer and was taken down lets
   * peers in again, and that is all that can be done for it from here.
   *
   * @throws IkeError with the reason when the first attempt fails; further attempts follow by themselves
   */
  async up(connection: string): Promise<void> {
    const { driver, endpoint } = this.#require();
    const watched = this.#watched(endpoint, connection);
    const policy = endpoint.connections.get(connection)?.policy;
    if (policy !== undefined && !isPlace(policy.remote.address) && watched.snapshot()?.takenDown === true)
      return driver.command({ type: 'allow', connection });
    driver.command({ type: 'initiate', connection });
    await untilUp(connection, watched, UP_LIMIT_MS);
  }

  /**
   * Negotiates successors of a connection's SAs of one phase (default 2). Resolves when they stand; those before carry on until then.
   *
   * @throws IkeError NOT_UP where there are none, else with the reason when one fails
   */
  async rekey(connection: string, phase: 1 | 2 = 2): Promise<void> {
    const { driver, endpoint } = this.#require();
    const renew = (): void => driver.command({ type: 'renew', connection, phase });
    await untilRenewed(connection, phase, this.#watched(endpoint, connection), renew, UP_LIMIT_MS);
  }

  /** Takes a connection down, tells the peer, tries no more, and does not let the peer in again until `up`. */
  async down(connection: string): Promise<void> {
    this.#require().driver.command({ type: 'terminate', connection });
  }

  /** What is up, what is not, and why. */
  async status(): Promise<GatewayStatus> {
    const { endpoint, backend, startedAt } = this.#require();
    const { connections, halfOpen, halfOpenByStanding, drops } = endpoint.snapshot(now());
    return {
      schema: 1,
      gateway: { name: this.config.gateway.name, version: VERSION, upMilliseconds: between(startedAt, now()) },
      connections: await withTraffic(connections, backend),
      halfOpen,
      halfOpenByStanding,
      drops,
      esp: { backend: backend.name, drops: backend.drops() },
    };
  }

  /**
   * Sends echo requests from the memory device's inner host, and counts what comes back within `limitMs` (default 5 s).
   *
   * @throws IkeError INVALID_ARGUMENT on another device, where the host itself can ping
   */
  async ping(destination: string, count = 1, limitMs = 5000): Promise<PingResult> {
    return pingFrom(this.#require().backend, destination, count, limitMs);
  }

  /** Calls `listener` with everything that happens from now on; what it throws is its own affair. Returns the way to end it. */
  subscribe(listener: (event: GatewayEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#changing.then(work);
    this.#changing = turn.catch(() => undefined);
    return turn;
  }

  async #reload(config: GatewayConfig): Promise<ReloadSummary> {
    const issues = restartIssues(this.#config, config);
    if (issues.length > 0) throw new ConfigError(issues);
    const { policies, certificates } = await policiesOf(config);
    const running = this.#require();
    const { backend, driver, endpoint, sockets } = running;
    const before = { config: this.#config, guards: guardsOf(this.#config), connections: endpoint.connections };
    const guards = guardsOf(config);
    try {
      for (const at of listeningEndpoints(config, policies)) await sockets.open(at, running.openSocket);
      await guardAll(guardsBeside(guards, before.guards), backend);
    } catch (error) {
      await guardAll(guardsBeside(before.guards, guards), backend);
      await unguardAllBut(before.guards, guards, backend);
      throw error;
    }
    this.#config = config;
    this.#certificates = certificates;
    driver.drawOn(this.#jobs(running.openSocket));
    const renegotiate = toRenegotiate(before.config, config);
    driver.command({ type: 'configure', connections: policies, renegotiate });
    initiateAsConfigured(running, config, before.config);
    await driver.settled();
    await unguardAllBut(guards, before.guards, backend);
    const summary = summaryOf(before.connections, endpoint.connections);
    this.#emit({ name: 'gateway.reloaded', gateway: config.gateway.name, ...summary });
    return summary;
  }

  #jobs(openSocket: ChosenBackend['openSocket'] | undefined): DriverJobs {
    const certificates = this.#certificates?.desk;
    this.#keyAgreement ??= keyAgreementFor(this.#crypto, this.#config.gateway.diffieHellman);
    const users = new Users(this.#config, this.#crypto, this.#options.verifyUser);
    return {
      keyAgreement: this.#keyAgreement,
      config: this.#config,
      now: calendar,
      certificates,
      users,
      resolve: this.#options.resolve,
      openSocket,
    };
  }

  async #open(
    policies: readonly ConnectionPolicy[],
    listening: readonly UdpEndpoint[],
    chosen: ChosenBackend,
  ): Promise<Running> {
    const { random = systemRandom } = this.#options;
    const crypto = this.#crypto;
    const { config } = this;
    const { backend } = chosen;
    const { unsafeKeyLog } = this.#options;
    const { ports, limits } = config.gateway;
    const endpoint = new IkeEndpoint({
      ...{ crypto, random, connections: policies, ports, limits },
      unsafeKeyLog: unsafeKeyLog !== undefined,
      // Without certificates no connection has signatures; a reload may bring both.
      signatures: { verify: (...signed) => this.#certificates?.signatures.verify(...signed) === true },
    });
    const sockets: UdpSockets = new UdpSockets({
      receive: (datagram) => {
        // ESP goes to the back end; everything else, keepalives and garbage too, is the engine's to judge.
        const onNattPort = datagram.local.port === config.gateway.ports.natt;
        const esp = onNattPort && classifyOnNattPort(datagram.bytes).kind === 'esp';
        if (esp) backend.deliver(datagram.bytes, datagram.local, datagram.remote);
        else driver.receive(datagram);
      },
      failed: (error, at) => this.#emit({ name: 'socket.failed', endpoint: at, reason: error.message }),
    });
    const driver: Driver = new Driver({
      ...{ endpoint, backend, jobs: this.#jobs(chosen.openSocket), replayWindow: config.esp.replayWindow },
      send: (datagram) => sockets.send(datagram),
      emit: (event) => this.#emit(event),
      unsafeKeyLog,
    });
    const { openSocket } = chosen;
    const emit = (event: TimelessEvent): void => this.#emit(event);
    const parts = { endpoint, driver, backend, sockets, openSocket, emit };
    const network = new OwnNetwork(parts);
    await openAll(parts, listening, guardsOf(config));
    return { endpoint, driver, backend, sockets, network, openSocket, startedAt: now() };
  }

  #watched(endpoint: IkeEndpoint, connection: string): Watched {
    return {
      snapshot: () => endpoint.snapshot(now()).connections.find(({ name }) => name === connection),
      subscribe: (listener) => this.subscribe(listener),
    };
  }

  #require(): Running {
    if (this.#running === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'gateway does not run' });
    return this.#running;
  }

  #emit(event: TimelessEvent): void {
    this.#listeners.tell(event);
  }
}
