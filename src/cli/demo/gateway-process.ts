import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient, ControlError } from '../../client/control-client.ts';
import type { Cleanup } from './cleanup.ts';
import type { Command } from './command.ts';
import { configurationText, type ConfigurationOptions, PSK_VARIABLE } from './configuration.ts';
import { Daemon } from './daemon.ts';

/** The command of this package: built, it lies beside this code. */
const PROGRAM = fileURLToPath(new URL('./sallyport.js', import.meta.url));
/** A virtual machine without help of the processor takes half a minute. */
const START_LIMIT_MS = 90_000;

/** What everything in a demonstration shares. */
export interface Scene {
  /** Of this run alone, and readable for nobody else. */
  readonly folder: string;
  readonly psk: string;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}

/** `sallyport run` in a process of its own, with its control socket in the demonstration's folder. */
export class GatewayProcess {
  readonly kind = 'sallyport';
  readonly daemon: Daemon;
  readonly socket: string;

  private constructor(daemon: Daemon, socket: string) {
    this.daemon = daemon;
    this.socket = socket;
  }

  /** `inside` makes a command line one that runs elsewhere, such as in a network namespace. */
  static async start(
    options: Omit<ConfigurationOptions, 'socket'>,
    scene: Scene,
    inside: (command: Command) => Command = (command) => command,
  ): Promise<GatewayProcess> {
    const { name } = options.us;
    const socket = join(scene.folder, `${name}.sock`);
    const file = join(scene.folder, `${name}.yaml`);
    await writeFile(file, configurationText({ ...options, socket }), { mode: 0o600 });
    const command = inside([process.execPath, PROGRAM, 'run', file, '--log-level', 'warn']);
    const env = { ...process.env, [PSK_VARIABLE]: scene.psk };
    const gateway = new GatewayProcess(new Daemon(`the ${name} gateway`, command, env, scene.cleanup), socket);
    const client = gateway.client(scene.signal);
    const answers = (): Promise<boolean> =>
      client.status().then(
        () => true,
        (error: unknown) => notYet(error),
      );
    await gateway.daemon.ready(answers, { signal: scene.signal, limit: START_LIMIT_MS });
    return gateway;
  }

  client(signal: AbortSignal): ControlClient {
    return new ControlClient(this.socket, signal);
  }
}

function notYet(error: unknown): false {
  if (error instanceof ControlError && ['NOT_RUNNING', 'GONE', 'INTERRUPTED'].includes(error.code)) return false;
  throw error;
}
