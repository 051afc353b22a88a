import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, isInstalled, mustRun, runCommand } from './command.ts';
import { CONNECTION, type Side } from './configuration.ts';
import { Daemon } from './daemon.ts';
import type { Scene } from './gateway-process.ts';
import type { Carried } from './verdict.ts';

/** Where distributions put the daemon. */
const DAEMONS = ['/usr/lib/ipsec/charon', '/usr/libexec/ipsec/charon', '/usr/lib/strongswan/charon'];
const ADVICE =
  'Debian: apt install strongswan-charon strongswan-swanctl libcharon-extra-plugins libstrongswan-standard-plugins';
const START_LIMIT_MS = 20_000;

/** Why strongSwan cannot be the peer here; undefined where it can. */
export async function whyNoCharon(): Promise<string | undefined> {
  if (!DAEMONS.some((path) => existsSync(path))) return `strongSwan's charon is not installed (${ADVICE})`;
  if (!(await isInstalled('swanctl', '--version'))) return `strongSwan's swanctl is not installed (${ADVICE})`;
  return undefined;
}

interface Addresses {
  readonly us: Side;
  readonly them: Side;
  readonly peerAddress: string;
}

/** strongSwan's IKE daemon, with its ESP in user space as ours. */
export class Charon {
  readonly kind = 'strongswan';
  readonly daemon: Daemon;
  readonly #vici: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  private constructor(daemon: Daemon, vici: string, env: Readonly<Record<string, string | undefined>>) {
    this.daemon = daemon;
    this.#vici = vici;
    this.#env = env;
  }

  /** `connections` is what swanctl loads. */
  static async start(connections: string, scene: Scene, inside: (command: Command) => Command): Promise<Charon> {
    const vici = join(scene.folder, 'charon.vici');
    const conf = join(scene.folder, 'strongswan.conf');
    await writeFile(conf, strongswanConf(vici), { mode: 0o600 });
    const env = { ...process.env, STRONGSWAN_CONF: conf };
    const path = DAEMONS.find((candidate) => existsSync(candidate)) ?? '';
    // Its pid file has a fixed path under /run, and `ip netns exec` gives a mount namespace: this /run is its own. Two steps in one
    // process need a shell, which gets nothing to read but this.
    const command = inside(['sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$0"', path]);
    const charon = new Charon(new Daemon("strongSwan's charon", command, env, scene.cleanup), vici, env);
    await charon.daemon.ready(async () => (await charon.#swanctl(['--stats'])).status === 0, {
      signal: scene.signal,
      limit: START_LIMIT_MS,
    });
    const file = join(scene.folder, 'swanctl.conf');
    try {
      // swanctl reads regular files only, so this key lies in one for a moment; it is of this run alone.
      await writeFile(file, connections, { mode: 0o600 });
      await mustRun(charon.#command(['--load-all', '--noprompt', '--file', file]), { env });
    } finally {
      await rm(file, { force: true });
    }
    return charon;
  }

  /** What it says about its SAs itself. */
  async account(): Promise<{ readonly lines: readonly string[]; readonly carried: Carried }> {
    const text = await mustRun(this.#command(['--list-sas']), { env: this.#env });
    const packets = (way: string): number => {
      const [, count] = new RegExp(`^\\s*${way} .*?(\\d+) packets`, 'm').exec(text) ?? [];
      return Number(count ?? 0);
    };
    const lines = text.trimEnd().split('\n');
    return { lines, carried: { who: 'strongSwan', inbound: packets('in'), outbound: packets('out') } };
  }

  #swanctl(args: readonly string[]): ReturnType<typeof runCommand> {
    return runCommand(this.#command(args), { env: this.#env });
  }

  #command(args: readonly string[]): Command {
    return ['swanctl', ...args, '--uri', `unix://${this.#vici}`];
  }
}

/** `kernel-libipsec` is ESP in user space and has to come before `kernel-netlink`, which then does everything else. */
function strongswanConf(vici: string): string {
  return `charon {
  load = random nonce aes des sha1 sha2 md5 hmac kdf gmp openssl gcm pem pkcs1 x509 revocation pubkey curve25519 kernel-libipsec kernel-netlink socket-default vici updown
  plugins {
    vici {
      socket = unix://${vici}
    }
    kernel-libipsec {
      allow_peer_ts = yes
    }
  }
}
swanctl {
  load = random
}
`;
}

/** The demonstration's one connection, as strongSwan writes it. */
export function swanctlConf({ us, them, peerAddress }: Addresses, psk: string): string {
  return `connections {
  ${CONNECTION} {
    version = 1
    local_addrs = ${us.address}
    remote_addrs = ${peerAddress}
    encap = yes
    proposals = aes256-sha256-modp2048
    local {
      auth = psk
      id = ${us.name}
    }
    remote {
      auth = psk
      id = ${them.name}
    }
    children {
      lan {
        local_ts = ${us.network}
        remote_ts = ${them.network}
        esp_proposals = aes256-sha256-modp2048
      }
    }
  }
}
secrets {
  ike {
    secret = "${psk}"
  }
}
`;
}
