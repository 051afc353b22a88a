import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Terminal } from './terminal.ts';

/** The process as a terminal. A second Ctrl-C ends it at once, whatever it does. */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
      interruption.abort();
    });
  }
  // Whoever reads us may stop to, as `head` does: that ends a command like Ctrl-C, and is no error.
  process.stdout.on('error', () => interruption.abort());
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    env: process.env,
    readFile: (path) => readFileSync(path === '-' ? 0 : path),
    appendFile: (path, text) => appendFileSync(path, text, { mode: 0o600 }),
    writeFile(path, contents) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents, { mode: 0o600 });
    },
    interrupted: interruption.signal,
    onHangup: (listener) => void process.on('SIGHUP', listener),
  };
}
