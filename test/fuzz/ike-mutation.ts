import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import type { Content } from '../robustness/forged.ts';
import { RUNGS } from '../robustness/ladder.ts';
import { SCENES } from '../robustness/scenes.ts';
import type { Step } from '../robustness/step.ts';
import { type Program, readProgram, writeProgram } from './ike-program.ts';
import { below, mutateBytes, oneOf } from './mutate-bytes.ts';
import { mutateContent, mutateMessage } from './mutate-message.ts';

type Change = (program: Program, other: Program, random: SeededRandom) => Program;

const anyStep = ({ steps }: Program, random: SeededRandom): number => below(random, steps.length);

const CHANGES: readonly [Change, ...Change[]] = [
  message,
  message,
  message,
  message,
  message,
  (program, _, random) => ({ ...program, scene: SCENES[below(random, SCENES.length)] ?? program.scene }),
  function addStep(program, other, random) {
    const added: Step = other.steps[anyStep(other, random)] ?? { op: 'next' };
    return { ...program, steps: program.steps.toSpliced(below(random, program.steps.length + 1), 0, added) };
  },
  function go(program, _, random) {
    const added: Step = random.chance(0.8) ? { op: 'next' } : { op: 'wait', seconds: below(random, 256) };
    return { ...program, steps: program.steps.toSpliced(below(random, program.steps.length + 1), 0, added) };
  },
  function dropStep(program, _, random) {
    const at = anyStep(program, random);
    return { ...program, steps: program.steps.filter((_step, i) => i !== at) };
  },
  function asOther(program, _, random) {
    return changed(program, random, (step) => ('content' in step ? otherwise(step, random) : step));
  },
];

/** One change to a program: what is sent, where, in which order. */
export function mutateProgram(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  if (input.length === 0 || random.chance(0.02)) return mutateBytes(input, other, random);
  return writeProgram(oneOf(random, CHANGES)(readProgram(input), readProgram(other), random));
}

function message(program: Program, other: Program, random: SeededRandom): Program {
  const donor = other.steps[anyStep(other, random)];
  return changed(program, random, (step) => {
    if ('content' in step) {
      const from: Content = donor !== undefined && 'content' in donor ? donor.content : step.content;
      return { ...step, content: mutateContent(step.content, from, random) };
    }
    if (!('bytes' in step)) return step;
    const from = donor !== undefined && 'bytes' in donor ? donor.bytes : step.bytes;
    return { ...step, bytes: mutateMessage(step.bytes, from, random) };
  });
}

/** The same content as another message, in another exchange, proved or not. */
function otherwise({ content }: Extract<Step, { content: Content }>, random: SeededRandom): Step {
  if (random.chance(0.5)) return { op: oneOf(random, ['sealed', 'authentic']), rung: oneOf(random, RUNGS), content };
  const exchangeType = random.chance(0.7) ? oneOf(random, [2, 4, 5, 6, 32]) : below(random, 256);
  return { op: oneOf(random, ['fresh', 'fresh-authentic']), exchangeType, content };
}

function changed(program: Program, random: SeededRandom, change: (step: Step) => Step): Program {
  const at = anyStep(program, random);
  return { ...program, steps: program.steps.map((step, i) => (i === at ? change(step) : step)) };
}
