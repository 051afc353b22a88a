import { join } from 'node:path';
import type { CharonSettings } from '../../test/lab/charon-config.ts';
import { Charon } from '../../test/lab/charon.ts';
import type { LabCredentials } from '../../test/lab/credential-files.ts';
import { Child } from './child.ts';
import { cpuTime } from './cpu-time.ts';
import {
  GATEWAY,
  GATEWAY_NAME,
  GATEWAY_NETWORK,
  KEY,
  type LoadOrder,
  type LoadReport,
  phase1Name,
  phase2Name,
  type Plan,
} from './plan.ts';
import { buildSite, type Site } from './site.ts';

/** A gateway under load: the responder, the process that drives it, and the network between them. */
export interface Measured {
  /** Sets tunnels up and deletes them; the responder's CPU time for each, in milliseconds. */
  cycle(order: Pick<LoadOrder, 'group' | 'peers' | 'tunnels'>): Promise<number>;
  /** Sets one tunnel up for each of the peers, and leaves it; the CPU time for each. */
  hold(order: Pick<LoadOrder, 'group' | 'from' | 'peers'>): Promise<number>;
  /** Deletes everything that is up. */
  release(): Promise<void>;
  stop(): Promise<void>;
}

/** Our gateway in a process of its own: the `Gateway` of the public API on a TUN device, with nobody who listens to its events. */
export async function startSallyport(
  plan: Plan,
  nodeOptions: readonly string[] = [],
): Promise<Measured & { readonly responder: Child }> {
  const site = await buildSite();
  const responder = await Child.start(site.gateway, 'responder', plan, nodeOptions);
  return { ...(await underLoad(site, responder.pid, plan, () => responder.stop())), responder };
}

/** strongSwan's charon, with OpenSSL first, ESP in user space on a TUN device, and no log. */
export async function startCharon(plan: Plan, folder: string, credentials?: LabCredentials): Promise<Measured> {
  const site = await buildSite();
  const settings: CharonSettings = {
    esp: 'userspace',
    quiet: true,
    ...(credentials === undefined ? {} : { credentials }),
    connections: [
      {
        local: GATEWAY,
        remote: '%any',
        localId: credentials === undefined ? GATEWAY : `@${GATEWAY_NAME}`,
        remoteId: '%any',
        psk: KEY,
        localNetwork: GATEWAY_NETWORK,
        remoteNetwork: '10.0.0.0/8',
        proposals: plan.groups.map(phase1Name).join(','),
        espProposals: phase2Name(plan.pfs),
        // All peers have one certificate.
        ...(credentials === undefined ? {} : { unique: 'never' }),
      },
    ],
  };
  const charon = await Charon.start(site.gateway, settings, join(folder, 'charon'));
  return underLoad(site, charon.daemon.pid, plan, () => charon.stop());
}

async function underLoad(site: Site, pid: number, plan: Plan, stop: () => Promise<void>): Promise<Measured> {
  const load = await Child.start(site.load, 'load', plan);
  const run = async (order: LoadOrder): Promise<void> => {
    const { failures } = (await load.ask('run', order)) as LoadReport;
    if (failures.length > 0) throw new Error(`${failures.length} attempts failed, the first: ${failures[0]}`);
  };
  const costOf = async (order: LoadOrder): Promise<number> => {
    const before = cpuTime(pid);
    await run(order);
    return (cpuTime(pid) - before) / order.tunnels;
  };
  return {
    cycle: (order) => costOf({ ...order, from: 0, then: 'delete' }),
    hold: (order) => costOf({ ...order, tunnels: order.peers, then: 'keep' }),
    release: async () => void (await load.ask('release')),
    async stop() {
      await load.stop();
      await stop();
      await site.remove();
    },
  };
}
