import type { Site } from './network.ts';
import { resultText } from './command.ts';

export interface PingResult {
  readonly sent: number;
  readonly received: number;
}

/** Real ICMP echoes from the inner address of one side to that of the other; there is no way for them but the tunnel. */
export async function ping(
  from: Site,
  to: Site,
  options: { readonly count?: number; readonly size?: number } = {},
): Promise<PingResult> {
  const count = options.count ?? 3;
  // 0.02 s apart. -W is how long it waits for the first answer; a machine that is busy may take its time.
  const args = ['-n', '-q', '-i', '0.02', '-c', `${count}`, '-W', '20', '-s', `${options.size ?? 56}`];
  const result = await from.namespace.exec(['ping', ...args, '-I', from.inner, to.inner]);
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(result.stdout) ?? [];
  if (sent === undefined || received === undefined) throw new Error(resultText(result));
  return { sent: Number(sent), received: Number(received) };
}
