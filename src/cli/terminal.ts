/** What a command gets from the process that it runs in, so that tests can give it something else. */
export interface Terminal {
  /** Writes a line to standard output. */
  out(line: string): void;
  /** Writes a line to standard error. */
  err(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The octets of a file; `-` is standard input. */
  readFile(path: string): Uint8Array;
  /** Adds text to the end of a file, which only its owner may read where it is made for that. */
  appendFile(path: string, text: string): void;
  /** Writes a file anew, in folders that are made where they are not there; only its owner may read it. */
  writeFile(path: string, contents: string | Uint8Array): void;
  /** Aborted when the user wants the command to end: Ctrl-C, or a supervisor's SIGTERM. */
  readonly interrupted: AbortSignal;
  /** Calls `listener` each time that the user asks for the configuration to be read anew: SIGHUP, which else ends a process. */
  onHangup(listener: () => void): void;
}

/** Exit status of a command. */
export const EXIT = {
  done: 0,
  /** What was asked for failed; the reason is on standard error. */
  failed: 1,
  /** Wrong usage, or a configuration that cannot be used. */
  usage: 2,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
