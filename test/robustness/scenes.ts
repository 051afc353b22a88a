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
  /** With Hybrid Authentication: the side that begins has a certificate, the other is proved by its user alone. */
  readonly hybrid?: true;
  /** With Mode Config: `pull`: the side that begins asks the other for its settings; `push`: it sets those of the other. */
  readonly settings?: 'pull' | 'push';
  /** With networks that do not match, so that Quick Mode fails. */
  readonly refused?: boolean;
  /** Between the two gateways themselves. */
  readonly transport?: boolean;
}

const main = (states: readonly string[], machine: MachineName): SceneSpec[] =>
  states.map((state) => ({ machine, state }));

/** Those of Main Mode and Quick Mode with a pre-shared key. */
const PLAIN_SCENES: readonly SceneSpec[] = [
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

/** Those of Main Mode with signatures. */
const SIGNATURE_SCENES: readonly SceneSpec[] = ['signing', 'awaiting-signature', 'verifying-peer'].flatMap(
  (state): SceneSpec[] => [
    { machine: 'mainModeInitiator', state, signatures: true },
    { machine: 'mainModeResponder', state, signatures: true },
  ],
);

/** Those of XAUTH. */
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

/** Those of Hybrid Authentication, up to where the peer is proved. */
const HYBRID_SCENES: readonly SceneSpec[] = [
  ...['signing', 'awaiting-signature'].map((state): SceneSpec => ({
    machine: 'mainModeInitiator',
    state,
    hybrid: true,
  })),
  ...['awaiting-signature', 'verifying-peer'].map((state): SceneSpec => ({
    machine: 'mainModeResponder',
    state,
    hybrid: true,
  })),
  { machine: 'aggressiveModeInitiator', state: 'signing', hybrid: true },
  { machine: 'aggressiveModeResponder', state: 'verifying-peer', hybrid: true },
  ...['awaiting-answer', 'verifying-user'].map((state): SceneSpec => ({
    machine: 'transactionInitiator',
    state,
    hybrid: true,
  })),
  ...['awaiting-question', 'finding-secret'].map((state): SceneSpec => ({
    machine: 'transactionResponder',
    state,
    hybrid: true,
  })),
];

/** Those of transport mode: what is offered is another encapsulation, and other identities. */
const TRANSPORT_SCENES: readonly SceneSpec[] = [
  { machine: 'quickModeInitiator', state: 'awaiting-answer', transport: true },
  { machine: 'quickModeResponder', state: 'awaiting-offer', transport: true },
];

/** Every state in which an exchange can stand still. New ones go to the end: programs of the fuzz target name a scene by its place. */
export const SCENES: readonly SceneSpec[] = [
  ...PLAIN_SCENES,
  ...SIGNATURE_SCENES,
  ...AGGRESSIVE_SCENES,
  ...USER_SCENES,
  ...SETTINGS_SCENES,
  ...TRANSPORT_SCENES,
  ...HYBRID_SCENES,
];

export const sceneName = ({
  machine,
  state,
  pfs,
  refused,
  signatures,
  settings,
  transport,
  hybrid,
}: SceneSpec): string =>
  `${machine} ${state}${pfs === true ? ' with PFS' : ''}${refused === true ? ' refused' : ''}${
    machine.startsWith('aggressive') && signatures === true ? ' with signatures' : ''
  }${settings === undefined ? '' : `, settings by ${settings}`}${transport === true ? ' in transport mode' : ''}${hybrid === true ? ', hybrid' : ''}`;
