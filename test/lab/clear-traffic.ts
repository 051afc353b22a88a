import type { Namespace } from './namespaces.ts';

/** Counts the packets of inner networks that reach the router as they are. Returns the way to read the count. */
export async function watchClearTraffic(router: Namespace): Promise<() => Promise<number>> {
  await router.nft(`table inet clear {
  counter seen { }
  chain seen {
    type filter hook prerouting priority raw;
    ip saddr 10.0.0.0/8 counter name seen
    ip6 saddr fd00::/8 counter name seen
  }
}
`);
  return async () => {
    const [, packets] =
      /packets (\d+)/.exec(await router.must(['nft', 'list', 'counter', 'inet', 'clear', 'seen'])) ?? [];
    return Number(packets);
  };
}
