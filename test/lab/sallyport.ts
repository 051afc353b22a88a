import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ControlClient } from '../../src/client/control-client.ts';
import type { ReloadSummary } from '../../src/gateway/reload.ts';
import type { GatewayStatus } from '../../src/status/gateway-status.ts';
import { inProject } from '../project.ts';
import type { Agreement, Holdings } from './agreement.ts';
import { writeCredentials } from './credential-files.ts';
import { Daemon, type DaemonEnd } from './daemon.ts';
import { commandOf, giveTo, NOBODY } from './few-rights.ts';
import type { Namespace } from './namespaces.ts';
import { CONNECTION, keysOf, sallyportYaml, type SallyportSettings } from './sallyport-config.ts';
import { holdingsOf, viewOf, type OurView } from './sallyport-view.ts';

const PROGRAM = inProject('dist/sallyport.js');

/** Our gateway as its users run it: the built command in a namespace, driven through its control socket. */
export class Sallyport {
  readonly daemon: Daemon;
  readonly #control: ControlClient;
  #crashed = false;
  /** Writes the configuration file. */
  readonly #write: (settings: SallyportSettings) => Promise<void>;

  private constructor(daemon: Daemon, control: ControlClient, write: (settings: SallyportSettings) => Promise<void>) {
    this.daemon = daemon;
    this.#control = control;
    this.#write = write;
  }

  /** Resolves when the control socket answers. */
  static async start(namespace: Namespace, settings: SallyportSettings, folder: string): Promise<Sallyport> {
    await access(PROGRAM).catch((cause: unknown) => {
      throw new Error('dist/sallyport.js is not there: npm run build', { cause });
    });
    await mkdir(folder, { recursive: true });
    const socket = join(folder, 'control');
    const configuration = join(folder, 'sallyport.yaml');
    const write = async (given: SallyportSettings): Promise<void> => {
      const psks = keysOf(given).map(({ secret }, i) => ({ secret, path: join(folder, `psk-${i}`) }));
      if (given.credentials !== undefined) await writeCredentials(folder, given.credentials);
      for (const { secret, path } of psks) await writeFile(path, secret, { mode: 0o600 });
      await writeFile(configuration, sallyportYaml(given, { socket, psks: psks.map(({ path }) => path) }));
    };
    await write(settings);
    if (settings.rights !== undefined) await giveTo(NOBODY, folder);
    const args = ['run', configuration] as const;
    const command = namespace.command(
      settings.rights === undefined
        ? [process.execPath, PROGRAM, ...args]
        : commandOf(NOBODY, settings.rights, inProject('.'), [process.execPath, 'dist/sallyport.js', ...args]),
    );
    const daemon = new Daemon('sallyport', command, { folder });
    const sallyport = new Sallyport(daemon, new ControlClient(socket, new AbortController().signal), write);
    try {
      await daemon.ready('its control socket', () => sallyport.#answers());
    } catch (error) {
      await daemon.stop('SIGKILL');
      throw error;
    }
    return sallyport;
  }

  /** Resolves when the connection is up; rejects with a ControlError that says why it is not. */
  up(connection = CONNECTION): Promise<void> {
    return this.#control.up(connection);
  }

  /** Negotiates a phase anew; resolves when that is begun. */
  rekey(phase: 1 | 2, connection = CONNECTION): Promise<void> {
    return this.#control.rekey(connection, phase);
  }

  down(connection = CONNECTION): Promise<void> {
    return this.#control.down(connection);
  }

  /** Gives it another configuration file; rejects where it does not take that. */
  async reload(settings: SallyportSettings): Promise<ReloadSummary> {
    await this.#write(settings);
    return this.#control.reload();
  }

  status(): Promise<GatewayStatus> {
    return this.#control.status();
  }

  /** What the status says of a connection now. */
  async view(connection = CONNECTION): Promise<OurView> {
    return viewOf(await this.#control.status(), connection);
  }

  /** The view, or undefined where it is not yet as asked: for `until`. */
  async viewWhere(asked: (view: OurView) => boolean): Promise<OurView | undefined> {
    const view = await this.view();
    return asked(view) ? view : undefined;
  }

  /** What we have agreed with the peer, while both phases are up. */
  async agreement(connection = CONNECTION): Promise<Agreement | undefined> {
    return (await this.view(connection)).agreement;
  }

  /** All that we hold of a connection, where there may be more than one SA of a phase. */
  async holdings(connection = CONNECTION): Promise<Holdings> {
    return holdingsOf(await this.#control.status(), connection);
  }

  log(): string {
    return `${this.daemon.stdout()}${this.daemon.stderr()}`;
  }

  /** What a loss of power does: nobody hears of it. */
  async crash(): Promise<void> {
    this.#crashed = true;
    await this.daemon.stop('SIGKILL');
  }

  /** Ctrl-C. The gateway takes everything down and ends with status 0; anything else is an error, but after a crash. */
  async stop(): Promise<DaemonEnd> {
    const end = this.daemon.end ?? (await this.daemon.stop('SIGINT'));
    if (end.status !== 0 && !this.#crashed)
      throw new Error(`sallyport ended with ${JSON.stringify(end)}\n${this.log()}`);
    return end;
  }

  async #answers(): Promise<boolean> {
    return this.#control.status().then(
      () => true,
      () => false,
    );
  }
}
