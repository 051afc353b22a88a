import { spawn } from 'node:child_process';

export type Command = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds until the process is killed; default 60,000. */
  readonly limit?: number;
}

export interface CommandResult {
  readonly command: Command;
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without a shell. Rejects only where it cannot be started: a status is for the caller to judge. */
export function run(command: Command, options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.limit ?? 60_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends without reading its input is no error of ours.
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (status) => resolve({ command, status, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}

/** As `run`, for a command that has to succeed: its output, or an error that shows all that it said. */
export async function must(command: Command, options: CommandOptions = {}): Promise<string> {
  const result = await run(command, options);
  if (result.status !== 0) throw new Error(resultText(result));
  return result.stdout;
}

export function resultText(result: CommandResult): string {
  return [`${result.command.join(' ')}: status ${String(result.status)}`, result.stdout, result.stderr]
    .join('\n')
    .trimEnd();
}
