import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { labAuthorities, under } from '../lab/certificates.ts';
import { interopTest } from '../lab/interop-test.ts';
import { inIpv6 } from '../lab/network.ts';
import { buildPair, buildPairOn, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import {
  ASSIGNED_6,
  asUser,
  together,
  TUNNEL_6,
  withAddress,
  withAddresses,
  withAssigned,
} from '../lab/remote-access.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;

const WAYS = [
  { name: 'Mode Config, pull', mode: 'pull', users: false },
  { name: 'Mode Config, push', mode: 'push', users: false },
  { name: 'Mode Config, pull, after XAUTH', mode: 'pull', users: true },
  { name: 'Mode Config, push, after XAUTH', mode: 'push', users: true },
] as const;

const BOTH_VERSIONS = [
  { name: 'Mode Config, pull, IPv4 and IPv6', mode: 'pull' },
  { name: 'Mode Config, push, IPv4 and IPv6', mode: 'push' },
] as const;

for (const we of ['initiator', 'responder'] as const) {
  for (const { name, mode, users } of WAYS) {
    const cell: Cell = { name, we, nat: users ? 'before us' : 'none', ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const changes = together(withAddress(we, mode), users ? asUser(we) : {});
      const pair = await buildPair(lab, cell, changes);
      await establish(cell, pair);
      const { left, right } = withAssigned(pair.network, we);
      expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
      expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
    });
  }

  for (const { name, mode } of BOTH_VERSIONS) {
    const cell: Cell = { name, we, nat: 'none', ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const network = await lab.network();
      const pair = await buildPairOn(lab, network, cell, withAddresses(we, mode, network));
      await establish(cell, pair);
      if (we === 'responder') expect(await pair.charon.initiate(undefined, TUNNEL_6)).toMatchObject({ status: 0 });
      for (const { left, right } of [
        withAssigned(network, we),
        withAssigned(inIpv6(network, { outside: false, inside: true }), we, ASSIGNED_6),
      ]) {
        expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
        expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
      }
    });
  }

  const certified: Cell = { name: 'Mode Config, pull, after XAUTH with certificates', we, nat: 'none', ...SUITES };
  interopTest(lineOf(certified), async (lab) => {
    const authorities = await labAuthorities('rsa2048');
    const { ours, charons } = together(withAddress(we, 'pull'), asUser(we));
    const pair = await buildPair(lab, certified, {
      ours: { ...ours, credentials: under(authorities, authorities.ours) },
      charons: { ...charons, credentials: under(authorities, authorities.theirs) },
    });
    await establish(certified, pair);
    const { left, right } = withAssigned(pair.network, we);
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });
  });
}
