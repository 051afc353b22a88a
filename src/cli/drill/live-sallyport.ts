import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENT_LEVELS, type IkeEvent } from '../../ike/events.ts';
import { ControlClient } from '../../client/control-client.ts';
import type { Command } from '../demo/command.ts';
import { Daemon } from '../demo/daemon.ts';
import type { Scene } from '../demo/gateway-process.ts';
import type { LiveGateway } from './live-gateway.ts';
import type { Site } from './live-network.ts';

/** The command of this package: built, it lies beside this code. */
const PROGRAM = fileURLToPath(new URL('./sallyport.js', import.meta.url));
const START_LIMIT_MS = 20_000;

/** `sallyport run` in a network namespace. */
export class LiveSallyport implements LiveGateway {
  readonly #site: Site;
  readonly #scene: Scene;
  readonly #inside: (command: Command) => Command;
  readonly #tell: (event: IkeEvent) => void;
  #daemon: Daemon | undefined;
  #over = new AbortController();

  constructor(site: Site, scene: Scene, inside: (command: Command) => Command, tell: (event: IkeEvent) => void) {
    this.#site = site;
    this.#scene = scene;
    this.#inside = inside;
    this.#tell = tell;
  }

  async start(): Promise<void> {
    const { member } = this.#site;
    const { folder, signal } = this.#scene;
    const file = join(folder, `${member.name}.yaml`);
    await writeFile(file, this.#configuration(), { mode: 0o600 });
    const command = this.#inside([process.execPath, PROGRAM, 'run', file, '--log-level', 'warn']);
    const daemon = new Daemon(`the gateway ${member.name}`, command, process.env, this.#scene.cleanup);
    this.#daemon = daemon;
    this.#over = new AbortController();
    const client = this.#client();
    const answers = (): Promise<boolean> =>
      client.status().then(
        () => true,
        () => false,
      );
    await daemon.ready(answers, { signal, limit: START_LIMIT_MS });
    await new Promise<void>((resolve, reject) => {
      client.follow((event) => this.#hear(event), { connected: resolve }).then(resolve, reject);
    }).catch(() => undefined);
  }

  /** Not by itself at the start, when nobody hears it yet. */
  begin(): void {
    for (const { name, startup } of this.#site.member.config.connections)
      if (startup === 'initiate')
        void this.#client()
          .up(name)
          .catch(() => undefined);
  }

  async command(kind: 'up' | 'down'): Promise<void> {
    for (const { name } of this.#site.member.config.connections)
      if (kind === 'down') await this.#client().down(name);
      else
        void this.#client()
          .up(name)
          .catch(() => undefined);
  }
  async kill(): Promise<void> {
    this.#over.abort();
    await this.#daemon?.kill();
  }
  freeze(): void {
    this.#daemon?.signal('SIGSTOP');
  }
  thaw(): void {
    this.#daemon?.signal('SIGCONT');
  }

  /** What only a real gateway tells is no part of a drill. */
  #hear(event: unknown): void {
    const told = event as IkeEvent;
    if (Object.hasOwn(EVENT_LEVELS, told.name)) this.#tell(told);
  }

  get #socket(): string {
    return join(this.#scene.folder, `${this.#site.member.name}.sock`);
  }
  /** Its answers are of no use when the process is gone. */
  #client(): ControlClient {
    return new ControlClient(this.#socket, AbortSignal.any([this.#scene.signal, this.#over.signal]));
  }

  #configuration(): string {
    const { file } = this.#site.member;
    const connections = file.connections.map(({ startup, ...connection }) => ({
      ...connection,
      startup: startup === 'initiate' ? 'on-demand' : startup,
    }));
    const changed = { control: { socket: this.#socket }, esp: { backend: 'userspace', device: 'tun' } };
    return `${JSON.stringify({ ...file, ...changed, connections }, undefined, 2)}\n`;
  }
}
