import { readFileSync } from 'node:fs';

/** Ticks of `utime` and `stime`, proc_pid_stat(5): always 100 a second on Linux for user space. */
const TICK_MS = 10;

/** CPU time of a process in milliseconds: all its threads, those that have ended too, user and system. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program is in brackets and may hold anything; behind it the third field begins.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[14 - 3]) + Number(fields[15 - 3])) * TICK_MS;
}
