import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import {
  type Effect,
  IkeEndpoint,
  instant,
  type Instant,
  type Job,
  type JobResult,
  nativeProvider,
  requireIpAddress,
  type UdpEndpoint,
} from 'sallyport/core';
import type { PeerCertificates } from './certified.ts';
import { type Agreed, policyOf } from './policy.ts';
import { GATEWAY, KEY, peerAddress } from './plan.ts';

const PORTS = [500, 4500];
const CONNECTION = 'gateway';

/** One initiator: our engine with two sockets and no ESP. */
export class Peer {
  readonly #endpoint: IkeEndpoint;
  readonly #sockets: ReadonlyMap<number, Socket>;
  readonly #certificates: PeerCertificates | undefined;
  #spi = 256;
  #outcome: (failure: string | undefined) => void = () => undefined;

  private constructor(
    endpoint: IkeEndpoint,
    sockets: ReadonlyMap<number, Socket>,
    certificates: PeerCertificates | undefined,
  ) {
    this.#endpoint = endpoint;
    this.#sockets = sockets;
    this.#certificates = certificates;
  }

  static async open(
    peer: number,
    about: Omit<Agreed, 'certificates'>,
    certificates: PeerCertificates | undefined,
  ): Promise<Peer> {
    const address = requireIpAddress(peerAddress(peer));
    const sockets = new Map<number, Socket>();
    const endpoint = new IkeEndpoint({
      crypto: nativeProvider,
      ...(certificates === undefined ? {} : { signatures: certificates.signatures }),
      random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
      connections: [policyOf(CONNECTION, peer, { ...about, certificates: certificates?.policy })],
    });
    const self = new Peer(endpoint, sockets, certificates);
    for (const port of PORTS) {
      const local: UdpEndpoint = { address, port };
      const remote: UdpEndpoint = { address: requireIpAddress(GATEWAY), port };
      const socket = createSocket('udp4', (bytes) => self.#do(endpoint.receive({ local, remote, bytes }, now())));
      socket.bind(port, address);
      await once(socket, 'listening');
      sockets.set(port, socket);
    }
    return self;
  }

  /** Sets one tunnel up. Resolves with nothing, or with why it could not. */
  up(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#outcome = resolve;
      this.#do(this.#endpoint.command({ type: 'initiate', connection: CONNECTION }, now()));
    });
  }

  /** Deletes everything and says so to the gateway. */
  down(): void {
    this.#do(this.#endpoint.command({ type: 'terminate', connection: CONNECTION }, now()));
  }

  /** Lets deadlines pass: retransmissions, above all. */
  tick(): void {
    const deadline = this.#endpoint.nextDeadline();
    if (deadline !== undefined && deadline <= now()) this.#do(this.#endpoint.tick(now()));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }

  #do(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') {
        const { local, remote, bytes } = effect.datagram;
        this.#sockets.get(local.port)?.send(bytes, remote.port, remote.address);
      } else if (effect.type === 'job') {
        this.#do(this.#endpoint.complete(effect.id, this.#result(effect.job), now()));
      } else if (effect.type === 'event') {
        const { event } = effect;
        if (event.name === 'phase2.established') this.#outcome(undefined);
        else if (event.name === 'phase1.failed' || event.name === 'phase2.failed') this.#outcome(event.failure.text);
      }
    }
  }

  #result(job: Job): JobResult {
    switch (job.kind) {
      case 'locate-peer':
      case 'look-for-life':
      case 'verify-user':
      case 'user-secret':
      case 'dh-exchange':
        throw new Error(`nothing here asks for ${job.kind}`);
      case 'dh-public':
        return { kind: job.kind, publicValue: nativeProvider.publicValue(job.group, job.privateValue) };
      case 'dh-agree':
        return { kind: job.kind, gxy: nativeProvider.agree(job.group, job.privateValue, job.peerPublic) };
      case 'find-psk': {
        const psk = new TextEncoder().encode(KEY);
        return { kind: job.kind, candidates: [{ psk, connections: job.connections, identities: 'any' }] };
      }
      case 'allocate-spi':
        return { kind: job.kind, spi: this.#spi++ };
      case 'sign':
      case 'verify-peer':
        return this.#signed(job);
    }
  }

  #signed(job: Extract<Job, { kind: 'sign' | 'verify-peer' }>): JobResult {
    if (this.#certificates === undefined) throw new Error('this one has a pre-shared key');
    return this.#certificates.answer(job);
  }
}

const now = (): Instant => instant(performance.now());
