import { LAB_PACKAGES, prepare } from '../../scripts/machine.mjs';
import type { ResponderMemory } from '../handshakes/responder.ts';
import { startSallyport } from '../handshakes/measured.ts';
import { type BenchPart, spreadOf } from '../part.ts';

/** What a tunnel that is up and at rest costs: two phases and their keys, beside what its configuration takes anyway. */
export const memory: BenchPart = {
  name: 'memory',
  async run({ quick, progress }) {
    const obstacle = await prepare(LAB_PACKAGES);
    if (obstacle !== undefined) throw new Error(obstacle);
    const step = quick ? 200 : 1000;
    const group = 'ecp256';
    const gateway = await startSallyport({ groups: [group], peers: 2 * step });
    try {
      const [used, resident]: [number[], number[]] = [[], []];
      for (const from of [0, step]) {
        await gateway.hold({ group, from, peers: step });
        const { tunnels, ...memoryThen } = (await gateway.responder.ask('memory')) as ResponderMemory;
        progress(`${tunnels} tunnels: ${(memoryThen.used / 1024).toFixed(0)} KB`);
        if (tunnels !== from + step) throw new Error(`${tunnels} tunnels are up`);
        used.push(memoryThen.used);
        resident.push(memoryThen.resident);
      }
      const each = ([before = 0, after = 0]: readonly number[]) => spreadOf([(after - before) / 1024 / step]);
      const what = `an established tunnel at rest, from ${step} to ${2 * step}`;
      return [
        { what: `${what}: heap and array buffers`, unit: 'KB', value: each(used), budget: { of: 'value', atMost: 10 } },
        { what: `${what}: the process as a whole`, unit: 'KB', value: each(resident) },
      ];
    } finally {
      await gateway.stop();
    }
  },
};
