import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CHILD,
  CONNECTION,
  strongswanConf,
  swanctlConf,
  type CharonConnection,
  type CharonSettings,
} from './charon-config.ts';
import { must, run, type CommandResult } from './command.ts';
import { writeForSwanctl } from './credential-files.ts';
import { Daemon } from './daemon.ts';
import type { Namespace } from './namespaces.ts';
import { readVici, viciSections, viciText, type ViciSection } from './vici-text.ts';

/** An IPsec SA pair as charon tells it; SPIs in hexadecimal, algorithms in strongSwan's names. */
export interface CharonChild {
  readonly state: string;
  readonly encapsulated: boolean;
  readonly spiIn: string;
  readonly spiOut: string;
  readonly encryption: string;
  /** Absent where the cipher authenticates by itself. */
  readonly integrity: string | undefined;
  /** Absent without PFS. */
  readonly group: string | undefined;
  readonly esn: boolean;
  readonly packetsIn: number;
  readonly packetsOut: number;
}

export interface CharonSa {
  readonly connection: string;
  readonly state: string;
  readonly initiator: boolean;
  readonly initiatorCookie: string;
  readonly responderCookie: string;
  readonly encryption: string;
  readonly integrity: string;
  readonly group: string;
  readonly remotePort: number;
  readonly children: readonly CharonChild[];
}

const DAEMON = '/usr/lib/ipsec/charon';

/** strongSwan's daemon in a namespace of its own, driven by swanctl. */
export class Charon {
  readonly daemon: Daemon;
  readonly #folder: string;
  readonly #settings: CharonSettings;

  private constructor(daemon: Daemon, folder: string, settings: CharonSettings) {
    this.daemon = daemon;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Starts it and loads the configuration; resolves when a peer may come. */
  static async start(namespace: Namespace, settings: CharonSettings, folder: string): Promise<Charon> {
    await mkdir(folder, { recursive: true });
    const files = { vici: join(folder, 'vici'), log: join(folder, 'log') };
    const conf = join(folder, 'strongswan.conf');
    await writeFile(conf, strongswanConf(settings, files));
    // Its pid file has a fixed path under /run. `ip netns exec` gives a mount namespace, so this /run is its own.
    const script = 'mount -t tmpfs tmpfs /run && exec "$0"';
    const daemon = new Daemon('charon', namespace.command(['sh', '-c', script, DAEMON]), {
      folder,
      env: { STRONGSWAN_CONF: conf },
    });
    if (settings.credentials !== undefined) await writeForSwanctl(folder, settings.credentials);
    const charon = new Charon(daemon, folder, settings);
    try {
      await daemon.ready('its control socket', async () => (await charon.#swanctl('--stats')).status === 0);
      await charon.load(settings.connections);
    } catch (error) {
      await daemon.stop('SIGKILL');
      throw error;
    }
    return charon;
  }

  /** Has it know these connections and keys, and no others. */
  async load(connections: readonly CharonConnection[]): Promise<void> {
    const file = join(this.#folder, 'swanctl.conf');
    await writeFile(file, swanctlConf({ ...this.#settings, connections }), { mode: 0o600 });
    await this.#must('--load-all', '--clear', '--noprompt', '--file', file);
  }

  /** Brings a child up; the result's status is 0 where it worked, its output is charon's own account of it. */
  initiate(connection = CONNECTION, child = CHILD): Promise<CommandResult> {
    return this.#swanctl('--initiate', '--ike', connection, '--child', child, '--timeout', '60');
  }

  /** Deletes phase 1 and with it everything; `phase2` deletes the child alone. */
  terminate(what: 'phase1' | 'phase2' = 'phase1', connection = CONNECTION): Promise<CommandResult> {
    const name = what === 'phase1' ? ['--ike', connection] : ['--child', CHILD];
    return this.#swanctl('--terminate', ...name, '--timeout', '60');
  }

  /** Negotiates a phase anew; resolves when charon has begun to. */
  rekey(what: 'phase1' | 'phase2'): Promise<CommandResult> {
    return this.#swanctl('--rekey', ...(what === 'phase1' ? ['--ike', CONNECTION] : ['--child', CHILD]));
  }

  /** The ISAKMP SAs, or those of one connection. */
  async sas(connection?: string): Promise<readonly CharonSa[]> {
    const events = readVici(await this.#must('--list-sas', '--pretty', '--noblock'));
    return events
      .flatMap(({ body }) => Object.entries(body))
      .flatMap(([name, value]) => (isSection(value) ? [readSa(name, value)] : []))
      .filter((sa) => connection === undefined || sa.connection === connection);
  }

  /** The policies that it has installed beside those of SAs, by name. */
  async policies(): Promise<string> {
    return this.#must('--list-pols');
  }

  /** The daemon's log so far. */
  async log(): Promise<string> {
    return readFile(join(this.#folder, 'log'), 'utf8').catch(() => '');
  }

  /** What a loss of power does: nobody hears of it. */
  async crash(): Promise<void> {
    await this.daemon.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.daemon.stop('SIGTERM');
  }

  #swanctl(...args: readonly string[]): Promise<CommandResult> {
    return run(this.#command(args), { env: this.#env, limit: 90_000 });
  }

  #must(...args: readonly string[]): Promise<string> {
    return must(this.#command(args), { env: this.#env });
  }

  #command(args: readonly string[]): readonly [string, ...string[]] {
    return ['swanctl', ...args, '--uri', `unix://${join(this.#folder, 'vici')}`];
  }

  get #env(): Readonly<Record<string, string>> {
    return { STRONGSWAN_CONF: join(this.#folder, 'strongswan.conf'), SWANCTL_DIR: this.#folder };
  }
}

const isSection = (value: ViciSection[string]): value is ViciSection =>
  typeof value === 'object' && !Array.isArray(value);

function readSa(connection: string, sa: ViciSection): CharonSa {
  return {
    connection,
    state: viciText(sa, 'state'),
    initiator: sa['initiator'] === 'yes',
    initiatorCookie: viciText(sa, 'initiator-spi'),
    responderCookie: viciText(sa, 'responder-spi'),
    // A half-open SA has no algorithms yet.
    encryption: algorithm(sa, 'encr') ?? '',
    integrity: algorithm(sa, 'integ') ?? '',
    group: optional(sa, 'dh-group') ?? '',
    remotePort: Number(viciText(sa, 'remote-port')),
    children: viciSections(sa, 'child-sas').map(readChild),
  };
}

function readChild(child: ViciSection): CharonChild {
  return {
    state: viciText(child, 'state'),
    encapsulated: child['encap'] === 'yes',
    spiIn: optional(child, 'spi-in') ?? '',
    spiOut: optional(child, 'spi-out') ?? '',
    encryption: algorithm(child, 'encr') ?? '',
    integrity: algorithm(child, 'integ'),
    group: optional(child, 'dh-group'),
    esn: optional(child, 'esn') === '1',
    packetsIn: Number(optional(child, 'packets-in') ?? 0),
    packetsOut: Number(optional(child, 'packets-out') ?? 0),
  };
}

const optional = (section: ViciSection, name: string): string | undefined => {
  const value = section[name];
  return typeof value === 'string' ? value : undefined;
};

/** `AES_CBC-128`: the name, with the length of the key where it varies. */
function algorithm(section: ViciSection, kind: 'encr' | 'integ'): string | undefined {
  const name = optional(section, `${kind}-alg`);
  const size = optional(section, `${kind}-keysize`);
  return name === undefined || size === undefined ? name : `${name}-${size}`;
}
