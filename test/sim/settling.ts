import { expect } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import { isReplaced, type Life } from '../../src/ike/life.ts';
import type { Phase1Exchange } from '../../src/ike/negotiate/policy.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import type { World } from '../../src/sim/world.ts';
import { inUse, keepBusy, passesBothWays, twoGateways, type TwoGatewaysOptions } from './two-gateways.ts';

/** The SAs of both phases that a host has. */
function lives(host: Host): Life[] {
  const connection = host.endpoint.connections.get('link');
  if (connection === undefined) throw new Error('no connection');
  return [...connection.pairs.values(), ...[...connection.sas].flatMap(({ established }) => established ?? [])];
}
/**
 * What one sends on, of either phase, and the other has not: nothing may be. A Delete of what a collision left over may get lost, and
 * then one goes on sending on it; so the other still receives on what it set aside (docs/decisions/0032).
 */
function intoNothing(from: Host, to: Host): string[] {
  const known = new Set(lives(to).map(({ order }) => order));
  const meant = lives(from).filter((life) => !isReplaced(life));
  return [...inUse(from), ...meant.map(({ order }) => order)].filter((order) => !known.has(order));
}
/** Says what happened, which is long, only where it is read. */
function requireThat(world: World, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found, world.trace()).toEqual(expected);
}

/** Begins and renewals of either side or of both at once, over a link that loses up to three packets of ten. */
function disturb(world: World, { a, b, link }: ReturnType<typeof twoGateways>): void {
  const chance = world.chance('script');
  a.initiate('link');
  if (chance.u32() % 2 === 0) b.initiate('link');
  world.run(seconds(70));
  link.change({ ...GOOD_LINK, jitter: milliseconds(100), loss: (chance.u32() % 4) / 10 });
  for (let turn = 0; turn < 3; turn++) {
    const phase = chance.u32() % 3 === 0 ? 1 : 2;
    const who = chance.u32() % 3;
    for (const [i, host] of [a, b].entries())
      if (who === 2 || who === i) host.command({ type: 'renew', connection: 'link', phase });
    world.run(milliseconds(chance.u32() % 40_000));
  }
  link.change(GOOD_LINK);
}

/**
 * One run: carries again when the retransmissions are over; then neither sends on what the other has not, and when it is taken down
 * nothing is left. With traffic each side is shown what the other uses; without, it has only what was said.
 */
export function settles(
  seed: string,
  traffic: 'busy' | 'idle',
  exchange: Phase1Exchange,
  ends: Pick<TwoGatewaysOptions, 'a' | 'b'> = {},
): void {
  const pair = twoGateways(seed, { jitter: milliseconds(100) }, { both: { exchange }, ...ends });
  const { world, a, b } = pair;
  const busy = traffic === 'busy' ? keepBusy(world, a, b) : undefined;
  disturb(world, pair);
  world.run(seconds(64));
  busy?.stop();
  requireThat(world, passesBothWays(world, a, b), true);
  // The peer is asked about ISAKMP SAs that collided 94 s after the last of them came up, and has 170 s to answer.
  world.run(seconds(300));
  requireThat(world, [intoNothing(a, b), intoNothing(b, a)], [[], []]);
  requireThat(world, passesBothWays(world, a, b), true);
  for (const host of [a, b]) host.terminate('link');
  world.run(seconds(5));
  const left = [a, b].map((host) => [host.esp.installed.length, host.endpoint.sas.size]);
  requireThat(world, left, [
    [0, 0],
    [0, 0],
  ]);
}
