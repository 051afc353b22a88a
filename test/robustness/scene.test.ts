import { describe, expect, it } from 'vitest';
import { MACHINES } from '../ike/exchange/observed.ts';
import { authenticRung, behindHash, sealedRung } from './forged.ts';
import { Ladder } from './ladder.ts';
import {
  AGGRESSIVE_SCENES,
  Scene,
  SCENES,
  sceneName,
  SETTINGS_SCENES,
  SIGNATURE_SCENES,
  USER_SCENES,
} from './scene.ts';

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

const ALL = [...SCENES, ...SIGNATURE_SCENES, ...AGGRESSIVE_SCENES, ...USER_SCENES, ...SETTINGS_SCENES];

describe('the scenes that everything is tried in', () => {
  it('are all states in which an exchange can stand still', () => {
    const states = Object.entries(MACHINES).flatMap(([machine, { graph }]) =>
      Object.keys(graph).map((state) => `${machine} ${state}`),
    );
    const played = new Set(ALL.map(({ machine, state }) => `${machine} ${state}`));
    expect(states.filter((state) => !played.has(state)).sort()).toEqual(NEVER_AT_REST.toSorted());
  });

  it.each(ALL.map((spec) => ({ name: sceneName(spec), spec })))('go on as if nothing had been: $name', ({ spec }) => {
    const scene = Scene.at(spec);
    scene.finish();
    // Who was asked for its user lets phase 2 wait a moment; and what comes while the last signature is looked at has to come again.
    if (spec.users === true || (spec.signatures === true && spec.machine === 'aggressiveModeInitiator')) scene.mend();
    expect(scene.isUp()).toBe(spec.refused !== true);
    expect(scene.isUp('standing')).toBe(true);
  });

  it('send the same octets each time, which can be sealed and proved again', () => {
    for (const pfs of [false, true]) {
      const ladder = Ladder.of({ pfs });
      const scene = Scene.at({ machine: 'quickModeResponder', state: 'established', pfs });
      scene.finish();
      expect(scene.sent.slice(0, 9).map(({ bytes }) => bytes)).toEqual(
        ladder.rungs.map(({ datagram }) => datagram.bytes),
      );
      for (const rung of ladder.rungs) {
        const { header, plaintext, datagram } = rung;
        expect(sealedRung(rung, { firstType: header.nextPayload, plaintext })).toEqual(datagram);
        const content = rung.name.startsWith('QM') ? behindHash(rung) : { firstType: header.nextPayload, plaintext };
        expect(authenticRung(ladder, rung, content)).toEqual(datagram);
      }
    }
  });
});
