import fc from 'fast-check';
import { describe, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { forEachSeed } from '../sim/seeds.ts';
import { contentOf } from './forged.ts';
import { Ladder, RUNGS } from './ladder.ts';
import { type SceneSpec, SCENES } from './scenes.ts';
import { Stage } from './stage.ts';
import { act, type Step } from './step.ts';

/** One change to some octets. */
type Edit =
  | { readonly kind: 'set'; readonly at: number; readonly octet: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly octets: Uint8Array }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'exchange'; readonly at: number; readonly with: number };

const at = fc.nat({ max: 400 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), at, octet: fc.nat({ max: 255 }) }) },
  fc.record({ kind: fc.constant('cut' as const), at, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('insert' as const), at, octets: fc.uint8Array({ minLength: 1, maxLength: 64 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('exchange' as const), at, with: at }),
);

function edited(bytes: Uint8Array, change: Edit): Uint8Array {
  const from = bytes.length === 0 ? 0 : change.at % bytes.length;
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  switch (change.kind) {
    case 'set':
      return concat(before, Uint8Array.of(change.octet), after.subarray(1));
    case 'cut':
      return concat(before, after.subarray(change.length));
    case 'insert':
      return concat(before, change.octets, after);
    case 'repeat':
      return concat(before, after.subarray(0, change.length), after);
    case 'exchange': {
      const other = bytes.length === 0 ? 0 : change.with % bytes.length;
      const swapped = bytes.slice();
      [swapped[from], swapped[other]] = [bytes[other] ?? 0, bytes[from] ?? 0];
      return swapped;
    }
  }
}

const rung = fc.constantFrom(...RUNGS);
const edits = fc.array(edit, { minLength: 1, maxLength: 3 });
const change = (bytes: Uint8Array, all: readonly Edit[]): Uint8Array => all.reduce(edited, bytes);

/** A message of the ladder as an attacker on the path can change it: on the wire, or, who has the encryption key alone, within. */
const attack = fc.record({ rung, edits, within: fc.boolean() });
const attackStep = (
  spec: SceneSpec,
  { rung: name, edits: all, within }: typeof attack extends fc.Arbitrary<infer A> ? A : never,
): Step => {
  const { datagram, header, plaintext, chain } = Ladder.of(spec).someRung(name);
  if (!within || chain === undefined) return { op: 'clear', natt: false, bytes: change(datagram.bytes, all) };
  return { op: 'sealed', rung: name, content: { firstType: header.nextPayload, plaintext: change(plaintext, all) } };
};

/** A message as the peer itself may send it, whose HASH covers what was changed. */
const garbage = fc.record({ rung, edits, fresh: fc.constantFrom(undefined, 5, 6, 32) });
const garbageStep = (
  spec: SceneSpec,
  { rung: name, edits: all, fresh }: typeof garbage extends fc.Arbitrary<infer G> ? G : never,
): Step => {
  const one = Ladder.of(spec).someRung(name);
  const { firstType, plaintext } = contentOf(one);
  const content = { firstType, plaintext: change(plaintext, all) };
  return fresh === undefined
    ? { op: 'authentic', rung: name, content }
    : { op: 'fresh-authentic', exchangeType: fresh, content };
};

/** Plays it; the stage itself holds the engine to what it promises. */
function play(spec: SceneSpec, steps: readonly Step[]): void {
  const stage = new Stage(spec);
  for (const step of steps) act(stage, step);
  stage.finish();
}

const numberOf = (seed: string): number => new SeededRandom(seed).u32() | 0;
const scene = fc.constantFrom(...SCENES);

describe('in every state of every exchange', () => {
  it('changed messages cost one attempt at most, and nothing that is proved; the genuine one is taken after them', () => {
    forEachSeed('changed messages', 1, (seed) => {
      const property = fc.property(scene, fc.array(attack, { minLength: 1, maxLength: 5 }), (spec, attacks) =>
        play(
          spec,
          attacks.map((one) => attackStep(spec, one)),
        ),
      );
      fc.assert(property, { seed: numberOf(seed), numRuns: 200 });
    });
  });

  it('garbage that is proved harms nobody but who sent it', () => {
    forEachSeed('proved garbage', 1, (seed) => {
      const property = fc.property(scene, fc.array(garbage, { minLength: 1, maxLength: 5 }), (spec, all) =>
        play(
          spec,
          all.map((one) => garbageStep(spec, one)),
        ),
      );
      fc.assert(property, { seed: numberOf(seed), numRuns: 200 });
    });
  });
});
