import { describe, expect, it } from 'vitest';
import { guardsOf } from '../../src/gateway/guards.ts';
import { addresses, configOf } from './pair.ts';

describe('what guards the tunnels of a configuration', () => {
  it.each([false, true])('says whether their connection forwards: %s', (forward) => {
    const { plant, hq } = addresses();
    const { connections } = configOf(plant, hq);
    const guards = guardsOf({ connections: connections.map((connection) => ({ ...connection, forward })) });
    expect(guards).toMatchObject([{ connection: 'hq', tunnel: 'lan', without: 'block', forwards: forward }]);
  });
});
