import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, utf8Text } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { identityText, parseIdentity, sameIdentity } from '../../src/base/identity.ts';
import { captured } from '../../src/capture/udp.ts';
import { readIdentification } from '../../src/ike/wire/identification.ts';
import { writeChain } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { filesBelow, inProject } from '../project.ts';
import { Ladder } from './ladder.ts';
import { SCENES, sceneName } from './scenes.ts';
import { Stage } from './stage.ts';
import { act, type Step } from './step.ts';

/** Captures and inputs that may not lie in the project; vectors/README.md says why. */
const FOLDER = process.env['SALLYPORT_REFERENCE_VECTORS'];

const CAPTURE = /\.pcap(ng)?(\.gz)?$/;
const OURS = filesBelow('vectors/isakmp', '')
  .filter((path) => CAPTURE.test(path))
  .map(inProject);

/** Everything that a capture has for the ports of IKE, as it came, and once more under the cookies of whoever gets it. */
const stepsOf = (path: string): Step[] =>
  captured(new Uint8Array(readFileSync(path))).flatMap(({ payload, destination, source }): Step[] => {
    const natt = destination.port === 4500 || source.port === 4500;
    const message = natt ? payload.subarray(4) : payload;
    return [
      { op: 'raw', natt, bytes: payload },
      { op: 'clear', natt: false, bytes: message },
    ];
  });

/** Plays everything in one state, anew after each attempt that it cost. */
function playAll(spec: (typeof SCENES)[number], steps: readonly Step[]): void {
  let stage = new Stage(spec);
  for (const step of steps) {
    act(stage, step);
    if (stage.intact && stage.hasRoom) continue;
    stage.finish();
    stage = new Stage(spec);
  }
  stage.finish();
}

const inEachScene = SCENES.map((spec) => ({ name: sceneName(spec), spec }));

describe('what other implementations have sent, crashes of others among it, in every state', () => {
  const steps = OURS.flatMap(stepsOf);

  it('is more than a hundred messages', () => {
    expect(steps.length).toBeGreaterThan(200);
  });

  it.each(inEachScene)('costs one attempt at most: $name', ({ spec }) => playAll(spec, steps));
});

describe.skipIf(FOLDER === undefined)('what lies in $SALLYPORT_REFERENCE_VECTORS', () => {
  const files = FOLDER === undefined ? [] : readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });

  it('and is a capture, costs an idle responder and one under way nothing', () => {
    const steps = files.filter((path) => CAPTURE.test(path)).flatMap((path) => stepsOf(join(FOLDER ?? '', path)));
    expect(steps.length).toBeGreaterThan(100);
    for (const state of ['awaiting-sa', 'awaiting-auth']) playAll({ machine: 'mainModeResponder', state }, steps);
  });

  it('and broke the identities of strongSwan, is read or refused as text, in a payload, and from a peer that has the keys', () => {
    const folder = join(FOLDER ?? '', 'malformed/strongswan-fuzzing-corpora/ids');
    const inputs = readdirSync(folder).map((name) => new Uint8Array(readFileSync(join(folder, name))));
    expect(inputs.length).toBeGreaterThan(10);
    for (const input of inputs) {
      const parsed = orRefused(() => parseIdentity(utf8Text(input)));
      if (parsed !== undefined) expect(sameIdentity(parsed, parsed)).toBe(true);
      for (let type = 0; type < 16; type++) {
        const body = concat(Uint8Array.of(type, 0, 0, 0), input);
        const read = orRefused(() => readIdentification(body));
        if (read !== undefined) expect(identityText(read)).not.toBe('');
        claimed(body);
      }
    }
  });
});

/** Somebody proves that he has the key, and says that he is that. */
function claimed(body: Uint8Array): void {
  const stage = new Stage({ machine: 'mainModeResponder', state: 'awaiting-auth' });
  const hash = Ladder.of({}).phase1Hash('initiator', body);
  const plaintext = writeChain([
    { type: PAYLOAD.ID, body },
    { type: PAYLOAD.HASH, body: hash },
  ]);
  act(stage, { op: 'authentic', rung: 'MM5', content: { firstType: PAYLOAD.ID, plaintext } });
  expect(stage.state).not.toBe('established');
}

function orRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return undefined;
  }
}
