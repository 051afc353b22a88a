import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import type { World } from '../../src/sim/world.ts';

/** An echo request each way at every step, in milliseconds; how many of them were never answered, once the last has had time to be. */
export function steadyPings(world: World, hosts: readonly Host[], steps: number, step = 100): number {
  const pings = Array.from({ length: steps }, () => {
    const sent = hosts.map((host) => host.ping('link', 'net0'));
    world.run(milliseconds(step));
    return sent;
  }).flat();
  world.run(seconds(2));
  return pings.filter(({ answered }) => !answered).length;
}
