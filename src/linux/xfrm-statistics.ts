import { readFileSync } from 'node:fs';

/** The counters of /proc/net/xfrm_stat by name; none where the kernel has no such file (CONFIG_XFRM_STATISTICS). */
export function xfrmStatistics(): readonly (readonly [name: string, count: number])[] {
  let text: string;
  try {
    text = readFileSync('/proc/net/xfrm_stat', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name = '', count] = line.split(/\s+/);
    return count === undefined ? [] : [[name, Number(count)] as const];
  });
}
