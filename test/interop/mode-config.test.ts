import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { labAuthorities, under } from '../lab/certificates.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Network, Site } from '../lab/network.ts';
import { buildPair, establish, lineOf, type PairChanges } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;
const ALICE = { name: 'alice', secret: 'down the rabbit hole' };
const POOL = '10.9.0.0/28';
const ADDRESS = '10.9.0.1';

/** Whoever begins gets an address of the other one's pool, and carries nothing else. */
function changes(we: Cell['we'], mode: 'pull' | 'push', users: boolean): PairChanges {
  const dns = '10.2.0.53';
  if (we === 'initiator') {
    const attributes = [`dns = ${dns}`, 'split_include = 10.2.0.0/24', '28672 = Authorised persons only.'];
    return {
      ours: { localNetwork: 'assigned', modeConfig: { mode }, ...(users ? { user: 'alice', accounts: [ALICE] } : {}) },
      charons: {
        remoteNetwork: 'dynamic',
        modeConfig: { mode, gives: { pool: POOL, attributes } },
        ...(users ? { user: { side: 'remote', ...ALICE } } : {}),
      },
    };
  }
  const given = { dns: [dns], banner: 'Authorised persons only.', splitInclude: ['10.1.0.0/24'] };
  return {
    ours: {
      remoteNetwork: 'assigned',
      modeConfig: { mode, pool: POOL, ...given },
      ...(users ? { users: '%any', accounts: [ALICE] } : {}),
    },
    charons: {
      localNetwork: 'dynamic',
      modeConfig: { mode },
      ...(users ? { user: { side: 'local', ...ALICE } } : {}),
    },
  };
}

/** The side that has been given an address, as a site. */
const assignedSite = (site: Site): Site => ({ ...site, inner: ADDRESS });

function ends({ left, right }: Network, we: Cell['we']): readonly [Site, Site] {
  return we === 'initiator' ? [assignedSite(left), right] : [assignedSite(right), left];
}

const WAYS = [
  { name: 'Mode Config, pull', mode: 'pull', users: false },
  { name: 'Mode Config, push', mode: 'push', users: false },
  { name: 'Mode Config, pull, after XAUTH', mode: 'pull', users: true },
  { name: 'Mode Config, push, after XAUTH', mode: 'push', users: true },
] as const;

for (const we of ['initiator', 'responder'] as const) {
  for (const { name, mode, users } of WAYS) {
    const cell: Cell = { name, we, nat: users ? 'before us' : 'none', ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const pair = await buildPair(lab, cell, changes(we, mode, users));
      await establish(cell, pair);
      const [assigned, network] = ends(pair.network, we);
      expect(await ping(assigned, network)).toEqual({ sent: 3, received: 3 });
      expect(await ping(network, assigned)).toEqual({ sent: 3, received: 3 });
    });
  }

  const certified: Cell = { name: 'Mode Config, pull, after XAUTH with certificates', we, nat: 'none', ...SUITES };
  interopTest(lineOf(certified), async (lab) => {
    const authorities = await labAuthorities('rsa2048');
    const { ours, charons } = changes(we, 'pull', true);
    const pair = await buildPair(lab, certified, {
      ours: { ...ours, credentials: under(authorities, authorities.ours) },
      charons: { ...charons, credentials: under(authorities, authorities.theirs) },
    });
    await establish(certified, pair);
    const [assigned, network] = ends(pair.network, we);
    expect(await ping(assigned, network)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network, assigned)).toEqual({ sent: 3, received: 3 });
  });
}
