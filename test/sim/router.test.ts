import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import type { Packet } from '../../src/sim/packet.ts';
import { Router } from '../../src/sim/router.ts';

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '203.0.113.3'].map(requireIpAddress) as [never, never, never];
const to = (address: typeof A): Packet => ({
  protocol: 'udp',
  source: { address: C, port: 1 },
  destination: { address, port: 2 },
  bytes: new Uint8Array(),
});

describe('a router', () => {
  it('forwards by destination address, else to where the rest is', () => {
    const router = new Router('r');
    const out: string[] = [];
    const a = router.interface([A, B]);
    const rest = router.interface('rest');
    a.plug(() => out.push('a'));
    rest.plug(() => out.push('rest'));
    for (const address of [A, B, C]) rest.receive(to(address));
    expect(out).toEqual(['a', 'a', 'rest']);
    expect([a.name, rest.name]).toEqual(['r/192.0.2.1/192.0.2.2', 'r/rest']);
  });

  it('counts what goes nowhere, and has one place for the rest', () => {
    const router = new Router('r');
    router.interface([A]).receive(to(B));
    expect(router.unroutable).toBe(1);
    router.interface('rest').plug(() => undefined);
    expect(() => router.interface('rest').plug(() => undefined)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
