import { requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import type { Exchange } from '../../src/ike/conversation-host.ts';
import type { Datagram, Effect, Job, JobResult } from '../../src/ike/effects.ts';
import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { answering, endsWith, root } from '../ike/certificates.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';
import { policyOf } from '../ike/policies.ts';
import type { Side } from '../ike/side.ts';
import { withModeConfig } from '../ike/users.ts';
import type { SceneSpec } from './scenes.ts';

/** Hybrid Authentication has no number for ECDSA. */
const WITH_RSA = { methods: ['rsa'], authorities: [root.certificate.subject], send: 'if-asked' } as const;
const WITH_ECDSA = { methods: ['ecdsa256'], authorities: [root.certificate.subject], send: 'if-asked' } as const;
const answersWith = async (key: Parameters<typeof endsWith>[0]) =>
  (await endsWith(key)).map((ends) => signingOnce(answering(ends)));
const ANSWERS = { ecdsa: await answersWith('p256'), rsa: await answersWith('rsa2048') };
/** Signatures that are remembered: those of all handshakes that nobody disturbs, and not all that a fuzzer asks for. */
const SIGNED_ONCE = 100;

/** ECDSA is random. What is signed again is signed as before, so that all scenes of one kind send the same octets. */
function signingOnce(answer: (job: Job) => JobResult | undefined): typeof answer {
  const signed = new Map<string, JobResult>();
  return (job) => {
    if (job.kind !== 'sign') return answer(job);
    const result = signed.get(toHex(job.hash)) ?? answer(job);
    if (result !== undefined && signed.size < SIGNED_ONCE) signed.set(toHex(job.hash), result);
    return result;
  };
}

const USERS = { a: { side: 'remote', names: 'any' }, b: { side: 'local', name: 'alice' } } as const;

/** More steps than any scene has. */
const MANY = 1000;
/** Who was asked for its user lets phase 2 wait a moment, and what comes while the last signature is looked at has to come again. */
const MOST_SECONDS = 20;
/** Where the connection goes that is up all the time and has nothing to do with what is played. */
const ELSEWHERE = { a: requireIpAddress('192.0.2.11'), b: requireIpAddress('198.51.100.12') } as const;

/** Side a begins phase 1, and here the Transaction too: it asks where settings are pulled, and gives them where they are pushed. */
const withSettings = (side: 'a' | 'b', mode: 'pull' | 'push') =>
  withModeConfig((mode === 'pull') === (side === 'a') ? 'a' : 'b', mode);

/** What a scene is about. */
function linkOf(side: 'a' | 'b', spec: SceneSpec): ConnectionPolicy {
  const { settings } = spec;
  const link = policyOf(side, {
    exchange: spec.machine.startsWith('aggressive') ? 'aggressive' : 'main',
    swapSelectors: spec.refused === true && side === 'a',
    ...(spec.pfs === true ? { esp: [{ cipher: 'aes128gcm16', group: 'ecp256' }] } : {}),
    ...(spec.transport === true ? { mode: 'transport', nets: ['0.0.0.0/0', '0.0.0.0/0'] } : {}),
  });
  return {
    ...(settings === undefined ? link : withSettings(side, settings)(link)),
    ...(spec.signatures === true ? { certificates: WITH_ECDSA } : {}),
    ...(spec.users === true ? { user: USERS[side] } : {}),
    ...(spec.hybrid === true ? { certificates: WITH_RSA, user: { ...USERS[side], alone: true } } : {}),
    fragmentSize: 1280,
  };
}

/** What has to outlive everything. */
function standingOf(side: 'a' | 'b'): ConnectionPolicy {
  const [own, other] = side === 'a' ? [ELSEWHERE.a, ELSEWHERE.b] : [ELSEWHERE.b, ELSEWHERE.a];
  return policyOf(side, {
    name: 'standing',
    nets: ['10.11.0.0/24', '10.12.0.0/24'],
    but: (policy) => ({
      ...policy,
      local: { ...policy.local, address: own },
      remote: { ...policy.remote, address: other },
    }),
  });
}

/**
 * Two endpoints that move one datagram or one job at a time, so that an exchange can be stopped in each of its states, those
 * included that wait for a job. From the same seed, so that every scene of one kind sends the same octets.
 */
export class Scene {
  readonly spec: SceneSpec;
  readonly pair: PairOfEndpoints;
  readonly victim: Side;
  /** Datagrams that were sent and have not arrived. */
  readonly queue: Datagram[] = [];
  /** Every datagram of `link`, in the order of sending. */
  readonly sent: Datagram[] = [];

  private constructor(spec: SceneSpec) {
    this.spec = spec;
    this.pair = new PairOfEndpoints([linkOf('a', spec), standingOf('a')], [linkOf('b', spec), standingOf('b')], {
      seed: 'scene',
    });
    for (const [i, side] of this.pair.sides.entries()) {
      side.users = { alice: 'wonderland' };
      const answer = (spec.hybrid === true ? ANSWERS.rsa : ANSWERS.ecdsa)[i];
      if ((spec.signatures === true || spec.hybrid === true) && answer !== undefined) side.answer = answer;
    }
    this.victim = spec.machine.endsWith('Initiator') ? this.pair.a : this.pair.b;
    this.pair.initiate(this.pair.a, 'standing');
    for (const side of this.pair.sides) side.holdJobs = true;
    this.pair.onWire = (datagram) => {
      this.queue.push(datagram);
      this.sent.push(datagram);
      return [];
    };
    this.pair.initiate();
  }
  /** The moment in which the victim's exchange has come to this state. */
  static at(spec: SceneSpec): Scene {
    const scene = new Scene(spec);
    for (let i = 0; i < MANY; i++) {
      if (scene.#hasCome()) return scene;
      if (!scene.step()) break;
    }
    throw new Error(`no ${spec.machine} ever comes to ${spec.state}`);
  }

  get peer(): Side {
    return this.pair.other(this.victim);
  }
  /** The victim's ISAKMP SAs of `link`, half-open ones too. */
  get sas(): IsakmpSa[] {
    const halfOpen = [...this.victim.endpoint.gate.halfOpen.all()].filter(
      ({ channel }) => channel.connection === 'link',
    );
    return [...this.victim.connection().sas, ...halfOpen];
  }
  /** The victim's exchange that the scene is about. */
  get exchange(): Exchange | undefined {
    const type = this.#exchangeType;
    return this.sas
      .flatMap((sa) => [...sa.exchanges.values()])
      .filter(({ exchangeType }) => exchangeType === type)
      .at(-1);
  }
  /** Lets the datagram arrive that left first, or, where none is under way, does the job that waits longest; false when all is quiet. */
  step(): boolean {
    const datagram = this.queue.shift();
    if (datagram !== undefined) {
      this.pair.deliver(this.pair.fromA(datagram) ? this.pair.b : this.pair.a, this.pair.seen(datagram));
      return true;
    }
    const busy = [this.victim, this.peer].find(({ waiting }) => waiting.length > 0);
    if (busy === undefined) return false;
    busy.finishJob(this.pair.now);
    this.pair.settle();
    return true;
  }
  /** Steps until all is quiet. */
  finish(): void {
    for (let i = 0; this.step(); i++) if (i > MANY) throw new Error('the two sides do not come to rest');
  }
  /** Does the victim's job that waits longest. */
  work(): void {
    this.victim.finishJob(this.pair.now);
    this.pair.settle();
  }
  /** Steps until the tunnel is up, what waits for its time too. */
  complete(): void {
    for (let i = 0; i < MOST_SECONDS; i++) {
      this.finish();
      if (this.isUp()) return;
      this.pair.runUntil(this.pair.now + 1000);
    }
  }
  /** Everything as it goes by itself from here on, for as long as an attempt and what lingers of it may take. */
  mend(): void {
    for (const side of this.pair.sides) side.holdJobs = false;
    this.finish();
    this.pair.onWire = (datagram) => [datagram];
    this.pair.runUntil(this.pair.now + 400_000);
  }
  /** Lets the victim receive something that nobody of the two has sent; returns what it makes of it. */
  send(datagram: Datagram): readonly Effect[] {
    const before = this.victim.effects.length;
    this.pair.deliver(this.victim, datagram);
    return this.victim.effects.slice(before);
  }
  /** Whether both sides have the tunnel, with the same keys. */
  isUp(connection = 'link'): boolean {
    const keys = this.pair.sides.map((side) => {
      const installed = side.installed.filter((sa) => sa.connection === connection);
      const newest = (direction: string): string =>
        JSON.stringify(installed.findLast((sa) => sa.direction === direction)?.keys.encryption);
      return side === this.pair.a ? [newest('inbound'), newest('outbound')] : [newest('outbound'), newest('inbound')];
    });
    return (
      this.pair.sides.every((side) => side.connection(connection).isUp('net')) &&
      JSON.stringify(keys[0]) === JSON.stringify(keys[1])
    );
  }

  #hasCome(): boolean {
    const { machine, state } = this.spec;
    // The responders' first states last no longer than the message that they wait for.
    if (state === 'awaiting-sa' && machine !== 'mainModeInitiator')
      return this.queue.length > 0 && this.sas.length === 0;
    if (state === 'awaiting-offer' || state === 'awaiting-question')
      return this.exchange === undefined && this.queue.some((datagram) => this.#isFirstMessage(datagram));
    return this.exchange?.stateName === state;
  }
  #isFirstMessage({ bytes }: Datagram): boolean {
    return bytes[18] === this.#exchangeType;
  }
  get #exchangeType(): number {
    const { machine } = this.spec;
    if (machine.startsWith('main')) return EXCHANGE.MAIN_MODE;
    if (machine.startsWith('aggressive')) return EXCHANGE.AGGRESSIVE;
    return machine.startsWith('quick') ? EXCHANGE.QUICK_MODE : EXCHANGE.TRANSACTION;
  }
}
