import { IkeError } from '../base/errors.ts';
import { earlier, type Instant } from '../base/instant.ts';
import type { OwnAddress } from '../base/local-address.ts';
import { Timetable } from '../base/timetable.ts';
import { hintFor } from './admission.ts';
import { Answers } from './answers.ts';
import { Candidates } from './candidates.ts';
import { Channel } from './channel.ts';
import { Connection } from './connection.ts';
import type { Exchange } from './conversation-host.ts';
import type { Received } from './received.ts';
import { freshCookie } from './cookie.ts';
import type { Command, Datagram, Effect, EspNotice, Job, JobId, JobResult } from './effects.ts';
import { DROP_REASONS, type DropReason } from './events.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';
import { isakmpDelete } from './exchange/informational.ts';
import { type Whom, withPeer } from './ends.ts';
import { wipePhase1Keys } from './exchange/phase1-keys.ts';
import { failureOf } from './failure.ts';
import { Gate } from './gate.ts';
import { receiveDatagram } from './inbound.ts';
import { IsakmpSa } from './isakmp-sa.ts';
import { JobTable } from './job-table.ts';
import { type EndpointOptions, type Settings, settingsOf } from './options.ts';
import { Outbox } from './outbox.ts';
import { phase1Events } from './phase1-events.ts';
import { configure } from './reconfigure.ts';
import { SaTable } from './sa-table.ts';
import { type EndpointSnapshot, snapshotOf } from './snapshot.ts';

/**
 * An IKEv1 endpoint: initiator and responder of any number of connections. It does no I/O: datagrams, time, finished jobs and
 * commands go in, and what is to be done comes out as data, in order. Nothing that a peer can send makes it throw.
 *
 * `now` never goes back. After each call, arm one timer for `nextDeadline()`.
 */
export class IkeEndpoint {
  /** @internal */ readonly settings: Settings;
  /** @internal */ readonly outbox = new Outbox();
  /** @internal */ connections: ReadonlyMap<string, Connection>;
  /** @internal */ readonly sas = new SaTable();
  /** @internal */ own: readonly OwnAddress[] = [];
  /** @internal */ candidates: Candidates;
  /** @internal */ readonly gate: Gate;
  /** @internal */ readonly answers = new Answers();
  /** @internal */ readonly drops: Record<DropReason, number>;
  readonly #jobs = new JobTable(this);
  readonly #deadlines = new Timetable<Connection>();
  /** Whose deadlines the call under way may change. No Set: V8 keeps what was in one that was cleared until it collects everything. */
  #touched: (Connection | IsakmpSa)[] = [];
  #lastPair = 0;
  #now: Instant | undefined;

  constructor(options: EndpointOptions) {
    this.settings = settingsOf(options);
    this.connections = new Map(options.connections.map((policy) => [policy.name, new Connection(policy, this)]));
    this.candidates = new Candidates(this.connections.values());
    this.gate = new Gate(this.settings);
    for (const connection of this.connections.values()) this.#deadlines.set(connection, connection.deadline());
    this.drops = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  }

  /** Bytes from the wire, as UDP delivered them. */
  receive(datagram: Datagram, now: Instant): Effect[] {
    return this.#call(now, () => receiveDatagram(this, datagram, now));
  }

  /** A job is done. Answers to jobs that nobody waits for any more are ignored; an SPI among them is given back. */
  complete(id: JobId, result: JobResult, now: Instant): Effect[] {
    return this.#call(now, () => this.#jobs.complete(id, result, now));
  }

  /** A deadline has passed, or may have. */
  tick(now: Instant): Effect[] {
    return this.#call(now, () => {
      for (const sa of this.gate.reassembly.expired(now)) sa.dropped('incomplete', sa.channel.remote);
      for (const sa of this.gate.halfOpen.expired(now)) sa.expire(now);
      for (const connection of this.#deadlines.due(now)) {
        this.#touched.push(connection);
        connection.tick(now);
      }
    });
  }

  /** @throws IkeError UNKNOWN_NAME, PEER_ADDRESS_UNKNOWN */
  command(command: Command, now: Instant): Effect[] {
    return this.#call(now, () => {
      if (command.type === 'configure') configure(this, command, now);
      else if (command.type === 'network') this.#network(command.addresses, now);
      else if (command.type === 'awake') this.#each(({ watch }) => watch.awake(now));
      else if (command.type === 'shutdown') this.#each((connection) => connection.terminate(now));
      else if (command.type === 'initiate') this.#connection(command.connection).initiate(now);
      else if (command.type === 'allow') this.#connection(command.connection).attempts.leave();
      else if (command.type === 'renew') this.#connection(command.connection).renew(command.phase, now);
      else this.#connection(command.connection).terminate(now);
    });
  }

  /** What the ESP back end saw. */
  esp(notice: EspNotice, now: Instant): Effect[] {
    return this.#call(now, () => {
      if (notice.type === 'acquire') return this.#acquire(notice.connection, now);
      for (const connection of this.connections.values()) {
        if (!connection.negotiations.has(notice.pair) && !connection.pairs.has(notice.pair)) continue;
        this.#touched.push(connection);
        if (notice.type === 'inbound-used' || notice.type === 'moved') connection.watch.espSeen(notice.pair, now);
        this.#espNotice(connection, notice, now);
      }
    });
  }

  /** When to call `tick` next; undefined while nothing is under way. */
  nextDeadline(): Instant | undefined {
    return earlier(this.#deadlines.next(), this.gate.deadline());
  }

  /** The state of everything, as plain data without secrets. */
  snapshot(now: Instant): EndpointSnapshot {
    return snapshotOf(this, now);
  }

  /** @internal */ startJob(job: Job, exchange: Exchange, sa: IsakmpSa): void {
    this.#jobs.start(job, exchange, sa);
  }

  /** @internal */ find(connection: Connection, job: Job, answered: (result: JobResult, now: Instant) => void): void {
    this.#jobs.find(job, connection, answered);
  }

  /** @internal */ relocated(): void {
    this.candidates = new Candidates(this.connections.values());
  }

  /** @internal What the call under way is about: the deadlines of its connection are looked at anew when it ends. */
  touch(what: IsakmpSa | Connection): void {
    this.#touched.push(what);
  }

  /** @internal The time that came in with the call under way. */
  now(): Instant {
    return this.#now ?? (0 as Instant);
  }

  /** @internal */ freshPair(): number {
    return ++this.#lastPair;
  }

  /** @internal */ holds(name: string): boolean {
    const connection = this.connections.get(name);
    return connection !== undefined && (connection.isakmp !== undefined || connection.pairs.size > 0);
  }

  /**
   * @internal Interop: behind a NAT only the mapping of the SA that stands reaches the peer, so a renewal begins where that one is
   * (RFC 3947 §4).
   */
  startPhase1(connection: Connection, now: Instant, to: Whom): void {
    const { random } = this.settings;
    const policy = withPeer(connection.policy, to);
    const { local, remote } = to;
    const cookies = { initiator: freshCookie(random), responder: new Uint8Array(8) };
    const channel = new Channel({ role: 'initiator', cookies, local, remote, connection: policy.name }, this);
    const sa = new IsakmpSa(this, channel, now);
    this.sas.add(sa);
    connection.sas.add(sa);
    this.outbox.event({ name: 'phase1.started', sa: channel.reference, local, remote });
    sa.initiate(policy, now);
  }

  /** @internal */ seen(sa: IsakmpSa, received: Received): void {
    this.connectionOf(sa)?.seen(sa, received, this.now());
  }

  /** @internal */ phase1Ended(
    sa: IsakmpSa,
    end: { outcome: Phase1Outcome } | { error: IkeError },
    now: Instant,
  ): void {
    if ('error' in end) return this.#phase1Failed(sa, end.error, now);
    const { outcome } = end;
    if (outcome.proof !== undefined) this.gate.proved(sa);
    if (this.#outdated(sa, outcome)) return this.#refuseOutdated(sa, now);
    for (const event of phase1Events(sa.channel.reference, outcome)) this.outbox.event(event);
    this.connectionOf(sa)?.phase1Established(sa, now);
  }

  /** @internal */ forget(sa: IsakmpSa): void {
    this.sas.delete(sa);
    // Both are of no use to anybody any more, and something may refer to the SA for a while yet.
    if (sa.keys !== undefined) wipePhase1Keys(sa.keys);
    sa.isGone = true;
    sa.exchanges.clear();
  }

  /** @internal */ connectionOf(sa: IsakmpSa): Connection | undefined {
    return sa.channel.connection === undefined ? undefined : this.connections.get(sa.channel.connection);
  }

  /** The boundary: what throws in here for a packet is a defect of ours, and costs that packet and nothing else. */
  #call(now: Instant, work: () => void): Effect[] {
    if (this.#now !== undefined && now < this.#now)
      throw new IkeError('TIME_WENT_BACKWARDS', { now, before: this.#now });
    this.#now = now;
    try {
      work();
    } catch (error) {
      this.#defect(error);
    } finally {
      this.#settleDeadlines();
    }
    const effects = this.outbox.take();
    for (const effect of effects)
      if (effect.type === 'event' && effect.event.name === 'datagram.dropped') this.drops[effect.event.reason]++;
    return effects;
  }

  #settleDeadlines(): void {
    for (const touched of this.#touched) {
      const connection = touched instanceof Connection ? touched : this.connectionOf(touched);
      if (connection !== undefined) this.#deadlines.set(connection, connection.deadline());
    }
    this.#touched = [];
  }

  /** Misuse goes back to the caller; everything else that ends up here is a defect of ours, and told. */
  #defect(error: unknown): void {
    const callers = IkeError.is(error) && (error.fault === 'api-misuse' || error.code === 'PEER_ADDRESS_UNKNOWN');
    if (callers) throw error;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.outbox.event({ name: 'internal.error', text });
  }

  #phase1Failed(sa: IsakmpSa, error: IkeError, now: Instant): void {
    const candidates = this.candidates.between(sa.channel.local, sa.channel.remote);
    const atOnce = sa.channel.role === 'responder' && !this.sas.has(sa);
    if (!atOnce) this.gate.halfOpen.delete(sa);
    this.sas.delete(sa);
    if (atOnce && !this.gate.mayTell(this.gate.newcomer(sa.channel.remote.address, candidates), now))
      return sa.dropped('refusal-limit', sa.channel.remote, error);
    this.outbox.event({ name: 'phase1.failed', sa: sa.channel.reference, failure: failureOf(error) });
    const hint = hintFor(sa, error);
    if (hint !== undefined) sa.hintToPeer(hint);
    const concerned = this.connectionOf(sa);
    for (const connection of concerned === undefined ? candidates : [concerned])
      connection.phase1Failed(sa, error, now);
  }

  /** A peer began before a `configure` and has proved itself under a connection that is another now, or none. */
  #outdated(sa: IsakmpSa, { connection }: Phase1Outcome): boolean {
    return sa.channel.role === 'responder' && this.connections.get(connection.name)?.policy !== connection;
  }

  #refuseOutdated(sa: IsakmpSa, now: Instant): void {
    sa.inform(isakmpDelete(sa.channel.cookies));
    this.#phase1Failed(sa, new IkeError('CANCELLED', { reason: 'reconfigured' }), now);
    this.forget(sa);
  }

  /** Traffic for a tunnel brings its connection up, but not one that a command took down. */
  #acquire(name: string, now: Instant): void {
    const connection = this.#connection(name);
    if (!connection.attempts.takenDown) connection.initiate(now);
  }

  #espNotice(connection: Connection, notice: Exclude<EspNotice, { type: 'acquire' }>, now: Instant): void {
    if (notice.type === 'inbound-used') return connection.ipsec.inboundUsed(notice.pair, now);
    if (notice.type === 'failed') connection.negotiations.get(notice.pair)?.backendFailed(notice.reason, now);
    const pair = connection.pairs.get(notice.pair);
    if (pair === undefined) return;
    if (notice.type === 'failed') connection.pairRefused(pair, notice.reason, now);
    else if (notice.type === 'moved') connection.following.espSeen(pair, notice.remote, now);
    else if (notice.hard) connection.pairExpired(pair, now);
    else connection.ipsec.nearLimit(pair, now);
  }

  #network(addresses: readonly OwnAddress[], now: Instant): void {
    this.own = addresses;
    this.#each(({ roaming }) => roaming.lookAround(now));
  }

  #each(what: (connection: Connection) => void): void {
    for (const name of this.connections.keys()) what(this.#connection(name));
  }

  #connection(name: string): Connection {
    const connection = this.connections.get(name);
    if (connection === undefined) throw new IkeError('UNKNOWN_NAME', { name });
    this.#touched.push(connection);
    return connection;
  }
}
