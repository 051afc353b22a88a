// The load generator, a process of its own, driven by its parent: `node load.js PLAN`.
import { answerParent } from './child.ts';
import { Peer } from './peer.ts';
import type { LoadOrder, LoadReport, Plan } from './plan.ts';

/** So long a tunnel stands before it is deleted, and so long its peer rests after that: nothing overtakes anything then. */
const REST_MS = 20;
const TICK_MS = 100;

const { pfs } = JSON.parse(process.argv[2] ?? '') as Plan;
/** Peers that are open, by group and number; those of the order before stay, because their tunnels may. */
const peers = new Map<string, Peer>();

setInterval(() => {
  for (const peer of peers.values()) peer.tick();
}, TICK_MS);

answerParent({
  async run({ group, from, peers: count, tunnels, then }: LoadOrder): Promise<LoadReport> {
    const failures: string[] = [];
    let left = tunnels;
    const work = async (number: number): Promise<void> => {
      const peer = await opened(group, number);
      while (left > 0) {
        left--;
        for (let failure = await peer.up(); failure !== undefined; failure = await peer.up()) {
          failures.push(failure);
          peer.down();
          await rest();
        }
        await rest();
        if (then === 'keep') return;
        peer.down();
        await rest();
      }
    };
    await Promise.all(Array.from({ length: count }, (_, i) => work(from + i)));
    return { failures };
  },
  stop() {
    for (const peer of peers.values()) peer.close();
    setImmediate(() => process.exit(0));
  },
});

async function opened(group: LoadOrder['group'], number: number): Promise<Peer> {
  const key = `${group} ${number}`;
  // A peer has its address to itself, so one of another group goes first.
  for (const [other, peer] of peers) {
    if (other === key || !other.endsWith(` ${number}`)) continue;
    peers.delete(other);
    peer.close();
  }
  const peer = peers.get(key) ?? (await Peer.open(number, group, pfs));
  peers.set(key, peer);
  return peer;
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST_MS));
