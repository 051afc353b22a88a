import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { statusSchemas } from '../../src/status/status-schema.ts';
import { Scene } from '../robustness/scene.ts';
import { SCENES, sceneName } from '../robustness/scenes.ts';

const { connection } = statusSchemas(z);

/** As a reader of the API has it. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the schema of the status', () => {
  it.each(SCENES.map((spec) => ({ name: sceneName(spec), spec })))(
    'has every field of what both sides say: $name',
    ({ spec }) => {
      const { pair } = Scene.at(spec);
      const snapshots = pair.sides.flatMap(({ endpoint }) => endpoint.snapshot(pair.now).connections);
      for (const snapshot of snapshots) expect(connection.parse(overTheWire(snapshot))).toEqual(overTheWire(snapshot));
    },
  );

  it('refuses a field that it does not know', () => {
    const { pair } = Scene.at({ machine: 'quickModeInitiator', state: 'established' });
    const [snapshot] = pair.a.endpoint.snapshot(pair.now).connections;
    expect(connection.safeParse({ ...snapshot, secret: 1 }).error?.issues[0]?.code).toBe('unrecognized_keys');
  });
});
