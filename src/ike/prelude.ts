import { randomU32 } from '../base/random.ts';
import { IkeError } from '../base/errors.ts';
import { after, type Duration, type Instant, milliseconds, seconds } from '../base/instant.ts';
import { proveUser } from './auth/hybrid.ts';
import { statusAttributes, userQuestion } from './auth/xauth.ts';
import type { Received } from './received.ts';
import { type TransactionAnswer, transactionInitiator } from './exchange/transaction-initiator.ts';
import { type TransactionHeard, transactionResponder } from './exchange/transaction-responder.ts';
import type { Established } from './established.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Leases } from './leases.ts';
import { narrowed, roundTunnel } from './negotiate/narrowing.ts';
import {
  assignedTo,
  type NetworkSettings,
  settingsAttributes,
  settingsIn,
  settingsQuestion,
  withAssigned,
} from './negotiate/network-settings.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import type { Outbox } from './outbox.ts';
import type { DataAttribute } from './wire/attributes.ts';
import { CONFIGURATION_TYPE, EXCHANGE } from './wire/numbers.ts';
import type { IpAddress } from '../base/address.ts';

/** Whom it tells how it ends. */
export interface PreludeHost {
  readonly outbox: Outbox;
  readonly leases: Pick<Leases, 'lease'>;
  /** The user has shown who the peer is, where nothing else had. */
  proved(sa: IsakmpSa): void;
  /** Phase 2 may begin, from either side. */
  opened(sa: IsakmpSa, now: Instant): void;
  /** The SA is of no use: it goes, and the peer is told. */
  refused(sa: IsakmpSa, error: IkeError, now: Instant): void;
}

type Wait = 'user-question' | 'user-status' | 'settings' | 'acknowledgement';

/** Ours: how long the peer may take to ask for the user, to say how it takes him, or to set our settings: whom it asks may be slow. */
const PATIENCE = seconds(60);
/**
 * Interop: strongSwan works on several messages at once, and gives the SA up over a Quick Mode that overtakes the acknowledgement of its
 * XAUTH-STATUS. So long that one is left to arrive first.
 */
const LEAD = milliseconds(250);
/** Ours: questions for the user that are answered under one SA. The answer is always the same, so more of them only try it out. */
const MOST_QUESTIONS = 3;

/**
 * What has to happen under a fresh ISAKMP SA before phase 2: XAUTH, where one side has to say which user it is, then Mode Config, where
 * one side gets its address and settings from the other. "This authentication MUST be used after a phase 1 exchange has completed and
 * before any other exchange with the exception of Info mode exchanges" (draft-beaulieu-ike-xauth-02 §6).
 */
export class Prelude {
  readonly #sa: IsakmpSa;
  readonly #established: Established;
  readonly #host: PreludeHost;
  readonly #policy: ConnectionPolicy;
  readonly #identifier: number;
  #wait: { readonly what: Wait; readonly until: Instant } | undefined;
  #questions = 0;
  #given: readonly DataAttribute[] = [];

  constructor(sa: IsakmpSa, established: Established, host: PreludeHost, random: Parameters<typeof randomU32>[0]) {
    this.#sa = sa;
    this.#established = established;
    this.#host = host;
    this.#policy = established.connection;
    this.#identifier = randomU32(random) & 0xffff;
  }

  /** For people. */
  get stateName(): string {
    if (this.#sa.isOpen) return 'established';
    const { user } = this.#policy;
    const isProved = user === undefined || this.#established.user !== undefined;
    return isProved ? 'configuring' : 'authenticating-user';
  }
  deadline(): Instant | undefined {
    return this.#wait?.until;
  }

  begin(now: Instant): void {
    const { user } = this.#policy;
    if (user === undefined) return this.#configure(now);
    if (user.side === 'local') return this.#waitFor('user-question', now);
    this.#ask(CONFIGURATION_TYPE.REQUEST, userQuestion, 'user', now, (answer, at) => this.#onUser(answer, at));
  }

  tick(now: Instant): void {
    if (this.#wait === undefined || this.#wait.until > now) return;
    const { what } = this.#wait;
    this.#wait = undefined;
    if (what === 'acknowledgement') return this.#open(now);
    this.#fail(new IkeError(what === 'settings' ? 'SETTINGS_NOT_GIVEN' : 'USER_NOT_ASKED', { waitedFor: what }), now);
  }

  /** The SA ends before it is open; of one that is nothing is left here. */
  abandon(error: IkeError, now: Instant): void {
    if (!this.#sa.isOpen) this.#fail(error, now);
  }

  /** A question of the peer, under a message id that is new here. */
  respond(received: Received, now: Instant): void {
    const { messageId } = received.header;
    const state = { name: 'awaiting-question', ...this.#basis(messageId), ...this.#answers() } as const;
    const sa = this.#sa;
    const exchange = sa.converse(transactionResponder, state, EXCHANGE.TRANSACTION, messageId, (moved, at) => {
      if (moved.name === 'answered') this.#onHeard(moved.heard, at);
      else if (moved.name === 'failed') this.#fail(moved.error, at);
    });
    exchange.receive(received, now);
    // A question that was not believed leaves nothing behind, so that the genuine one can come under the same id.
    if (exchange.stateName === 'awaiting-question') sa.exchanges.delete(messageId);
    else sa.messageIds.use(messageId, 'transaction');
  }

  #answers(): { user: string | undefined; settings: readonly DataAttribute[]; takesSettings: boolean } {
    const { user, modeConfig } = this.#policy;
    const asked = user?.side === 'local' && this.#questions < MOST_QUESTIONS ? user.name : undefined;
    return {
      user: asked,
      settings: this.#given,
      takesSettings: modeConfig !== undefined && modeConfig.gives === undefined,
    };
  }

  #onHeard(heard: TransactionHeard, now: Instant): void {
    switch (heard.about) {
      case 'user':
        this.#questions++;
        if (heard.answered && !this.#sa.isOpen) this.#waitFor('user-status', now);
        return;
      case 'status':
        return this.#onStatus(heard, now);
      case 'settings-asked':
        return;
      case 'settings-set':
        if (this.#answers().takesSettings) this.#take(heard.attributes, now);
    }
  }

  /** The peer says how it takes our user. Where nobody was asked for one, it says nothing. */
  #onStatus({ accepted, message }: { accepted: boolean; message: string | undefined }, now: Instant): void {
    const { user } = this.#policy;
    if (user?.side !== 'local') return;
    const said = message === undefined ? {} : { message };
    if (!accepted) return this.#fail(new IkeError('USER_REFUSED', { user: user.name, saidBy: 'peer', ...said }), now);
    if (this.#established.user !== undefined || this.#questions === 0) return;
    this.#established.user = user.name;
    this.#host.outbox.event({ name: 'user.accepted', sa: this.#sa.channel.reference, user: user.name, ...said });
    const begins = this.#sa.channel.role === 'initiator';
    if (begins && this.#policy.modeConfig === undefined) return this.#waitFor('acknowledgement', now, LEAD);
    this.#configure(now);
  }

  /** The reply says who the user is, and somebody has looked whether that is so. */
  #onUser(answer: TransactionAnswer, now: Instant): void {
    if (answer.about !== 'user') return;
    const { user, message, tooMany } = answer;
    const accepted = answer.accepted && user !== undefined && this.#mayBe(user);
    // What is said to a user who has the right password and may not come here would tell that it is right.
    const status = statusAttributes(accepted, accepted === answer.accepted ? message : undefined);
    const { reference: sa } = this.#sa.channel;
    if (!accepted) {
      const why = tooMany === true ? { reason: 'too many wrong passwords from there' } : {};
      const refusal = new IkeError('USER_REFUSED', user === undefined ? { reason: 'it names none' } : { user, ...why });
      this.#host.outbox.event({ name: 'user.refused', sa, user, ...why });
      // The SA ends when the peer has heard why, or does not answer.
      return this.#ask(CONFIGURATION_TYPE.SET, status, 'anything', now, (_, at) => this.#fail(refusal, at));
    }
    this.#established.user = user;
    if (this.#established.proof === undefined) {
      this.#established.proof = proveUser(this.#established.peerId, accepted);
      this.#host.proved(this.#sa);
    }
    this.#host.outbox.event({ name: 'user.authenticated', sa, user });
    // Who answers takes what comes next in any order; who began goes on itself, and the peer takes nothing before it has heard this.
    const begins = this.#sa.channel.role === 'initiator';
    this.#ask(CONFIGURATION_TYPE.SET, status, 'anything', now, (_, at) => {
      if (begins) this.#configure(at);
      if (!this.#sa.isGone) this.#push(at);
    });
    if (!begins) this.#configure(now);
  }

  #mayBe(name: string): boolean {
    const { user } = this.#policy;
    return user?.side === 'remote' && (user.names === 'any' || user.names.includes(name));
  }

  /** Who has to be proved is; now the settings. */
  #configure(now: Instant): void {
    const { modeConfig } = this.#policy;
    if (modeConfig === undefined) return this.#open(now);
    if (modeConfig.gives === undefined) {
      if (modeConfig.mode === 'push') return this.#waitFor('settings', now);
      const question = settingsQuestion(this.#policy.tunnels);
      return this.#ask(CONFIGURATION_TYPE.REQUEST, question, 'anything', now, (answer, at) => {
        if (answer.about === 'anything') this.#take(answer.attributes, at);
      });
    }
    const addresses = this.#host.leases.lease(this.#sa);
    if (addresses === undefined)
      return this.#fail(new IkeError('LIMIT_REACHED', { what: 'addresses of the pool' }), now);
    this.#given = settingsAttributes(modeConfig.gives, addresses);
    this.#assign(addresses);
    this.#host.outbox.event({ name: 'settings.assigned', sa: this.#sa.channel.reference, addresses });
    // Before it opens, because that may end it, and nothing can be said under keys that are wiped.
    if (this.#policy.user?.side !== 'remote') this.#push(now);
    this.#open(now);
  }

  /** Sets the peer's settings, where it does not ask for them itself; after XAUTH, whose last word has to have arrived. */
  #push(now: Instant): void {
    if (this.#policy.modeConfig?.mode !== 'push' || this.#given.length === 0) return;
    this.#ask(CONFIGURATION_TYPE.SET, this.#given, 'anything', now, () => undefined);
  }

  #take(attributes: readonly DataAttribute[], now: Instant): void {
    if (this.stateName === 'authenticating-user') return;
    this.#wait = undefined;
    const settings = settingsIn(attributes);
    const { addresses } = settings;
    const unity = this.#policy.modeConfig?.unity === true;
    const tunnels = narrowed(this.#policy.tunnels, unity ? settings.splitInclude : []);
    const ours = tunnels.filter(({ assigned }) => assigned === 'local');
    const lacking = ours.some((tunnel) => assignedTo(tunnel, addresses) === undefined);
    if (addresses.length === 0 || lacking || tunnels.length === 0)
      return this.#sa.isOpen ? undefined : this.#fail(new IkeError('SETTINGS_NOT_GIVEN', { ...settings }), now);
    this.#established.settings = settings;
    this.#assign(addresses, tunnels);
    for (const address of addresses) this.#tellAddress(address, settings);
    this.#host.outbox.event({ name: 'settings.received', sa: this.#sa.channel.reference, settings });
    this.#open(now);
  }

  #assign(addresses: readonly IpAddress[], tunnels = this.#policy.tunnels): void {
    this.#established.connection = withAssigned({ ...this.#policy, tunnels }, addresses);
    this.#established.assigned = addresses;
  }

  /** The address is ours from now on, with the tunnels that carry it. */
  #tellAddress(address: IpAddress, { localLan }: NetworkSettings): void {
    const { name: connection, tunnels, modeConfig } = this.#established.connection;
    const lan = modeConfig?.unity === true ? localLan : [];
    const carried = tunnels
      .filter((tunnel) => tunnel.assigned === 'local' && tunnel.local.first === address)
      .map(({ name, local, remote }) => ({ name, local, remote, round: roundTunnel({ remote }, lan) }));
    const idle = this.#policy.tunnels
      .map(({ name }) => name)
      .filter((name) => !tunnels.some((own) => own.name === name));
    this.#host.outbox.push({ type: 'assign', connection, address, tunnels: carried, idle });
  }

  #open(now: Instant): void {
    this.#wait = undefined;
    if (this.#sa.isOpen) return;
    this.#host.opened(this.#sa, now);
  }

  #waitFor(what: Wait, now: Instant, time: Duration = PATIENCE): void {
    this.#wait = { what, until: after(now, time) };
  }

  #fail(error: IkeError, now: Instant): void {
    this.#wait = undefined;
    if (error.code !== 'CANCELLED') this.#host.refused(this.#sa, error, now);
  }

  /** A Transaction of ours; its end is heard of unless the SA ends before. */
  #ask(
    cfgType: number,
    attributes: readonly DataAttribute[],
    about: 'user' | 'anything',
    now: Instant,
    answered: (answer: TransactionAnswer, now: Instant) => void,
  ): void {
    const sa = this.#sa;
    const messageId = sa.messageIds.fresh('transaction');
    const question = { cfgType, identifier: this.#identifier, attributes };
    const state = { name: 'ready', ...this.#basis(messageId), question, about } as const;
    const exchange = sa.converse(transactionInitiator, state, EXCHANGE.TRANSACTION, messageId, (moved, at) => {
      if (moved.name === 'answered') answered(moved.answer, at);
      else if (moved.name === 'failed') this.#fail(moved.error, at);
    });
    exchange.input({ type: 'begin' }, now);
  }

  #basis(messageId: number): { phase1: Established; messageId: number } {
    return { phase1: this.#established, messageId };
  }
}
