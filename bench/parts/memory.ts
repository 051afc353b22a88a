import { setTimeout } from 'node:timers/promises';
import { LAB_PACKAGES, prepare } from '../../scripts/machine.mjs';
import type { ResponderMemory } from '../handshakes/responder.ts';
import { startSallyport } from '../handshakes/measured.ts';
import { type BenchPart, spreadOf } from '../part.ts';

/** Ours: longer than an ended exchange is kept for a peer whose answer was lost, and than half-open SAs are (`LIMITS` of src/ike). */
const UNTIL_AT_REST_MS = 175_000;

/** What a tunnel that is up costs: two phases and their keys, beside what its configuration takes anyway. Just up, and when it is at rest. */
export const memory: BenchPart = {
  name: 'memory',
  async run({ quick, progress }) {
    const obstacle = await prepare(LAB_PACKAGES);
    if (obstacle !== undefined) throw new Error(obstacle);
    const step = quick ? 200 : 1000;
    const group = 'ecp256';
    const gateway = await startSallyport({ groups: [group], peers: 2 * step });
    const held = async (tunnels: number): Promise<ResponderMemory> => {
      const memoryThen = (await gateway.responder.ask('memory')) as ResponderMemory;
      progress(`${memoryThen.tunnels} tunnels: ${(memoryThen.used / 1024).toFixed(0)} KB`);
      if (memoryThen.tunnels !== tunnels) throw new Error(`${memoryThen.tunnels} tunnels are up`);
      return memoryThen;
    };
    try {
      const [justUp, atRest]: [ResponderMemory[], ResponderMemory[]] = [[], []];
      for (const from of [0, step]) {
        await gateway.hold({ group, from, peers: step });
        justUp.push(await held(from + step));
        progress('and until it is at rest');
        await setTimeout(UNTIL_AT_REST_MS);
        atRest.push(await held(from + step));
      }
      const each = (held: readonly ResponderMemory[], of: 'used' | 'resident') => {
        const [before = 0, after = 0] = held.map((memoryThen) => memoryThen[of] / 1024 / step);
        return spreadOf([after - before]);
      };
      // The second thousand comes on top of a first one that is at rest by then.
      const fresh = atRest.slice(0, 1).concat(justUp.slice(1));
      const [rest, up] = ['at rest', 'just up'].map((when) => `a tunnel ${when}, from ${step} to ${2 * step}`);
      return [
        {
          what: `${rest}: heap and array buffers`,
          unit: 'KB',
          value: each(atRest, 'used'),
          budget: { of: 'value', atMost: 10 },
        },
        { what: `${rest}: the process as a whole`, unit: 'KB', value: each(atRest, 'resident') },
        { what: `${up}: heap and array buffers`, unit: 'KB', value: each(fresh, 'used') },
      ];
    } finally {
      await gateway.stop();
    }
  },
};
