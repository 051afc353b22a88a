import { spawn } from 'node:child_process';
import { ControlError } from '../../client/control-client.ts';

/** A program and its arguments; no shell reads them. */
export type Command = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with each line of its output as it comes. */
  readonly line?: (line: string) => void;
  /** Milliseconds until it is killed; default 20,000. */
  readonly limit?: number;
}

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end.
 *
 * @throws ControlError NOT_INSTALLED where there is no such program
 */
export function runCommand([program, ...args]: Command, options: CommandOptions = {}): Promise<CommandResult> {
  const { env = process.env, line = () => undefined, limit = 20_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, timeout: limit, killSignal: 'SIGKILL' });
    let [stdout, stderr, rest] = ['', '', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const whole of lines) line(whole);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends without reading its input is no error of ours.
    child.stdin.on('error', () => undefined);
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT' || error.code === 'EACCES';
      const [code, text] = missing ? ['NOT_INSTALLED', 'is not installed'] : ['COMMAND_FAILED', error.message];
      reject(new ControlError(code, `${program} ${text}`));
    });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}

/** As `runCommand`, for a program that has to succeed: its output, or a ControlError with what it said. */
export async function mustRun(command: Command, options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runCommand(command, options);
  if (status === 0) return stdout;
  const said = `${stderr}${stdout}`.trim().replaceAll(/\s*\n\s*/g, '; ');
  throw new ControlError('COMMAND_FAILED', `${command.join(' ')}: ${said === '' ? `status ${status}` : said}`);
}

/** Whether this machine has the program; `args` make it end at once. */
export async function isInstalled(...command: Command): Promise<boolean> {
  return runCommand(command).then(
    () => true,
    () => false,
  );
}
