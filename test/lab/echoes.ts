import { Daemon } from './daemon.ts';
import type { Lab } from './lab.ts';
import type { Site } from './network.ts';
import { until } from './until.ts';

/** Numbered echoes through a tunnel, one each hundredth of a second, while something else goes on. */
export interface Echoes {
  /** Sees two hundred more of them come back, ends them, and tells the numbers that did not. */
  lost(): Promise<readonly number[]>;
}

const AFTER = 200;

/** Resolves when the first echo is back. */
export async function startEchoes(lab: Lab, from: Site, to: Site): Promise<Echoes> {
  const command = from.namespace.command(['ping', '-n', '-i', '0.01', '-I', from.inner, to.inner]);
  const daemon = new Daemon('ping', command, { folder: lab.folder });
  lab.defer(() => daemon.stop('SIGINT'));
  const numbers = (): number[] => [...daemon.stdout().matchAll(/icmp_seq=(\d+) ttl/g)].map(([, text]) => Number(text));
  const last = (): number => Math.max(0, ...numbers());
  await until('the first echo', () => (last() > 0 ? true : undefined));
  return {
    async lost() {
      const end = last() + AFTER;
      await until('more echoes', () => (last() > end ? true : undefined));
      await daemon.stop('SIGINT');
      const back = new Set(numbers());
      // What was sent in the last moment is still on its way.
      return Array.from({ length: end }, (_, i) => i + 1).filter((number) => !back.has(number));
    },
  };
}
