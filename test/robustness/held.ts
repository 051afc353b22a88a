import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import type { Side } from '../ike/side.ts';

/** Something that a side holds because of what others sent, and the most of it that it may hold. */
interface Held {
  readonly what: string;
  readonly count: number;
  readonly limit: number;
}

/** Pairs of one tunnel: those that a collision leaves, and those that are replaced and still receive. */
const PAIRS = 8;

/** Everything countable. What is in private fields has to show in the heap: see memory.test.ts. */
function heldBy({ endpoint, waiting }: Side): Held[] {
  const { limits } = endpoint.settings;
  const connections = [...endpoint.connections.values()];
  const halfOpen = [...endpoint.gate.halfOpen.all()];
  const begun = connections.flatMap((connection) => [...connection.sas]);
  return [
    { what: 'half-open SAs', count: halfOpen.length, limit: limits.halfOpen },
    ...Object.entries(endpoint.gate.halfOpen.counts).map(([standing, count]) => ({
      ...{ what: `half-open SAs, ${standing}`, count, limit: limits.halfOpen / 4 },
    })),
    { what: 'ISAKMP SAs', count: endpoint.sas.size, limit: halfOpen.length + begun.length },
    { what: 'jobs', count: waiting.length, limit: limits.halfOpen + connections.length * (1 + limits.quickModes) },
    { what: 'messages in fragments', count: endpoint.gate.reassembly.size, limit: 4 * limits.partialMessages },
    ...[...begun, ...halfOpen].map((sa) => exchangesOf(sa, limits.exchanges)),
    ...connections.flatMap(({ policy, pairs, negotiations }) => [
      { what: 'pairs', count: pairs.size, limit: PAIRS * policy.tunnels.length },
      { what: 'Quick Modes', count: negotiations.size, limit: limits.quickModes + policy.tunnels.length },
    ]),
  ];
}

/** What is over its limit, in words. */
export const excess = (side: Side): string[] =>
  heldBy(side)
    .filter(({ count, limit }) => count > limit)
    .map(({ what, count, limit }) => `${what}: ${count} of ${limit}`);

const exchangesOf = (sa: IsakmpSa, limit: number): Held => ({
  what: 'exchanges of an SA',
  count: sa.exchanges.size,
  limit,
});
