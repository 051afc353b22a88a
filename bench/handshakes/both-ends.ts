import { randomBytes } from 'node:crypto';
import {
  type Effect,
  IkeEndpoint,
  instant,
  type Instant,
  nativeProvider,
  parseIdentity,
  requireIpAddress,
} from 'sallyport/core';
import type { GatewayConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { nativeProvider as provider } from '../../src/crypto/native.ts';
import { type JobSources, startJob } from '../../src/gateway/jobs.ts';
import type { KeyAgreement } from '../../src/gateway/key-agreement.ts';
import { Users } from '../../src/gateway/users.ts';
import { GATEWAY, GATEWAY_NETWORK, KEY, peerAddress, peerNetwork } from './plan.ts';
import { policyOf } from './policy.ts';

const CONNECTION = 'gateway';

/** Two of our engines that are given each other's datagrams at once, and the gateway's jobs: what there is of a handshake but sockets and ESP. */
export class BothEnds {
  readonly #initiator: IkeEndpoint;
  readonly #responder: IkeEndpoint;
  readonly #sources: JobSources;
  #spi = 256;
  #outcome: { up: () => void; failed: (error: Error) => void } | undefined;

  constructor(group: 'modp2048', keyAgreement: KeyAgreement) {
    const policy = policyOf(CONNECTION, 0, { group });
    const swapped = {
      ...policy,
      local: { address: requireIpAddress(GATEWAY), id: parseIdentity(GATEWAY) },
      remote: { address: requireIpAddress(peerAddress(0)), id: policy.local.id },
      tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, local: tunnel.remote, remote: tunnel.local })),
    };
    const parts = { crypto: nativeProvider, random: { bytes: (n: number) => new Uint8Array(randomBytes(n)) } };
    // One peer does what a hundred would.
    const limits = { quickModeRate: { burstPerTunnel: 1_000_000, perSecond: 1_000_000 } };
    this.#initiator = new IkeEndpoint({ ...parts, connections: [policy] });
    this.#responder = new IkeEndpoint({ ...parts, connections: [swapped], limits });
    const config = configured();
    const users = new Users(config, provider);
    this.#sources = {
      ...{ keyAgreement, config, users, now: () => 0 },
      ...{ allocateSpi: async () => this.#spi++, counters: async () => ({}) },
    };
  }

  /** Sets a tunnel up and deletes it. */
  async cycle(): Promise<void> {
    await new Promise<void>((up, failed) => {
      this.#outcome = { up, failed };
      this.#do(this.#initiator, this.#initiator.command({ type: 'initiate', connection: CONNECTION }, now()));
    });
    this.#do(this.#initiator, this.#initiator.command({ type: 'terminate', connection: CONNECTION }, now()));
  }

  #do(self: IkeEndpoint, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') {
        const peer = self === this.#initiator ? this.#responder : this.#initiator;
        const { local, remote, bytes } = effect.datagram;
        this.#do(peer, peer.receive({ local: remote, remote: local, bytes }, now()));
      } else if (effect.type === 'job') {
        startJob(effect.job, this.#sources, (result) => this.#do(self, self.complete(effect.id, result, now())));
      } else if (effect.type === 'event') {
        const { event } = effect;
        // The third message of Quick Mode is the responder's to take: when it has, both have.
        if (event.name === 'phase2.established' && self === this.#responder) this.#outcome?.up();
        else if (event.name === 'phase1.failed' || event.name === 'phase2.failed')
          this.#outcome?.failed(new Error(event.failure.text));
      }
    }
  }
}

/** For the look-up of keys, which is a job too. */
function configured(): GatewayConfig {
  return parseConfig(
    {
      gateway: { name: 'bench' },
      credentials: { psks: [{ peers: ['%any'], secret: { env: 'KEY' } }] },
      connections: [
        {
          name: CONNECTION,
          startup: 'wait',
          local: { address: peerAddress(0), id: peerAddress(0) },
          remote: { address: GATEWAY, id: GATEWAY },
          tunnels: [{ name: 'net', local: peerNetwork(0), remote: GATEWAY_NETWORK }],
        },
      ],
    },
    { env: { KEY } },
  );
}

const now = (): Instant => instant(performance.now());
