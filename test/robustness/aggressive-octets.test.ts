import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/ike/effects.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';
import { policyOf } from '../ike/policies.ts';
import type { Side } from '../ike/side.ts';
import { Scene } from './scene.ts';
import { AGGRESSIVE_SCENES, sceneName, type SceneSpec } from './scenes.ts';

const random = new SeededRandom('aggressive octets');
/** HASH_I covers nothing of its own message (RFC 2409 §5): what stands behind it, NAT-D, may be garbled. */
const HASH_ENDS = 28 + 4 + 32;
const BLOCK = 16;

function* spoiled({ bytes, ...ends }: Datagram): Generator<Datagram & { readonly at: number }> {
  for (const [at, octet] of bytes.entries()) {
    const changed = bytes.slice();
    changed[at] = octet ^ (1 + (random.u32() % 255));
    yield { ...ends, bytes: changed, at };
  }
  for (let length = 0; length < bytes.length; length += 3) yield { ...ends, bytes: bytes.slice(0, length), at: 0 };
}

interface Moment {
  readonly pair: PairOfEndpoints;
  /** Has left and not arrived. */
  readonly message: Datagram;
  readonly to: Side;
}

/** A pair in Aggressive Mode that has come as far as one of its three messages. */
function justBefore(number: number): Moment {
  const pair = new PairOfEndpoints(
    policyOf('a', { exchange: 'aggressive' }),
    policyOf('b', { exchange: 'aggressive' }),
  );
  // What comes behind the third message gets lost with it.
  pair.onWire = (datagram) => (pair.wire.length >= number ? [] : [datagram]);
  pair.initiate();
  const message = pair.wire[number - 1];
  if (message === undefined) throw new Error(`message ${number} was not sent`);
  pair.onWire = (datagram) => [datagram];
  return { pair, message: pair.seen(message), to: pair.fromA(message) ? pair.b : pair.a };
}
const isUp = ({ sides }: PairOfEndpoints): boolean => sides.every((side) => side.connection().isUp('net'));
const failures = (pair: PairOfEndpoints): number => pair.sides.flatMap((side) => side.named('phase1.failed')).length;

/** The message arrives spoiled, then as it is, and what follows follows. */
function playedWith(number: number, octets: Datagram): PairOfEndpoints {
  const { pair, message, to } = justBefore(number);
  pair.deliver(to, octets);
  pair.deliver(to, message);
  return pair;
}

describe('a message of Aggressive Mode with a changed octet, or cut short', () => {
  it.each([1, 2, 3])('number %i: does no harm that lasts, whatever it costs', { timeout: 60_000 }, (number) => {
    const late: number[] = [];
    for (const octets of spoiled(justBefore(number).message)) {
      const pair = playedWith(number, octets);
      pair.runUntil(3000);
      const { at } = octets;
      if (!isUp(pair)) late.push(at);
      pair.runUntil(400_000);
      expect([at, isUp(pair), pair.sides.flatMap((side) => side.named('internal.error'))]).toEqual([at, true, []]);
    }
    // Only what nothing proves: the answer's transform, vendor ids and NAT-D, which decide on encapsulation.
    const unproved = (at: number): boolean => (number === 3 ? at >= HASH_ENDS - BLOCK : at >= 28);
    expect(late.filter((at) => !unproved(at))).toEqual([]);
  });

  it('number 3: lets nobody in where HASH_I is not the one that it was', () => {
    const established = (octets: Datagram): number => {
      const { pair, to } = justBefore(3);
      pair.deliver(to, octets);
      return to.named('phase1.established').length;
    };
    const { message } = justBefore(3);
    expect(established(message)).toBe(1);
    for (const octets of spoiled(message)) {
      const short = octets.bytes.length < message.bytes.length;
      // A flag that nobody knows is not looked at, and changes nothing of the HASH.
      if (short || (octets.at >= 28 && octets.at < HASH_ENDS))
        expect([octets.at, established(octets)]).toEqual([octets.at, 0]);
    }
  });

  it('ends nothing where it is in the HASH, the nonce, the public value or the identity', () => {
    const { message } = justBefore(2);
    // SA 28, KE 68, Nr 36, IDir 17, HASH 36: behind the SA everything is proved.
    const [saLength = 0] = message.bytes.subarray(31, 32);
    for (const octets of spoiled(message)) {
      const at = octets.at - 28 - saLength;
      if (at < 4 || at >= 4 + 64 + 36 + 17 + 36) continue;
      const pair = playedWith(2, octets);
      expect([octets.at, failures(pair), isUp(pair)]).toEqual([octets.at, 0, true]);
    }
  });
});

/** What the victim has been sent and will be, for each place once with an octet changed there. */
function changedOnTheWay(spec: SceneSpec): readonly Datagram[] {
  const scene = Scene.at(spec);
  scene.finish();
  const toVictim = scene.sent.filter((datagram) => scene.pair.fromA(datagram) !== (scene.victim === scene.pair.a));
  return toVictim.flatMap((datagram) => [...spoiled(scene.pair.seen(datagram))]);
}

describe('in every state of Aggressive Mode', () => {
  it.each(AGGRESSIVE_SCENES.map((spec) => ({ name: sceneName(spec), spec })))(
    'octets that are changed on the way cost one attempt at most, and nothing else that stands: $name',
    { timeout: 60_000 },
    ({ spec }) => {
      const scene = Scene.at(spec);
      for (const datagram of changedOnTheWay(spec)) scene.send(datagram);
      scene.mend();
      expect(scene.pair.sides.flatMap((side) => side.named('internal.error'))).toEqual([]);
      expect([scene.isUp(), scene.isUp('standing')]).toEqual([true, true]);
    },
  );
});
