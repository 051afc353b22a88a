import type { Site } from './network.ts';
import { resultText } from './command.ts';

export interface PingResult {
  readonly sent: number;
  readonly received: number;
}

/** Real ICMP echoes from the inner address of one side to that of the other; there is no way for them but the tunnel. Waits in seconds. */
export async function ping(
  from: Site,
  to: Site,
  options: {
    readonly count?: number;
    readonly size?: number;
    readonly wait?: number;
    readonly mark?: string | undefined;
    /** The octet of the IP header in which DSCP and ECN are. */
    readonly trafficClass?: number | undefined;
  } = {},
): Promise<PingResult> {
  const sent = options.count ?? 3;
  let received = 0;
  for (let sequence = 0; sequence < sent; sequence++) {
    // One command an echo: with several, ping takes any that is later than twice the fastest answer for lost, and a busy machine is
    // that late. -W is how long it waits for the only one.
    const args = [
      '-n',
      '-q',
      '-c',
      '1',
      '-W',
      `${options.wait ?? 20}`,
      '-s',
      `${options.size ?? 56}`,
      ...(options.mark === undefined ? [] : ['-m', options.mark]),
      ...(options.trafficClass === undefined ? [] : ['-Q', `${options.trafficClass}`]),
      '-I',
      from.inner,
      to.inner,
    ];
    const result = await from.namespace.exec(['ping', ...args]);
    const [, answered] = /(\d+) received/.exec(result.stdout) ?? [];
    if (answered === undefined) throw new Error(resultText(result));
    received += Number(answered);
  }
  return { sent, received };
}
