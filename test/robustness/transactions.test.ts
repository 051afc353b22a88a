import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/ike/effects.ts';
import { HEADER_BYTES } from '../../src/ike/wire/header.ts';
import { Scene } from './scene.ts';
import { sceneName, type SceneSpec, SETTINGS_SCENES, USER_SCENES } from './scenes.ts';

const inEachScene = [...USER_SCENES, ...SETTINGS_SCENES].map((spec) => ({ name: sceneName(spec), spec }));

/** What the victim has told of users, settings and SAs that came or went. */
const outcomes = ({ victim }: Scene): readonly string[] =>
  victim.events.map(({ name }) => name).filter((name) => /^(user|settings|phase)/.test(name));

/** What the victim has been sent and will be, for each place behind the header once with an octet changed there. */
function spoiled(spec: SceneSpec): readonly Datagram[] {
  const scene = Scene.at(spec);
  // The same octets come in every run.
  scene.finish();
  const toVictim = scene.sent.filter((datagram) => scene.pair.fromA(datagram) !== (scene.victim === scene.pair.a));
  return toVictim.flatMap((datagram) =>
    Array.from({ length: datagram.bytes.length - HEADER_BYTES }, (_, i) => {
      const bytes = datagram.bytes.slice();
      bytes[HEADER_BYTES + i] = (bytes[HEADER_BYTES + i] ?? 0) ^ (1 << (i % 8));
      return scene.pair.seen({ ...datagram, bytes });
    }),
  );
}

describe('in the middle of XAUTH and of Mode Config', () => {
  it.each(inEachScene)('an octet that is changed on the way ends nothing and lets nobody in: $name', ({ spec }) => {
    const scene = Scene.at(spec);
    const [before, state] = [outcomes(scene), scene.exchange?.stateName];
    for (const datagram of spoiled(spec)) scene.send(datagram);
    expect(outcomes(scene)).toEqual(before);
    // Nor does it move anything: those whose HASH alone was changed say the same as the genuine one.
    expect(scene.exchange?.stateName).toBe(state);
    scene.mend();
    expect(scene.isUp()).toBe(true);
    expect(scene.isUp('standing')).toBe(true);
  });

  it.each(inEachScene)('what went before means nothing when it comes again: $name', ({ spec }) => {
    const scene = Scene.at(spec);
    const before = outcomes(scene);
    for (const datagram of scene.sent) scene.send(scene.pair.seen(datagram));
    expect(outcomes(scene).filter((name) => name.startsWith('user'))).toEqual(
      before.filter((name) => name.startsWith('user')),
    );
    scene.mend();
    expect(scene.isUp()).toBe(true);
  });
});
