import { SeededRandom } from '../../src/sim/seeded-random.ts';
import type { Namespace } from './namespaces.ts';

const OF = 25;
const LOST = 5;

/** Has the router of a network lose a fifth of the UDP in each direction: the same packets, by their number, for the same seed. */
export async function lose(router: Namespace, seed: string): Promise<void> {
  const random = new SeededRandom(seed);
  const rules = ['left', 'right'].map((from) => {
    const dropped = choose(random.fork(from)).map((ordinal) => `${ordinal} : drop`);
    return `iifname "${from}" meta l4proto udp numgen inc mod ${OF} vmap { ${dropped.join(', ')} }`;
  });
  await router.nft(`table ip loss {
  chain between {
    type filter hook forward priority -10;
    ${rules.join('\n    ')}
  }
}
`);
}

export async function loseNothing(router: Namespace): Promise<void> {
  await router.must(['nft', 'delete', 'table', 'ip', 'loss']);
}

function choose(random: SeededRandom): number[] {
  const chosen = new Set<number>();
  while (chosen.size < LOST) chosen.add(random.u32() % OF);
  return [...chosen].sort((a, b) => a - b);
}
