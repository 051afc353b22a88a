// The load generator, a process of its own, driven by its parent: `node load.js PLAN`.
import { answerParent } from './child.ts';
import { PeerCertificates } from './certified.ts';
import { Peer } from './peer.ts';
import type { LoadOrder, LoadReport, Plan } from './plan.ts';

/** So long a tunnel stands before it is deleted, and so long its peer rests after that: nothing overtakes anything then. */
const REST_MS = 20;
const TICK_MS = 100;
/** So many are negotiated at a time, which keeps the responder busy and loses nothing. */
const AT_ONCE = 32;

const { pfs, certified } = JSON.parse(process.argv[2] ?? '') as Plan;
const certificates = certified && new PeerCertificates(certified);
/** Peers that are open, by group and number; those of the order before stay, because their tunnels may. */
const peers = new Map<string, Peer>();

setInterval(() => {
  for (const peer of peers.values()) peer.tick();
}, TICK_MS);

answerParent({
  async run({ group, from, peers: count, tunnels, then }: LoadOrder): Promise<LoadReport> {
    const failures: string[] = [];
    const up = async (number: number): Promise<Peer> => {
      const peer = await opened(group, number);
      for (let failure = await peer.up(); failure !== undefined; failure = await peer.up()) {
        failures.push(failure);
        peer.down();
        await rest();
      }
      await rest();
      return peer;
    };
    let begun = 0;
    const lanes = Math.min(count, AT_ONCE);
    const work = async (lane: number): Promise<void> => {
      // Peers take turns: one alone that comes back and back is held to `quickModeRate`.
      for (let turn = 0; begun < tunnels; turn++) {
        const number = begun++;
        const peer = await up(from + (then === 'keep' ? number : lane + lanes * (turn % Math.floor(count / lanes))));
        if (then === 'keep') continue;
        peer.down();
        await rest();
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
    return { failures };
  },
  /** Deletes all that is up, as many at a time: sockets have no room for everything. */
  async release(): Promise<void> {
    let asked = 0;
    for (const peer of peers.values()) {
      peer.down();
      if (++asked % AT_ONCE === 0) await rest();
    }
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
  const peer = peers.get(key) ?? (await Peer.open(number, { group, pfs }, certificates));
  peers.set(key, peer);
  return peer;
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST_MS));
