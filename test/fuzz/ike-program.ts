import { concat } from '../../src/base/bytes.ts';
import type { Content } from '../robustness/forged.ts';
import { RUNGS } from '../robustness/ladder.ts';
import { SCENES, type SceneSpec } from '../robustness/scenes.ts';
import type { Step } from '../robustness/step.ts';

export interface Program {
  readonly scene: SceneSpec;
  readonly steps: readonly Step[];
}

const OPS = ['raw', 'clear', 'sealed', 'authentic', 'fresh', 'fresh-authentic', 'next', 'wait'] as const;
const MOST_STEPS = 12;

/** Any octets are a program: its scene, then for each step what it is, an argument, a length and so many octets. */
export function readProgram(input: Uint8Array): Program {
  const scene = SCENES[(input[0] ?? 0) % SCENES.length] ?? { machine: 'mainModeInitiator', state: 'awaiting-sa' };
  const steps: Step[] = [];
  for (let at = 1; at < input.length && steps.length < MOST_STEPS;) {
    const [op = 0, argument = 0, high = 0, low = 0] = input.subarray(at, at + 4);
    const octets = input.subarray(at + 4, at + 4 + high * 256 + low);
    steps.push(stepOf(OPS[op % OPS.length] ?? 'next', argument, octets));
    at += 4 + octets.length;
  }
  return { scene, steps };
}

export function writeProgram({ scene, steps }: Program): Uint8Array {
  const at = SCENES.findIndex((spec) => JSON.stringify(spec) === JSON.stringify(scene));
  return concat(Uint8Array.of(at), ...steps.map(writeStep));
}

function stepOf(op: Step['op'], argument: number, octets: Uint8Array): Step {
  switch (op) {
    case 'raw':
    case 'clear':
      return { op, natt: argument % 2 === 1, bytes: octets };
    case 'sealed':
    case 'authentic':
      return { op, rung: RUNGS[argument % RUNGS.length] ?? 'MM5', content: contentOf(octets) };
    case 'fresh':
    case 'fresh-authentic':
      return { op, exchangeType: argument, content: contentOf(octets) };
    case 'next':
      return { op };
    case 'wait':
      return { op, seconds: argument };
  }
}

function writeStep(step: Step): Uint8Array {
  const [argument, octets] = partsOf(step);
  return concat(Uint8Array.of(OPS.indexOf(step.op), argument, octets.length >>> 8, octets.length), octets);
}

function partsOf(step: Step): readonly [number, Uint8Array] {
  switch (step.op) {
    case 'raw':
    case 'clear':
      return [step.natt ? 1 : 0, step.bytes];
    case 'sealed':
    case 'authentic':
      return [RUNGS.indexOf(step.rung), octetsOf(step.content)];
    case 'fresh':
    case 'fresh-authentic':
      return [step.exchangeType, octetsOf(step.content)];
    case 'next':
      return [0, new Uint8Array()];
    case 'wait':
      return [step.seconds, new Uint8Array()];
  }
}

const octetsOf = ({ firstType, plaintext }: Content): Uint8Array => concat(Uint8Array.of(firstType), plaintext);
const contentOf = (octets: Uint8Array): Content => ({ firstType: octets[0] ?? 0, plaintext: octets.subarray(1) });
