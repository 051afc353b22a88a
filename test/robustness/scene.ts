import { requireIpAddress } from '../../src/base/address.ts';
import type { Exchange } from '../../src/ike/conversation-host.ts';
import type { Datagram, Effect } from '../../src/ike/effects.ts';
import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { answering, endsWith, root } from '../ike/certificates.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';
import { policyOf } from '../ike/policies.ts';
import type { Side } from '../ike/side.ts';
import { withModeConfig } from '../ike/users.ts';

export type MachineName =
  | 'aggressiveModeInitiator'
  | 'aggressiveModeResponder'
  | 'mainModeInitiator'
  | 'mainModeResponder'
  | 'quickModeInitiator'
  | 'quickModeResponder'
  | 'transactionInitiator'
  | 'transactionResponder';

/** Where an exchange is to stand still. */
export interface SceneSpec {
  readonly machine: MachineName;
  readonly state: string;
  /** With a KE in Quick Mode. */
  readonly pfs?: boolean;
  /** With ECDSA and certificates in phase 1. */
  readonly signatures?: boolean;
  /** With XAUTH: the side that begins asks the other for its user. */
  readonly users?: boolean;
  /** With Mode Config: `pull`: the side that begins asks the other for its settings; `push`: it sets those of the other. */
  readonly settings?: 'pull' | 'push';
  /** With networks that do not match, so that Quick Mode fails. */
  readonly refused?: boolean;
}

const WITH_ECDSA = { methods: ['ecdsa256'], authorities: [root.certificate.subject], send: 'if-asked' } as const;
const [endsA, endsB] = await endsWith();
const ANSWERS = [answering(endsA), answering(endsB)] as const;

const USERS = { a: { side: 'remote', names: 'any' }, b: { side: 'local', name: 'alice' } } as const;

/** More steps than any scene has. */
const MANY = 1000;
/** Where the connection goes that is up all the time and has nothing to do with what is played. */
const ELSEWHERE = { a: requireIpAddress('192.0.2.11'), b: requireIpAddress('198.51.100.12') } as const;

/** Side a begins phase 1, and here the Transaction too: it asks where settings are pulled, and gives them where they are pushed. */
const withSettings = (side: 'a' | 'b', mode: 'pull' | 'push') =>
  withModeConfig((mode === 'pull') === (side === 'a') ? 'a' : 'b', mode);

/** What a side has: `link`, which the scene is about, and `standing`, which has to outlive everything. */
function policiesOf(side: 'a' | 'b', spec: SceneSpec): ConnectionPolicy[] {
  const { pfs = false, refused = false, signatures = false, users = false, settings } = spec;
  const exchange = spec.machine.startsWith('aggressive') ? 'aggressive' : 'main';
  const [own, other] = side === 'a' ? [ELSEWHERE.a, ELSEWHERE.b] : [ELSEWHERE.b, ELSEWHERE.a];
  const esp = pfs ? { esp: [{ cipher: 'aes128gcm16', group: 'ecp256' }] as const } : {};
  const link = policyOf(side, { exchange, swapSelectors: refused && side === 'a', ...esp });
  return [
    {
      ...(settings === undefined ? link : withSettings(side, settings)(link)),
      ...(signatures ? { certificates: WITH_ECDSA } : {}),
      ...(users ? { user: USERS[side] } : {}),
      fragmentSize: 1280,
    },
    policyOf(side, {
      name: 'standing',
      nets: ['10.11.0.0/24', '10.12.0.0/24'],
      but: (policy) => ({
        ...policy,
        local: { ...policy.local, address: own },
        remote: { ...policy.remote, address: other },
      }),
    }),
  ];
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
    this.pair = new PairOfEndpoints(policiesOf('a', spec), policiesOf('b', spec), { seed: 'scene' });
    if (spec.signatures === true) [this.pair.a.answer, this.pair.b.answer] = ANSWERS;
    for (const side of this.pair.sides) side.users = { alice: 'wonderland' };
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

const main = (states: readonly string[], machine: MachineName): SceneSpec[] =>
  states.map((state) => ({ machine, state }));

/** Every state in which an exchange can stand still, with a pre-shared key. */
export const SCENES: readonly SceneSpec[] = [
  ...main(
    ['awaiting-sa', 'generating-key', 'awaiting-ke', 'computing-secret', 'finding-psk', 'awaiting-auth', 'established'],
    'mainModeInitiator',
  ),
  ...main(
    ['awaiting-sa', 'awaiting-ke', 'computing-secret', 'finding-psk', 'awaiting-auth', 'established'],
    'mainModeResponder',
  ),
  { machine: 'quickModeInitiator', state: 'allocating-spi' },
  { machine: 'quickModeInitiator', state: 'generating-key', pfs: true },
  { machine: 'quickModeInitiator', state: 'awaiting-answer' },
  { machine: 'quickModeInitiator', state: 'awaiting-answer', pfs: true },
  { machine: 'quickModeInitiator', state: 'computing-secret', pfs: true },
  { machine: 'quickModeInitiator', state: 'established' },
  { machine: 'quickModeInitiator', state: 'failed', refused: true },
  { machine: 'quickModeResponder', state: 'awaiting-offer' },
  { machine: 'quickModeResponder', state: 'awaiting-offer', pfs: true },
  { machine: 'quickModeResponder', state: 'allocating-spi' },
  { machine: 'quickModeResponder', state: 'computing-secret', pfs: true },
  { machine: 'quickModeResponder', state: 'awaiting-confirmation' },
  { machine: 'quickModeResponder', state: 'established' },
  { machine: 'quickModeResponder', state: 'failed', refused: true },
];

/** The same for those with signatures, which are random: no two runs send the same octets. */
export const SIGNATURE_SCENES: readonly SceneSpec[] = ['signing', 'awaiting-signature', 'verifying-peer'].flatMap(
  (state): SceneSpec[] => [
    { machine: 'mainModeInitiator', state, signatures: true },
    { machine: 'mainModeResponder', state, signatures: true },
  ],
);

/** And those of XAUTH. */
export const USER_SCENES: readonly SceneSpec[] = [
  ...['awaiting-answer', 'verifying-user', 'answered'].map((state): SceneSpec => ({
    machine: 'transactionInitiator',
    state,
    users: true,
  })),
  ...['awaiting-question', 'finding-secret', 'answered'].map((state): SceneSpec => ({
    machine: 'transactionResponder',
    state,
    users: true,
  })),
];

/** Those of Mode Config. */
export const SETTINGS_SCENES: readonly SceneSpec[] = (['pull', 'push'] as const).flatMap((settings): SceneSpec[] => [
  { machine: 'transactionInitiator', state: 'awaiting-answer', settings },
  { machine: 'transactionInitiator', state: 'answered', settings },
  { machine: 'transactionResponder', state: 'awaiting-question', settings },
  { machine: 'transactionResponder', state: 'answered', settings },
]);

/** Those of Aggressive Mode, with a pre-shared key and with signatures. */
export const AGGRESSIVE_SCENES: readonly SceneSpec[] = [
  ...main(
    ['generating-key', 'awaiting-answer', 'computing-secret', 'finding-psk', 'established'],
    'aggressiveModeInitiator',
  ),
  ...main(
    ['awaiting-sa', 'computing-secret', 'finding-psk', 'awaiting-auth', 'established'],
    'aggressiveModeResponder',
  ),
  ...['verifying-peer', 'signing'].map((state): SceneSpec => ({
    machine: 'aggressiveModeInitiator',
    state,
    signatures: true,
  })),
  ...['signing', 'awaiting-signature', 'verifying-peer'].map((state): SceneSpec => ({
    machine: 'aggressiveModeResponder',
    state,
    signatures: true,
  })),
];

export const sceneName = ({ machine, state, pfs, refused, signatures, settings }: SceneSpec): string =>
  `${machine} ${state}${pfs === true ? ' with PFS' : ''}${refused === true ? ' refused' : ''}${
    machine.startsWith('aggressive') && signatures === true ? ' with signatures' : ''
  }${settings === undefined ? '' : `, settings by ${settings}`}`;
