import { concat, u32Bytes } from '../../src/base/bytes.ts';
import type { Datagram, Effect } from '../../src/ike/effects.ts';
import { espDelete, notification } from '../../src/ike/exchange/informational.ts';
import { writeChain } from '../../src/ike/wire/message.ts';
import { DOI_IPSEC, EXCHANGE, NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { withMarker } from '../../src/natt/demultiplex.ts';
import { authenticRung, behindHash, type Content, freshMessage, sealedRung } from '../robustness/forged.ts';
import { Ladder, RUNGS } from '../robustness/ladder.ts';
import { SCENES, type SceneSpec } from '../robustness/scene.ts';
import { mutateProgram } from './ike-mutation.ts';
import { type Program, readProgram, type Step, writeProgram } from './ike-program.ts';
import { namesOf } from './ike-observation.ts';
import { Stage } from './ike-stage.ts';
import type { Target } from './target.ts';

/** Inputs that leave no trace are played on one stage, this many, before it has to show that nothing is lost. */
const REUSES = 100;

/** To see whether things mend takes a while: of the inputs that have an effect one in so many is asked. */
const SAMPLE = 4;

/** The engine, in every state of every exchange, with and without the keys. */
export class IkeTarget implements Target {
  readonly name = 'ike';
  readonly #stages = new Map<SceneSpec, Stage>();

  seeds(): readonly Uint8Array[] {
    return SCENES.flatMap((scene) => seedSteps(scene).map((step) => writeProgram({ scene, steps: [step] })));
  }
  run(input: Uint8Array): Set<string> {
    const program = readProgram(input);
    const stage = this.#stages.get(program.scene) ?? new Stage(program.scene);
    this.#stages.delete(program.scene);
    const seen = play(stage, program);
    if (stage.intact && stage.hasRoom && ++stage.uses < REUSES) this.#stages.set(program.scene, stage);
    else if (stage.intact || input.reduce((sum, octet) => sum + octet, 0) % SAMPLE === 0) stage.finish();
    return seen;
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    return mutateProgram(input, other, random);
  }
  reset(): void {
    for (const stage of this.#stages.values()) stage.finish();
    this.#stages.clear();
  }
}

function play(stage: Stage, { scene, steps }: Program): Set<string> {
  const seen = new Set<string>();
  for (const step of steps) {
    const before = stage.state;
    const effects = act(stage, step);
    for (const name of namesOf(`${scene.machine} ${before}`, step, effects)) seen.add(name);
  }
  return seen;
}

function act(stage: Stage, step: Step): readonly Effect[] {
  if (step.op === 'next') return stage.next();
  if (step.op === 'wait') return stage.wait(step.seconds);
  const authentic = step.op === 'authentic' || step.op === 'fresh-authentic';
  return stage.send(datagramOf(stage, step), authentic);
}

function datagramOf(stage: Stage, step: Exclude<Step, { op: 'next' | 'wait' }>): Datagram {
  const ladder = Ladder.of(stage.spec);
  const template = ladder.rung(stage.spec.machine.endsWith('Initiator') ? 'MM2' : 'MM1');
  // Always from the peer to the victim, messages too that the victim itself has sent.
  const { bytes: _bytes, ...ends } = template.datagram;
  switch (step.op) {
    case 'raw':
      return onPort(template.datagram, step.natt, step.bytes);
    case 'clear': {
      const cookies = stage.cookies ?? template.datagram.bytes.subarray(0, 16);
      const message = concat(cookies, step.bytes.subarray(16));
      return onPort(template.datagram, step.natt, step.natt ? withMarker(message) : message);
    }
    case 'sealed':
      return { ...ends, bytes: sealedRung(ladder.rung(step.rung), step.content).bytes };
    case 'authentic':
      return { ...ends, bytes: authenticRung(ladder, ladder.rung(step.rung), step.content).bytes };
    case 'fresh':
    case 'fresh-authentic': {
      const { exchangeType, content } = step;
      const authentic = step.op === 'fresh-authentic';
      const about = { exchangeType, messageId: stage.freshMessageId(), authentic };
      return freshMessage(ladder, template, about, content);
    }
  }
}

const onPort = ({ local, remote }: Datagram, natt: boolean, bytes: Uint8Array): Datagram => {
  const port = natt ? 4500 : 500;
  return { local: { ...local, port }, remote: { ...remote, port }, bytes };
};

/** What an Informational may say; SPIs and cookies are those of the scenes. */
function informational({ rungs }: Ladder): Content[] {
  const { initiatorCookie, responderCookie } = rungs[5]?.header ?? {};
  const cookies = concat(initiatorCookie ?? new Uint8Array(), responderCookie ?? new Uint8Array());
  const payloads = [
    ...[0x1000, 0x1001, 0x2000, 0x2001].map(espDelete),
    payload('delete', { doi: DOI_IPSEC, protocolId: PROTOCOL.ISAKMP, spis: [cookies] }),
    notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, cookies, u32Bytes(1)),
    notification(NOTIFY.R_U_THERE_ACK, PROTOCOL.ISAKMP, cookies, u32Bytes(1)),
    notification(NOTIFY.INITIAL_CONTACT, PROTOCOL.ISAKMP, cookies),
    notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, u32Bytes(0x2001)),
    notification(NOTIFY.NO_PROPOSAL_CHOSEN, PROTOCOL.ESP, new Uint8Array()),
  ];
  return payloads.map((one) => ({ firstType: one.type, plaintext: writeChain([one]) }));
}

/** Every message that there is, as the scene's victim could get it. */
function seedSteps(scene: SceneSpec): Step[] {
  const ladder = Ladder.of(scene);
  const rungs = RUNGS.flatMap((name): Step[] => {
    const rung = ladder.rung(name);
    const content: Content = { firstType: rung.header.nextPayload, plaintext: rung.plaintext };
    if (rung.chain === undefined) return [{ op: 'clear', natt: false, bytes: rung.datagram.bytes }];
    return [
      { op: 'clear', natt: false, bytes: rung.datagram.bytes },
      { op: 'sealed', rung: name, content },
      { op: 'authentic', rung: name, content: name.startsWith('QM') ? behindHash(rung) : content },
    ];
  });
  const contents = informational(ladder).flatMap((content): Step[] => [
    { op: 'fresh', exchangeType: EXCHANGE.INFORMATIONAL, content },
    { op: 'fresh-authentic', exchangeType: EXCHANGE.INFORMATIONAL, content },
  ]);
  const offer: Step = {
    op: 'fresh-authentic',
    exchangeType: EXCHANGE.QUICK_MODE,
    content: behindHash(ladder.rung('QM1')),
  };
  return [...rungs, ...contents, offer, { op: 'raw', natt: true, bytes: Uint8Array.of(0xff) }];
}
