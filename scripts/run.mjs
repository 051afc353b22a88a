// @ts-check
import { spawn } from 'node:child_process';

/** Between asking a process to end and ending it. */
const GRACE = 10_000;

/** @type {Set<number>} The process groups that run now; they are ended with us. */
const groups = new Set();

/**
 * Runs a command with our input and output, and ends it with everything that it started when its time is up.
 *
 * @param {readonly string[]} command
 * @param {{ readonly limit: number, readonly env?: Readonly<Record<string, string>> }} options limit in milliseconds
 * @returns {Promise<{ readonly status: number, readonly late: boolean }>} status is not 0 where it did not end by itself
 */
export function run([program = '', ...args], { limit, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...env } });
    const group = child.pid;
    let late = false;
    /** @type {ReturnType<typeof setTimeout>[]} */
    const timers = [];
    timers.push(
      setTimeout(() => {
        late = true;
        endGroup(group, 'SIGTERM');
        timers.push(setTimeout(() => endGroup(group, 'SIGKILL'), GRACE));
      }, limit),
    );
    /** @param {number} status */
    const finish = (status) => {
      for (const timer of timers) clearTimeout(timer);
      if (group !== undefined) groups.delete(group);
      resolve({ status, late });
    };
    if (group !== undefined) groups.add(group);
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      finish(127);
    });
    child.on('close', (status) => finish(status ?? 1));
  });
}

/**
 * @param {number | undefined} group
 * @param {'SIGTERM' | 'SIGKILL'} signal
 */
function endGroup(group, signal) {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch {
    // It ended in the meantime.
  }
}

for (const [signal, status] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => {
    for (const group of groups) endGroup(group, 'SIGTERM');
    process.exit(status);
  });
}
