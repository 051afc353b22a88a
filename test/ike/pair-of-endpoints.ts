import { requireIpAddress } from '../../src/base/address.ts';
import { IkeError } from '../../src/base/errors.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { type Instant, instant, seconds } from '../../src/base/instant.ts';
import type { Random } from '../../src/base/random.ts';
import { parseSelector } from '../../src/base/selector.ts';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { Command, Datagram, Effect, Job, JobResult, NegotiatedSa } from '../../src/ike/effects.ts';
import { IkeEndpoint } from '../../src/ike/endpoint.ts';
import type { IkeEvent } from '../../src/ike/events.ts';
import type { ConnectionPolicy, Phase1Suite, Phase2Suite } from '../../src/ike/negotiate/policy.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

export const A = requireIpAddress('192.0.2.1');
export const B = requireIpAddress('198.51.100.2');

interface PolicyOptions {
  readonly suites?: readonly Phase1Suite[];
  readonly esp?: readonly Phase2Suite[];
  readonly natt?: ConnectionPolicy['natt']['mode'];
  readonly swapSelectors?: boolean;
}

/** The policy of one side of a connection between A and B. */
export function policyOf(side: 'a' | 'b', options: PolicyOptions = {}): ConnectionPolicy {
  const {
    suites = [{ cipher: 'aes128', hash: 'sha256', group: 'ecp256' }],
    esp = [{ cipher: 'aes128gcm16' }],
    natt = 'auto',
  } = options;
  const ends = {
    a: { address: A, id: parseIdentity('@a.example'), net: '10.1.0.0/24' },
    b: { address: B, id: parseIdentity('@b.example'), net: '10.2.0.0/24' },
  };
  const [own, other] = side === 'a' ? [ends.a, ends.b] : [ends.b, ends.a];
  const selectors = options.swapSelectors === true ? [other.net, own.net] : [own.net, other.net];
  return {
    name: 'link',
    local: { address: own.address, id: own.id },
    remote: { address: other.address, id: other.id },
    suites,
    lifetime: { duration: seconds(28_800) },
    natt: { mode: natt, keepalive: seconds(20) },
    tunnels: [
      {
        name: 'net',
        mode: 'tunnel',
        local: parseSelector(selectors[0] ?? ''),
        remote: parseSelector(selectors[1] ?? ''),
        suites: esp,
        lifetime: { duration: seconds(3600) },
      },
    ],
  };
}

/** One side: an endpoint whose jobs are done at once and whose other effects are kept. */
export class Side {
  readonly endpoint: IkeEndpoint;
  readonly events: IkeEvent[] = [];
  readonly installed: NegotiatedSa[] = [];
  readonly removed: Effect[] = [];
  readonly outgoing: Datagram[] = [];
  #spi: number;
  readonly #psk: string;

  constructor(policy: ConnectionPolicy, psk: string, random: Random, firstSpi: number) {
    this.endpoint = new IkeEndpoint({ crypto: nativeProvider, random, connections: [policy] });
    this.#psk = psk;
    this.#spi = firstSpi;
  }
  apply(effects: readonly Effect[], now: Instant): void {
    for (const effect of effects) {
      if (effect.type === 'send') this.outgoing.push(effect.datagram);
      else if (effect.type === 'job') this.apply(this.endpoint.complete(effect.id, this.#do(effect.job), now), now);
      else if (effect.type === 'install-sa') this.installed.push(effect.sa);
      else if (effect.type === 'event') this.events.push(effect.event);
      else this.removed.push(effect);
    }
  }
  #do(job: Job): JobResult {
    try {
      switch (job.kind) {
        case 'dh-public':
          return { kind: job.kind, publicValue: nativeProvider.publicValue(job.group, job.privateValue) };
        case 'dh-agree':
          return { kind: job.kind, gxy: nativeProvider.agree(job.group, job.privateValue, job.peerPublic) };
        case 'dh-exchange':
          return {
            kind: job.kind,
            publicValue: nativeProvider.publicValue(job.group, job.privateValue),
            gxy: nativeProvider.agree(job.group, job.privateValue, job.peerPublic),
          };
        case 'find-psk':
          return {
            kind: job.kind,
            candidates: [{ psk: utf8Bytes(this.#psk), connections: job.connections, identities: 'any' }],
          };
        case 'allocate-spi':
          return { kind: job.kind, spi: this.#spi++ };
      }
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      return { kind: 'failed', code: error.code, reason: error.message };
    }
  }
}

/** Two endpoints on a perfect link without delay. */
export class PairOfEndpoints {
  readonly a: Side;
  readonly b: Side;
  now = instant(0);
  /** Everything that went over the link, in order. */
  readonly wire: Datagram[] = [];
  /** Looks at each datagram before it arrives; undefined loses it. */
  onWire: (datagram: Datagram) => Datagram | undefined = (datagram) => datagram;

  constructor(a: ConnectionPolicy, b: ConnectionPolicy, psks: readonly [string, string] = ['a secret', 'a secret']) {
    const random = new SeededRandom('pair of endpoints');
    this.a = new Side(a, psks[0], random.fork('a'), 0x1000);
    this.b = new Side(b, psks[1], random.fork('b'), 0x2000);
  }
  initiate(side: Side = this.a): void {
    this.command({ type: 'initiate', connection: 'link' }, side);
  }
  command(command: Command, side: Side = this.a): void {
    side.apply(side.endpoint.command(command, this.now), this.now);
    this.settle();
  }
  /** Delivers until nothing is on the link. */
  settle(): void {
    for (;;) {
      const [from, to] = this.a.outgoing.length > 0 ? [this.a, this.b] : [this.b, this.a];
      const datagram = from.outgoing.shift();
      if (datagram === undefined) return;
      this.wire.push(datagram);
      const arrived = this.onWire(datagram);
      if (arrived === undefined) continue;
      const { local, remote, bytes } = arrived;
      to.apply(to.endpoint.receive({ local: remote, remote: local, bytes: bytes.slice() }, this.now), this.now);
    }
  }
  /** Moves the clock to each deadline up to a moment, and settles each time. */
  runUntil(end: number): void {
    for (;;) {
      const next = Math.min(
        ...[this.a, this.b].map((side) => side.endpoint.nextDeadline() ?? Number.POSITIVE_INFINITY),
      );
      if (next > end) break;
      this.now = instant(Math.max(next, this.now));
      for (const side of [this.a, this.b]) side.apply(side.endpoint.tick(this.now), this.now);
      this.settle();
    }
    this.now = instant(end);
  }
  named(side: Side, name: IkeEvent['name']): IkeEvent[] {
    return side.events.filter((event) => event.name === name);
  }
}
