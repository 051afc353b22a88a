import type { Namespace } from './namespaces.ts';
import type { Place } from './network.ts';

/** Exchange types, RFC 2408 §3.1 and RFC 2409 App. A. */
const EXCHANGES = { 'Main Mode': 2, 'Quick Mode': 32 } as const;

/** Messages of one exchange that one side sends from port 4500, where charon's ESP has moved everything to. */
export interface Dropped {
  readonly from: Place;
  readonly exchange: keyof typeof EXCHANGES;
  /** Which of them are lost, counted from 0 on. */
  readonly ordinals: readonly number[];
}

/** Has the router of a network lose single messages of IKE. Returns the way to read how many of them it has lost. */
export async function drop(router: Namespace, { from, exchange, ordinals }: Dropped): Promise<() => Promise<number>> {
  // UDP, the marker that ESP does not have (RFC 3948 §2.2), and the exchange type of the ISAKMP header.
  const message = `udp dport 4500 @th,64,32 0 @th,240,8 ${EXCHANGES[exchange]}`;
  await router.nft(`table ip dropped {
  counter dropped { }
  chain lost {
    counter name dropped drop
  }
  chain between {
    type filter hook forward priority -10;
    iifname "${from}" ${message} numgen inc mod 100000 vmap { ${ordinals.map((n) => `${n} : goto lost`).join(', ')} }
  }
}
`);
  return async () => {
    const text = await router.must(['nft', 'list', 'counter', 'ip', 'dropped', 'dropped']);
    return Number(/packets (\d+)/.exec(text)?.[1]);
  };
}
