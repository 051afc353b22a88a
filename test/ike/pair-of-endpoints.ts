import type { IkeEndpoint } from '../../src/ike/endpoint.ts';
import { type Instant, instant } from '../../src/base/instant.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import type { Command, Datagram, EspNotice } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { EndpointOptions } from '../../src/ike/options.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { A, policyOf, type PolicyOptions } from './policies.ts';
import { type Psks, Side } from './side.ts';

export interface PairOptions {
  readonly psks?: readonly [Psks, Psks];
  readonly limits?: EndpointOptions['limits'];
  readonly unsafeKeyLog?: boolean;
  readonly seed?: string;
  /** Default: the native one on both sides. */
  readonly crypto?: readonly [CryptoProvider, CryptoProvider];
}

/** More datagrams than this without the clock moving are a storm. */
const STORM = 2000;

/** Two endpoints on a perfect link without delay. */
export class PairOfEndpoints {
  readonly a: Side;
  readonly b: Side;
  now: Instant = instant(0);
  /** Everything that went on the link, as it was sent, in order. */
  readonly wire: Datagram[] = [];
  /** Looks at each datagram before it arrives: what arrives in its place. The ends are still named as the sender sees them. */
  onWire: (datagram: Datagram) => readonly Datagram[] = (datagram) => [datagram];

  constructor(
    a: ConnectionPolicy | readonly ConnectionPolicy[] = policyOf('a'),
    b: ConnectionPolicy | readonly ConnectionPolicy[] = policyOf('b'),
    options: PairOptions = {},
  ) {
    const [psksA, psksB] = options.psks ?? ['a secret', 'a secret'];
    const { limits = {}, unsafeKeyLog = false, seed = 'pair of endpoints', crypto = [] } = options;
    const [cryptoA, cryptoB] = crypto;
    const random = new SeededRandom(seed);
    const both = { limits, unsafeKeyLog };
    this.a = new Side([a].flat(), psksA, { ...both, random: random.fork('a'), firstSpi: 0x1000, crypto: cryptoA });
    this.b = new Side([b].flat(), psksB, { ...both, random: random.fork('b'), firstSpi: 0x2000, crypto: cryptoB });
  }
  /** Both sides of one policy, brought up from a. */
  static up(options: PolicyOptions = {}, more: PairOptions = {}): PairOfEndpoints {
    const pair = new PairOfEndpoints(policyOf('a', options), policyOf('b', options), more);
    pair.initiate();
    return pair;
  }
  get sides(): readonly [Side, Side] {
    return [this.a, this.b];
  }
  other(side: Side): Side {
    return side === this.a ? this.b : this.a;
  }
  initiate(side: Side = this.a, connection = 'link'): void {
    this.command({ type: 'initiate', connection }, side);
  }
  command(command: Command, side: Side = this.a): void {
    side.apply(side.endpoint.command(command, this.now), this.now);
    this.settle();
  }
  esp(notice: EspNotice, side: Side): void {
    side.apply(side.endpoint.esp(notice, this.now), this.now);
    this.settle();
  }
  /** Does something inside a side's engine, as its ISAKMP SA would, and carries on. */
  within(side: Side, work: () => void): void {
    this.tick(side);
    work();
    this.tick(side);
  }
  tick(side: Side): void {
    side.apply(side.endpoint.tick(this.now), this.now);
    this.settle();
  }
  /** A datagram that somebody sends, with the ends as the receiver sees them by default: from the other side's address. */
  deliver(to: Side, datagram: Datagram): void {
    to.apply(to.endpoint.receive({ ...datagram, bytes: datagram.bytes.slice() }, this.now), this.now);
    this.settle();
  }
  /** The same datagram as its receiver sees it. */
  seen({ local, remote, bytes }: Datagram): Datagram {
    return { local: remote, remote: local, bytes };
  }
  /** Delivers until nothing is on the link. */
  settle(): void {
    for (let count = 0; ; count++) {
      if (count > STORM) throw new Error('the two sides do not come to rest');
      const from = this.a.outgoing.length > 0 ? this.a : this.b;
      const datagram = from.outgoing.shift();
      if (datagram === undefined) return;
      this.wire.push(datagram);
      const to = this.other(from);
      for (const arrived of this.onWire(datagram)) {
        const { local, remote, bytes } = this.seen(arrived);
        to.apply(to.endpoint.receive({ local, remote, bytes: bytes.slice() }, this.now), this.now);
      }
    }
  }
  /** Does what waits of a side's held jobs, and whatever follows from it. */
  finishJobs(side: Side): void {
    while (side.finishJob(this.now)) this.settle();
    this.settle();
  }
  /** Moves the clock to each deadline up to a moment, and settles each time. */
  runUntil(end: number): void {
    for (;;) {
      for (const { endpoint } of this.sides) requireDeadline(endpoint);
      const next = Math.min(...this.sides.map((side) => side.endpoint.nextDeadline() ?? Number.POSITIVE_INFINITY));
      if (next > end) break;
      this.now = instant(Math.max(next, this.now));
      for (const side of this.sides) side.apply(side.endpoint.tick(this.now), this.now);
      this.settle();
      const due = this.sides.map((side) => side.endpoint.nextDeadline());
      if (due.some((at) => at !== undefined && at <= this.now))
        throw new Error(`a deadline stays at ${due.join(' or ')}`);
    }
    this.now = instant(end);
  }
  /** Whether the datagram goes from a to b. */
  fromA({ local }: Datagram): boolean {
    return local.address === A;
  }
}

/** `nextDeadline` looks only at what calls touched: it must not be later than a look at everything says. */
function requireDeadline(endpoint: IkeEndpoint): void {
  const things = [...endpoint.connections.values(), endpoint.gate];
  const earliest = Math.min(...things.map((thing) => thing.deadline() ?? Number.POSITIVE_INFINITY));
  if ((endpoint.nextDeadline() ?? Number.POSITIVE_INFINITY) > earliest)
    throw new Error(`nextDeadline is ${endpoint.nextDeadline()}, something is due at ${earliest}`);
}

/** Whether each side has installed a pair, and no more. */
export const stands = (pair: PairOfEndpoints): boolean[] => pair.sides.map(({ installed }) => installed.length === 2);

/** The codes by which attempts at phase 1 have failed here. */
export const failures = (side: Side): unknown[] => side.named('phase1.failed').map(({ failure }) => failure.code);
