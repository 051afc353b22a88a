import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { watchClearTraffic } from '../lab/clear-traffic.ts';
import { interopTest } from '../lab/interop-test.ts';
import { inIpv6 } from '../lab/network.ts';
import { buildPairOn, lineOf, play } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;

const FAMILIES = [
  { name: 'IPv6 in IPv4', outside: false, inside: true },
  { name: 'IPv4 in IPv6', outside: true, inside: false },
  { name: 'IPv6 in IPv6', outside: true, inside: true },
] as const;

for (const we of ['initiator', 'responder'] as const) {
  for (const { name, ...where } of FAMILIES) {
    const cell: Cell = { name, we, ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const pair = await buildPairOn(lab, inIpv6(await lab.network(), where), cell);
      const { left, right, router } = pair.network;
      const clear = await watchClearTraffic(router);
      // Before the tunnel is up and after it was taken down nothing leaves.
      expect(await ping(left, right, { count: 1, wait: 1 })).toEqual({ sent: 1, received: 0 });
      await play(cell, pair);
      expect(await ping(left, right, { count: 1, wait: 1 })).toEqual({ sent: 1, received: 0 });
      expect(await clear()).toBe(0);
    });
  }
}
