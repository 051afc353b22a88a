import { networkInterfaces } from 'node:os';
import { type IpAddress, parseIpAddress, requireIpAddress, type UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { between, type Instant } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import type { GatewayConfig } from '../config/config.ts';
import { nativeProvider } from '../crypto/native.ts';
import { portableProvider } from '../crypto/portable.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { EspBackend } from '../esp/backend.ts';
import { IkeEndpoint } from '../ike/endpoint.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';
import { classifyOnNattPort } from '../natt/demultiplex.ts';
import type { GatewayStatus } from '../status/gateway-status.ts';
import { untilUp } from './bring-up.ts';
import { now, calendar } from './clock.ts';
import { Driver } from './driver.ts';
import { chooseBackend, type ChosenBackend, isMemoryBackend } from './esp-backend.ts';
import type { Certificates as LoadedCertificates } from './certificates.ts';
import type { GatewayEvent, TimelessEvent } from './events.ts';
import { policiesOf } from './policies.ts';
import { withTraffic } from './status.ts';
import { systemRandom } from './system-random.ts';
import { UdpSockets } from './udp.ts';
import { VERSION } from './version.ts';

export interface GatewayOptions {
  /** Default: what `gateway.crypto` in the configuration says. */
  readonly crypto?: CryptoProvider;
  /** Default: the system's generator. */
  readonly random?: Random;
  /** Default: what `esp` in the configuration says. */
  readonly backend?: EspBackend;
  /**
   * Danger: called with the encryption key of each ISAKMP SA, as a line of Wireshark's `ikev1_decryption_table`: whoever gets it reads
   * everything that the peers said. Nothing else of this library ever shows a key.
   */
  readonly unsafeKeyLog?: (line: string) => void;
}

const PROVIDERS = { native: nativeProvider, portable: portableProvider } as const;

/** Ours: longer than the engine's whole retransmission, so that its own verdict comes first. */
const UP_LIMIT_MS = 90_000;

interface Running {
  readonly endpoint: IkeEndpoint;
  readonly driver: Driver;
  readonly backend: EspBackend;
  readonly sockets: UdpSockets;
  readonly startedAt: Instant;
  readonly unusable: GatewayStatus['unusable'];
}

/** A VPN gateway: the engine with sockets, a clock, and ESP. One object, one configuration; `start` and `stop` once each. */
export class Gateway {
  readonly config: GatewayConfig;
  readonly #options: GatewayOptions;
  readonly #crypto: CryptoProvider;
  readonly #listeners = new Set<(event: GatewayEvent) => void>();
  #running: Running | undefined;

  constructor(config: GatewayConfig, options: GatewayOptions = {}) {
    this.config = config;
    this.#options = options;
    this.#crypto = options.crypto ?? PROVIDERS[config.gateway.crypto];
  }

  /**
   * Opens the sockets, starts ESP, guards the tunnels' traffic, and initiates the connections that say so.
   *
   * @throws IkeError BACKEND_FAILED where a socket or the ESP device cannot be had; nothing stays open then
   */
  async start(): Promise<void> {
    if (this.#running !== undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'start of a gateway that runs' });
    const outcomes = await policiesOf(this.config);
    const certificates = await this.#certificates();
    const resolved = outcomes.flatMap((outcome) => ('policy' in outcome ? [outcome.policy] : []));
    const policies = resolved.map((policy) => certificates?.withCertificates(policy) ?? policy);
    const unusable = outcomes.flatMap((outcome) => ('policy' in outcome ? [] : [outcome]));
    const addresses = this.#listenAddresses(policies);
    const { random = systemRandom } = this.#options;
    const chosen =
      this.#options.backend === undefined ? chooseBackend(this.config, random) : { backend: this.#options.backend };
    const running = await this.#open(policies, unusable, addresses, { ...chosen, certificates });
    this.#running = running;
    this.#emit({
      name: 'gateway.started',
      gateway: this.config.gateway.name,
      listening: this.#endpoints(addresses),
      esp: running.backend.name,
      crypto: this.#crypto.name,
    });
    for (const { connection, reason } of unusable) this.#emit({ name: 'connection.unusable', connection, reason });
    for (const { name } of this.config.connections.filter(({ startup }) => startup === 'initiate')) {
      if (running.endpoint.connections.has(name)) running.driver.command({ type: 'initiate', connection: name });
    }
  }

  /** Tells the peers, removes what is ours, and closes. A second call does nothing. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
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
    const { driver, endpoint, unusable } = this.#require();
    const why = unusable.find(({ connection: name }) => name === connection);
    if (why !== undefined) throw new IkeError('PEER_ADDRESS_UNKNOWN', { connection, reason: why.reason });
    const snapshot = (): ReturnType<IkeEndpoint['snapshot']>['connections'][number] | undefined =>
      endpoint.snapshot(now()).connections.find(({ name }) => name === connection);
    const policy = endpoint.connections.get(connection)?.policy;
    if (policy?.remote.address === 'any' && snapshot()?.takenDown === true)
      return driver.command({ type: 'allow', connection });
    driver.command({ type: 'initiate', connection });
    await untilUp(connection, { snapshot, subscribe: (listener) => this.subscribe(listener) }, UP_LIMIT_MS);
  }

  /** Takes a connection down, tells the peer, tries no more, and does not let the peer in again until `up`. */
  async down(connection: string): Promise<void> {
    this.#require().driver.command({ type: 'terminate', connection });
  }

  /** What is up, what is not, and why. */
  async status(): Promise<GatewayStatus> {
    const { endpoint, backend, startedAt, unusable } = this.#require();
    const { connections, halfOpen, halfOpenByStanding, drops } = endpoint.snapshot(now());
    return {
      schema: 1,
      gateway: { name: this.config.gateway.name, version: VERSION, upMilliseconds: between(startedAt, now()) },
      connections: await withTraffic(connections, backend),
      unusable,
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
  async ping(
    destination: string,
    count = 1,
    limitMs = 5000,
  ): Promise<{ readonly sent: number; readonly received: number }> {
    const { backend } = this.#require();
    if (!isMemoryBackend(backend))
      throw new IkeError('INVALID_ARGUMENT', { what: 'ping', backend: backend.name, advice: 'use ping of this host' });
    const run = backend.ping(requireIpAddress(destination), count);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
    await Promise.race([run.done, late]);
    clearTimeout(timer);
    return { sent: run.sent, received: run.received };
  }

  /** Calls `listener` with everything that happens from now on; what it throws is its own affair. Returns the way to end it. */
  subscribe(listener: (event: GatewayEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Read only where a connection has certificates, because the libraries take their time to load. */
  async #certificates(): Promise<LoadedCertificates | undefined> {
    if (this.config.connections.every(({ local }) => local.auth === 'psk')) return undefined;
    const { certificatesOf } = await import('./certificates.ts');
    return certificatesOf(this.config);
  }

  async #open(
    policies: ConnectionPolicy[],
    unusable: Running['unusable'],
    addresses: IpAddress[],
    chosen: ChosenBackend & { readonly certificates: LoadedCertificates | undefined },
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
      ...(chosen.certificates === undefined ? {} : { signatures: chosen.certificates.signatures }),
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
    const { certificates } = chosen;
    const jobs = { keyAgreement: crypto, config, now: calendar, certificates: certificates?.desk };
    const parts = { endpoint, backend, jobs, replayWindow: config.esp.replayWindow };
    const driver: Driver = new Driver({
      ...parts,
      send: (datagram) => sockets.send(datagram),
      emit: (event) => this.#emit(event),
      unsafeKeyLog,
    });
    try {
      for (const at of this.#endpoints(addresses)) await sockets.open(at, chosen.openSocket);
      await backend.start({
        emit: (event) => {
          if (event.type === 'dropped') this.#emit({ name: 'esp.dropped', reason: event.reason, count: event.count });
          else driver.espEvent(event);
        },
        sendEncapsulated: (bytes, local, remote) => sockets.send({ bytes, local, remote }),
      });
      for (const policy of policies) await this.#guard(policy, backend);
    } catch (error) {
      await driver.stop();
      await sockets.close();
      await backend.close();
      throw error;
    }
    return { endpoint, driver, backend, sockets, startedAt: now(), unusable };
  }

  /** No packet of a tunnel leaves in clear, from the start. */
  async #guard(policy: ConnectionPolicy, backend: EspBackend): Promise<void> {
    const { startup } = this.config.connections.find(({ name }) => name === policy.name) ?? { startup: 'wait' };
    const without = startup === 'wait' ? 'block' : 'trap';
    for (const { name: tunnel, local, remote } of policy.tunnels) {
      await backend.guard({ connection: policy.name, tunnel, local, remote, without });
    }
  }

  #listenAddresses(policies: readonly ConnectionPolicy[]): IpAddress[] {
    const { listen } = this.config.gateway;
    const own = policies.flatMap(({ local }) => (local.address === 'any' ? [] : [local.address]));
    return [...new Set([...(listen.length > 0 ? listen : localAddresses()), ...own])];
  }

  #endpoints(addresses: readonly IpAddress[]): UdpEndpoint[] {
    const { ike, natt } = this.config.gateway.ports;
    return addresses.flatMap((address) => [ike, natt].map((port) => ({ address, port })));
  }

  #require(): Running {
    if (this.#running === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'gateway does not run' });
    return this.#running;
  }

  #emit(event: TimelessEvent): void {
    if (this.#listeners.size === 0) return;
    const timed: GatewayEvent = { time: Date.now(), ...event };
    for (const listener of this.#listeners) {
      try {
        listener(timed);
      } catch {
        // An observer must not take the gateway down; what it does with its own errors is its own affair.
      }
    }
  }
}

/** Every address of this host on which a peer can reach it; link-local ones need a zone and are left out. */
function localAddresses(): IpAddress[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.flatMap(({ address, internal }) =>
    internal || /^fe80:/i.test(address) ? [] : (parseIpAddress(address) ?? []),
  );
}
