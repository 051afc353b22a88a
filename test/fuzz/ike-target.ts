import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { espDelete, notification } from '../../src/ike/exchange/informational.ts';
import { writeChain } from '../../src/ike/wire/message.ts';
import { inFragments } from '../../src/ike/wire/fragmenting.ts';
import { DOI_IPSEC, EXCHANGE, NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { behindHash, type Content, contentOf } from '../robustness/forged.ts';
import { Ladder } from '../robustness/ladder.ts';
import { SCENES, type SceneSpec } from '../robustness/scenes.ts';
import { Stage } from '../robustness/stage.ts';
import { act, type Step } from '../robustness/step.ts';
import { mutateProgram } from './ike-mutation.ts';
import { type Program, readProgram, writeProgram } from './ike-program.ts';
import { namesOf } from './ike-observation.ts';
import { Finding } from './search.ts';
import type { Target } from './target.ts';

/** Inputs that leave no trace are played on one stage, this many, before it has to show that nothing is lost. */
const REUSES = 100;

/** The header of the message and of the payload, and its fields. */
const FRAGMENT_OVERHEAD = 28 + 4 + 4;

/** To see whether things mend takes a while: of the inputs that have an effect one in so many is asked. */
const SAMPLE = 4;

/** The engine, in every state of every exchange, with and without the keys. */
export class IkeTarget implements Target {
  readonly name = 'ike';
  readonly #stages = new Map<SceneSpec, { readonly stage: Stage; readonly played: Uint8Array[] }>();

  seeds(): readonly Uint8Array[] {
    return SCENES.flatMap((scene) =>
      [...seedSteps(scene).map((step) => [step]), ...inPieces(scene)].map((steps) => writeProgram({ scene, steps })),
    );
  }
  run(input: Uint8Array): Set<string> {
    const program = readProgram(input);
    const { stage, played } = this.#stages.get(program.scene) ?? { stage: new Stage(program.scene), played: [] };
    this.#stages.delete(program.scene);
    const seen = play(stage, program);
    played.push(input);
    const again = stage.intact && stage.hasRoom && played.length < REUSES;
    if (again) this.#stages.set(program.scene, { stage, played });
    else if (stage.intact || input.reduce((sum, octet) => sum + octet, 0) % SAMPLE === 0) finish(stage, played);
    return seen;
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    return mutateProgram(input, other, random);
  }
  reset(): void {
    for (const { stage, played } of this.#stages.values()) finish(stage, played);
    this.#stages.clear();
  }
}

/** Asks whether all is well; if not, each input by itself, so that the one is told that did it. */
function finish(stage: Stage, played: readonly Uint8Array[]): void {
  try {
    stage.finish();
  } catch (error) {
    for (const input of played) {
      try {
        const program = readProgram(input);
        const alone = new Stage(program.scene);
        play(alone, program);
        alone.finish();
      } catch (alone) {
        throw new Finding(input, alone);
      }
    }
    throw error;
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

/** What an Informational may say; SPIs and cookies are those of the scenes. */
function informational(ladder: Ladder): Content[] {
  const { initiatorCookie, responderCookie } = ladder.cookies;
  const cookies = concat(initiatorCookie, responderCookie);
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

/** The messages that go encrypted in phase 1 and after it, each in three fragments. */
function inPieces(scene: SceneSpec): Step[][] {
  return Ladder.of(scene).rungs.flatMap(({ chain, datagram: { bytes } }, id) => {
    if (chain === undefined) return [];
    const size = FRAGMENT_OVERHEAD + Math.ceil(bytes.length / 3);
    return [inFragments(bytes, size, id).map((piece): Step => ({ op: 'clear', natt: false, bytes: piece }))];
  });
}

/** Every message that there is, as the scene's victim could get it. */
function seedSteps(scene: SceneSpec): Step[] {
  const ladder = Ladder.of(scene);
  const rungs = ladder.rungs.flatMap((rung): Step[] => {
    const { name } = rung;
    const content: Content = { firstType: rung.header.nextPayload, plaintext: rung.plaintext };
    if (rung.chain === undefined) return [{ op: 'clear', natt: false, bytes: rung.datagram.bytes }];
    return [
      { op: 'clear', natt: false, bytes: rung.datagram.bytes },
      { op: 'sealed', rung: name, content },
      { op: 'authentic', rung: name, content: contentOf(rung) },
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
  const empty = payload('configuration', { cfgType: 1, identifier: 1, attributes: [] });
  const question: Step = {
    op: 'fresh-authentic',
    exchangeType: EXCHANGE.TRANSACTION,
    content: { firstType: empty.type, plaintext: writeChain([empty]) },
  };
  return [...rungs, ...contents, offer, question, { op: 'raw', natt: true, bytes: Uint8Array.of(0xff) }];
}
