import { existsSync } from 'node:fs';
import { probe } from '../../linux/probe.ts';
import { ControlError } from '../../client/control-client.ts';
import { Charon, swanctlConf, whyNoCharon } from './charon.ts';
import { isInstalled, runCommand } from './command.ts';
import { GatewayProcess, type Scene } from './gateway-process.ts';
import { buildNetwork, LEFT, type Network, RIGHT } from './network.ts';
import { type Stage, together } from './stage.ts';

export type Peer = 'sallyport' | 'strongswan';

export interface Players {
  readonly peer: Peer;
  /** Whether our ESP is the kernel's. */
  readonly kernel: boolean;
}

const PORTS = { ike: 500, natt: 4500 };
/** Seconds for all the pings together. */
const PING_LIMIT = 10;

/** Why there can be no network namespaces here, in words with what to do; undefined where there can. */
export async function whyNoNamespaces(peer: Peer): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces and TUN devices need root';
  if (!(await isInstalled('ip', '-V'))) return 'ip is not installed (Debian: apt install iproute2)';
  if (!(await isInstalled('ping', '-V'))) return 'ping is not installed (Debian: apt install iputils-ping)';
  if (!existsSync('/dev/net/tun'))
    return 'there is no /dev/net/tun (modprobe tun; in a container: --device /dev/net/tun)';
  const missing = probe().find(({ name, available }) => name !== 'raw' && !available);
  if (missing !== undefined) return `TUN devices do not work here: ${missing.why ?? missing.name}`;
  return peer === 'strongswan' ? whyNoCharon() : undefined;
}

/** Two gateways in network namespaces, with TUN devices or the kernel's ESP, a NAT router between them, and the system's own ping. */
export async function namespacesStage({ peer, kernel }: Players, scene: Scene): Promise<Stage> {
  const network = await buildNetwork(scene.cleanup);
  const ours = (us: typeof LEFT): Promise<GatewayProcess> => startGateway(us, { network, kernel }, scene);
  const theirs: Promise<GatewayProcess | Charon> = peer === 'strongswan' ? startCharon(network, scene) : ours(RIGHT);
  const [left, right] = await together(ours(LEFT), theirs);
  const nat =
    network.withoutNat === undefined
      ? ['translates addresses and ports']
      : ['translates nothing, so a NAT is claimed:', `       ${network.withoutNat}`];
  return {
    cast: [
      `left   sallyport ${LEFT.address}, process ${left.daemon.pid}; behind it the host ${LEFT.host} in ${LEFT.network}`,
      `router 192.168.9.1 and 203.0.113.1, ${nat[0]}`,
      ...nat.slice(1),
      `right  ${right.kind} ${RIGHT.address}, process ${right.daemon.pid}; behind it the host ${RIGHT.host} in ${RIGHT.network}`,
      `each in a network namespace of its own, with real sockets, ${kernel ? 'ESP in the kernel' : 'TUN devices'} and ping`,
    ],
    left,
    right,
    async ping(count, show) {
      const args = ['-n', '-c', `${count}`, '-i', '0.3', '-w', `${PING_LIMIT}`, '-I', LEFT.host, RIGHT.host];
      show(`$ ping ${args.join(' ')}`);
      const { stdout, stderr } = await runCommand(network.inside('left', ['ping', ...args]), {
        line: (line) => {
          if (line !== '') show(line);
        },
      });
      const [, sent, received] = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(stdout) ?? [];
      if (sent === undefined) throw new ControlError('COMMAND_FAILED', `ping: ${stderr.trim()}`);
      return { sent: Number(sent), received: Number(received) };
    },
  };
}

function startGateway(
  us: typeof LEFT,
  { network, kernel }: { readonly network: Network; readonly kernel: boolean },
  scene: Scene,
): Promise<GatewayProcess> {
  const isLeft = us === LEFT;
  return GatewayProcess.start(
    {
      us,
      them: isLeft ? RIGHT : LEFT,
      peerAddress: isLeft ? RIGHT.address : network.leftSeenAt,
      esp: kernel ? 'kernel' : 'tun',
      natt: network.withoutNat === undefined ? 'auto' : 'force',
      ports: PORTS,
    },
    scene,
    (command) => network.inside(us.name, command),
  );
}

function startCharon(network: Network, scene: Scene): Promise<Charon> {
  const addresses = { us: RIGHT, them: LEFT, peerAddress: network.leftSeenAt };
  return Charon.start(swanctlConf(addresses, scene.psk), scene, (command) => network.inside('right', command));
}
