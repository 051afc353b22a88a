import { spawnSync } from 'node:child_process';
import type { Cleanup } from './cleanup.ts';
import { type Command, type CommandOptions, isInstalled, mustRun, runCommand } from './command.ts';
import type { Side } from './configuration.ts';

export const LEFT: Side = { name: 'left', address: '192.168.9.2', network: '10.1.0.0/24', host: '10.1.0.1' };
export const RIGHT: Side = { name: 'right', address: '203.0.113.2', network: '10.2.0.0/24', host: '10.2.0.1' };

/** The router's addresses, towards each side. */
const ROUTER = { left: '192.168.9.1', right: '203.0.113.1' } as const;
const PREFIX = 'sallyport-demo';

/** Three network stacks: the two gateways, and a router between that translates addresses where this machine can. */
export interface Network {
  /** The command line that runs `command` at a side. */
  inside(side: Side['name'], command: Command): Command;
  /** Why the router translates no addresses; undefined where it does. */
  readonly withoutNat: string | undefined;
  /** Where the right side reaches the left one. */
  readonly leftSeenAt: string;
}

/** `left 192.168.9.2 --- 192.168.9.1 router 203.0.113.1 --- 203.0.113.2 right`, removed by `cleanup`. */
export async function buildNetwork(cleanup: Cleanup): Promise<Network> {
  await removeForsaken();
  const name = (place: string): string => `${PREFIX}-${process.pid}-${place}`;
  const ip = async (place: string, lines: readonly string[]): Promise<void> => {
    await mustRun(['ip', '-n', name(place), '-batch', '-'], { input: `${lines.join('\n')}\n` });
  };
  for (const place of ['left', 'router', 'right']) {
    cleanup.defer(
      () => runCommand(['ip', 'netns', 'del', name(place)]),
      () => void spawnSync('ip', ['netns', 'del', name(place)]),
    );
    await mustRun(['ip', 'netns', 'add', name(place)]);
    await ip(place, ['link set lo up']);
  }
  for (const side of [LEFT, RIGHT]) {
    const ends = ['wan', 'netns', name(side.name), 'type', 'veth', 'peer', 'name', side.name, 'netns', name('router')];
    await mustRun(['ip', 'link', 'add', ...ends]);
    await ip('router', [`addr add ${ROUTER[side.name]}/24 dev ${side.name}`, `link set ${side.name} up`]);
    await ip(side.name, [
      `addr add ${side.address}/24 dev wan`,
      `addr add ${side.host}/24 dev lo`,
      'link set wan up',
      `route add default via ${ROUTER[side.name]}`,
    ]);
  }
  const inside = (place: string, [program, ...args]: Command): Command => {
    return ['ip', 'netns', 'exec', name(place), program, ...args];
  };
  // A program of its own for one line in a file: tee, because sysctl is in a package that a small machine does not have.
  await mustRun(inside('router', ['tee', '/proc/sys/net/ipv4/ip_forward']), { input: '1\n' });
  const withoutNat = await translate((command, options) => mustRun(inside('router', command), options));
  return { inside, withoutNat, leftSeenAt: withoutNat === undefined ? ROUTER.right : LEFT.address };
}

/** New addresses and ports for whatever comes from the left, as a router at home does it. */
async function translate(
  inRouter: (command: Command, options: CommandOptions) => Promise<string>,
): Promise<string | undefined> {
  if (!(await isInstalled('nft', '--version'))) return 'nft is not installed (Debian: nftables)';
  const input = `table ip demo {
  chain outgoing {
    type nat hook postrouting priority srcnat;
    oifname "right" meta l4proto udp masquerade to :20000-29999
    oifname "right" masquerade
  }
}
`;
  try {
    await inRouter(['nft', '-f', '-'], { input });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Namespaces whose run was killed before it could tidy up, with what runs in them: their process is no more. */
async function removeForsaken(): Promise<void> {
  const list = await mustRun(['ip', 'netns', 'list']);
  for (const [name, pid] of list.matchAll(new RegExp(`^${PREFIX}-(\\d+)-\\w+`, 'gm'))) {
    if (isAlive(Number(pid))) continue;
    // Another run may be at the same: that something is gone already is no error.
    const { stdout } = await runCommand(['ip', 'netns', 'pids', name]);
    for (const left of stdout.split('\n').filter((line) => line !== '')) end(Number(left));
    await runCommand(['ip', 'netns', 'del', name]);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
