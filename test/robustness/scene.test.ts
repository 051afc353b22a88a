import { describe, expect, it } from 'vitest';
import { MACHINES } from '../ike/exchange/observed.ts';
import { authenticRung, contentOf, sealedRung } from './forged.ts';
import { Ladder } from './ladder.ts';
import { Scene } from './scene.ts';
import { SCENES, sceneName } from './scenes.ts';

/** An initiator begins as soon as it is made; a phase 1 that failed is in no table any more. */
const NEVER_AT_REST = [
  'mainModeInitiator ready',
  'mainModeInitiator failed',
  'mainModeResponder failed',
  'aggressiveModeInitiator ready',
  'aggressiveModeInitiator failed',
  'aggressiveModeResponder failed',
  'quickModeInitiator ready',
  'transactionInitiator ready',
  // An SA goes with the transaction that fails.
  'transactionInitiator failed',
  'transactionResponder failed',
];

/** One scene for each kind of handshake. */
const LADDERS = SCENES.flatMap((spec, i) => {
  const ladder = Ladder.of(spec);
  const first = SCENES.findIndex((other) => Ladder.of(other) === ladder);
  return first === i && spec.refused !== true ? [{ name: sceneName(spec), spec, ladder }] : [];
});

describe('the scenes that everything is tried in', () => {
  it('are all states in which an exchange can stand still', () => {
    const states = Object.entries(MACHINES).flatMap(([machine, { graph }]) =>
      Object.keys(graph).map((state) => `${machine} ${state}`),
    );
    const played = new Set(SCENES.map(({ machine, state }) => `${machine} ${state}`));
    expect(states.filter((state) => !played.has(state)).sort()).toEqual(NEVER_AT_REST.toSorted());
  });

  it.each(SCENES.map((spec) => ({ name: sceneName(spec), spec })))(
    'go on as if nothing had been: $name',
    ({ spec }) => {
      const scene = Scene.at(spec);
      scene.complete();
      expect(scene.isUp()).toBe(spec.refused !== true);
      expect(scene.isUp('standing')).toBe(true);
    },
  );

  it.each(LADDERS)(
    'send the same octets each time, which can be sealed and proved again: $name',
    ({ spec, ladder }) => {
      const scene = Scene.at(spec);
      scene.complete();
      const sent = scene.sent.map((datagram) => scene.pair.seen(datagram));
      for (const rung of ladder.rungs) {
        const { header, plaintext, datagram } = rung;
        expect(sent).toContainEqual(datagram);
        expect(sealedRung(rung, { firstType: header.nextPayload, plaintext })).toEqual(datagram);
        expect(authenticRung(ladder, rung, contentOf(rung))).toEqual(datagram);
      }
    },
  );
});
