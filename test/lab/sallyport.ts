import { access, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { inProject } from '../project.ts';
import type { Agreement } from './agreement.ts';
import { run, must, type CommandResult } from './command.ts';
import { Daemon, type DaemonEnd } from './daemon.ts';
import type { Namespace } from './namespaces.ts';
import { CONNECTION, sallyportYaml, type SallyportSettings } from './sallyport-config.ts';
import { viewOf, type OurView } from './sallyport-view.ts';

const PROGRAM = inProject('dist/sallyport.js');

/** Our gateway as its users run it: the built command in a namespace, driven through its control socket. */
export class Sallyport {
  readonly daemon: Daemon;
  readonly #socket: string;

  private constructor(daemon: Daemon, socket: string) {
    this.daemon = daemon;
    this.#socket = socket;
  }

  /** Resolves when the control socket takes connections. */
  static async start(namespace: Namespace, settings: SallyportSettings, folder: string): Promise<Sallyport> {
    await access(PROGRAM).catch((cause: unknown) => {
      throw new Error('dist/sallyport.js is not there: npm run build', { cause });
    });
    await mkdir(folder, { recursive: true });
    const files = { socket: join(folder, 'control'), psk: join(folder, 'psk') };
    const configuration = join(folder, 'sallyport.yaml');
    await writeFile(files.psk, settings.psk, { mode: 0o600 });
    await writeFile(configuration, sallyportYaml(settings, files));
    const command = namespace.command([process.execPath, PROGRAM, 'run', configuration]);
    const daemon = new Daemon('sallyport', command, { folder });
    try {
      await daemon.ready('its control socket', () => accepts(files.socket));
    } catch (error) {
      await daemon.stop('SIGKILL');
      throw error;
    }
    return new Sallyport(daemon, files.socket);
  }

  up(): Promise<CommandResult> {
    return this.#control('up', CONNECTION);
  }

  down(): Promise<CommandResult> {
    return this.#control('down', CONNECTION);
  }

  /** What `status` says now. */
  async view(): Promise<OurView> {
    return viewOf(await must(this.#command('status', '--json')));
  }

  /** The view, or undefined where it is not yet as asked: for `until`. */
  async viewWhere(asked: (view: OurView) => boolean): Promise<OurView | undefined> {
    const view = await this.view();
    return asked(view) ? view : undefined;
  }

  /** What we have agreed with the peer, while both phases are up. */
  async agreement(): Promise<Agreement | undefined> {
    return (await this.view()).agreement;
  }

  log(): string {
    return `${this.daemon.stdout()}${this.daemon.stderr()}`;
  }

  /** Ctrl-C. The gateway takes everything down and ends with status 0; anything else is an error. */
  async stop(): Promise<DaemonEnd> {
    const end = this.daemon.end ?? (await this.daemon.stop('SIGINT'));
    if (end.status !== 0) throw new Error(`sallyport ended with ${JSON.stringify(end)}\n${this.log()}`);
    return end;
  }

  #control(...args: readonly string[]): Promise<CommandResult> {
    return run(this.#command(...args));
  }

  #command(...args: readonly string[]): readonly [string, ...string[]] {
    return [process.execPath, PROGRAM, ...args, '--socket', this.#socket];
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
