import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Daemon } from './daemon.ts';
import type { Lab } from './lab.ts';
import type { Site } from './network.ts';

/** What vpnc is told: the group with its key, and the user. */
export interface VpncSettings {
  readonly gateway: string;
  readonly group: string;
  readonly secret: string;
  readonly user: { readonly name: string; readonly secret: string };
  readonly dh: 'dh2' | 'dh5' | 'dh14';
  /** `force-natt`: ESP in UDP whether there is a NAT or not. */
  readonly natt: 'natt' | 'force-natt';
}

/** vpnc calls it with what Mode Config has said; ours takes the address and the networks behind the gateway, and nothing else. */
const SCRIPT = `#!/bin/sh
set -e
[ "$reason" = connect ] || exit 0
ip link set dev "$TUNDEV" up mtu 1300
ip addr add "$INTERNAL_IP4_ADDRESS/32" dev "$TUNDEV"
i=0
while [ "$i" -lt "\${CISCO_SPLIT_INC:-0}" ]; do
  eval "ip route add \\$CISCO_SPLIT_INC_\${i}_ADDR/\\$CISCO_SPLIT_INC_\${i}_MASKLEN dev $TUNDEV src $INTERNAL_IP4_ADDRESS"
  i=$((i + 1))
done
env | grep -E '^(INTERNAL_IP4|CISCO|TUNDEV)' | sort >"$0.told.new"
mv "$0.told.new" "$0.told"
`;

/** Cisco's client as others have written it: Aggressive Mode with the key of a group, XAUTH, Mode Config. */
export class Vpnc {
  readonly daemon: Daemon;
  readonly #told: string;

  private constructor(daemon: Daemon, told: string) {
    this.daemon = daemon;
    this.#told = told;
  }

  /** Resolves when it is up. */
  static async start(lab: Lab, { namespace, name }: Site, settings: VpncSettings): Promise<Vpnc> {
    const folder = join(lab.folder, `vpnc-${name}`);
    await mkdir(folder, { recursive: true });
    const [script, conf] = [join(folder, 'script'), join(folder, 'vpnc.conf')];
    await writeFile(script, SCRIPT, { mode: 0o700 });
    await writeFile(conf, confOf(settings, script, join(folder, 'pid')), { mode: 0o600 });
    const daemon = new Daemon('vpnc', namespace.command(['vpnc', '--no-detach', '--non-inter', conf]), { folder });
    const vpnc = new Vpnc(daemon, `${script}.told`);
    lab.defer(() => daemon.stop('SIGTERM'));
    lab.keepLog(`vpnc-${name}`, () => Promise.resolve(`${daemon.stdout()}${daemon.stderr()}`));
    await daemon.ready('its tunnel', () =>
      access(vpnc.#told).then(
        () => true,
        () => false,
      ),
    );
    return vpnc;
  }

  /** What Mode Config has told it, under the names that its scripts know. */
  async told(): Promise<Readonly<Record<string, string>>> {
    const lines = (await readFile(this.#told, 'utf8')).trimEnd().split('\n');
    return Object.fromEntries(lines.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  }
}

const confOf = ({ gateway, group, secret, user, dh, natt }: VpncSettings, script: string, pid: string): string => `\
IPSec gateway ${gateway}
IPSec ID ${group}
IPSec secret ${secret}
Xauth username ${user.name}
Xauth password ${user.secret}
IKE DH Group ${dh}
NAT Traversal Mode ${natt}
Script ${script}
Pidfile ${pid}
Debug 2
`;
