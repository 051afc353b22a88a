import { mkdir, rm, writeFile } from 'node:fs/promises';
import { must, run, type Command, type CommandOptions, type CommandResult } from './command.ts';

let count = 0;

/** One network stack of its own. Its name holds our process id, so that two runs of the lab never meet. */
export class Namespace {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  static async create(role: string): Promise<Namespace> {
    if (count === 0) await removeForsaken();
    count += 1;
    const namespace = new Namespace(`sally-${process.pid}-${count}-${role}`);
    await must(['ip', 'netns', 'add', namespace.name]);
    await namespace.ip(['link set lo up']);
    return namespace;
  }

  /** The command line that runs `command` in here. */
  command(command: Command): Command {
    return ['ip', 'netns', 'exec', this.name, ...command];
  }

  exec(command: Command, options?: CommandOptions): Promise<CommandResult> {
    return run(this.command(command), options);
  }

  must(command: Command, options?: CommandOptions): Promise<string> {
    return must(this.command(command), options);
  }

  /** Lines of `ip`, in one process. */
  async ip(lines: readonly string[]): Promise<void> {
    await must(['ip', '-n', this.name, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  }

  async nft(ruleset: string): Promise<void> {
    await this.must(['nft', '-f', '-'], { input: ruleset });
  }

  /** What names resolve to for commands that are started in here after the first call; a later one changes it for all of them. */
  async names(addresses: Readonly<Record<string, string>>): Promise<void> {
    const folder = `/etc/netns/${this.name}`;
    await mkdir(folder, { recursive: true });
    const lines = Object.entries(addresses).map(([name, address]) => `${address} ${name}\n`);
    await writeFile(`${folder}/hosts`, lines.join(''));
  }

  async remove(): Promise<void> {
    await rm(`/etc/netns/${this.name}`, { recursive: true, force: true });
    await must(['ip', 'netns', 'del', this.name]);
  }
}

/** Namespaces whose run was killed before it could tidy up: their process is no more. */
async function removeForsaken(): Promise<void> {
  const list = await must(['ip', 'netns', 'list']);
  for (const [name, pid] of list.matchAll(/^sally-(\d+)-\d+-\w+/gm)) {
    // Another run may be at the same: that it is gone already is no error.
    if (!isAlive(Number(pid))) await run(['ip', 'netns', 'del', name]);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A pair of interfaces, each named after what lies at the other end. */
export async function connect(a: Namespace, nameAtA: string, b: Namespace, nameAtB: string): Promise<void> {
  await must(['ip', 'link', 'add', nameAtA, 'netns', a.name, 'type', 'veth', 'peer', 'name', nameAtB, 'netns', b.name]);
}
