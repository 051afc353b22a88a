import type { Cell } from './cells.ts';
import type { Network, Site } from './network.ts';
import type { PairChanges } from './pair.ts';

export const ALICE = { name: 'alice', secret: 'down the rabbit hole' } as const;

const POOL = '10.9.0.0/28';
/** The first of the pool. */
const ASSIGNED = '10.9.0.1';

/** The tunnel for it, and the first of its pool. */
export const TUNNEL_6 = 'net6';
const POOL_6 = 'fd00:9::/120';
export const ASSIGNED_6 = 'fd00:9::1';

/** XAUTH: whoever begins says which user it is, and the other one asks. charon may have another password for it. */
export function asUser(we: Cell['we'], charonsSecret: string = ALICE.secret): PairChanges {
  const user = { name: ALICE.name, secret: charonsSecret };
  return we === 'initiator'
    ? { ours: { user: ALICE.name, accounts: [ALICE] }, charons: { user: { side: 'remote', ...user } } }
    : { ours: { users: [ALICE.name], accounts: [ALICE] }, charons: { user: { side: 'local', ...user } } };
}

/** Hybrid Authentication: who begins is a user and nothing else. charon 5.9.8 has it in no other direction. */
export function asUserAlone(we: Cell['we']): PairChanges {
  const { ours, charons } = asUser(we);
  const user = charons?.user === undefined ? {} : { user: { ...charons.user, alone: true } };
  return { ours: { ...ours, hybrid: we === 'initiator' ? 'local' : 'remote' }, charons: user };
}

/** Mode Config: whoever begins gets an address of the other one's pool, and carries nothing else. */
export function withAddress(we: Cell['we'], mode: 'pull' | 'push'): PairChanges {
  const dns = '10.2.0.53';
  if (we === 'initiator') {
    const attributes = [`dns = ${dns}`, 'split_include = 10.2.0.0/24', '28672 = Authorised persons only.'];
    return {
      ours: { localNetwork: 'assigned', modeConfig: { mode } },
      charons: { remoteNetwork: 'dynamic', modeConfig: { mode, gives: { pool: POOL, attributes } } },
    };
  }
  const given = { dns: [dns], banner: 'Authorised persons only.', splitInclude: ['10.1.0.0/24'] };
  return {
    ours: { remoteNetwork: 'assigned', modeConfig: { mode, pool: POOL, ...given } },
    charons: { localNetwork: 'dynamic', modeConfig: { mode } },
  };
}

/** What is included, and what of it the one who gets the address may reach round the tunnel. */
const INCLUDED = { left: '10.1.0.0/24', right: '10.2.0.0/24' } as const;
export const ROUND = { left: '10.1.0.64/26', right: '10.2.0.64/26' } as const;

/** Cisco's Unity: whoever begins would carry everything, and is told what to carry. */
export function withUnity(we: Cell['we']): PairChanges {
  const everything = '0.0.0.0/0';
  if (we === 'initiator') {
    const attributes = [`split_include = ${INCLUDED.right}`, `split_exclude = ${ROUND.right}`];
    return {
      ours: { localNetwork: 'assigned', remoteNetwork: everything, modeConfig: { mode: 'pull', unity: true } },
      charons: { remoteNetwork: 'dynamic', modeConfig: { mode: 'pull', gives: { pool: POOL, attributes } } },
    };
  }
  const given = { splitInclude: [INCLUDED.left], localLan: [ROUND.left] };
  return {
    ours: { remoteNetwork: 'assigned', modeConfig: { mode: 'pull', pool: POOL, ...given } },
    charons: { localNetwork: 'dynamic', remoteNetwork: everything, modeConfig: { mode: 'pull' } },
  };
}

/** The same with an address of IPv6 as well, and a second tunnel for it. */
export function withAddresses(we: Cell['we'], mode: 'pull' | 'push', { left, right }: Network): PairChanges {
  const { ours, charons } = withAddress(we, mode);
  const [behindUs, behindCharon] = [left.ipv6?.network ?? '', right.ipv6?.network ?? ''];
  if (we === 'initiator')
    return {
      ours: { ...ours, besides: [{ name: TUNNEL_6, local: 'assigned', remote: behindCharon }] },
      charons: {
        ...charons,
        modeConfig: { mode, ...charons?.modeConfig, ipv6: POOL_6 },
        more: [{ name: TUNNEL_6, localNetwork: behindCharon, remoteNetwork: 'dynamic' }],
      },
    };
  return {
    ours: {
      ...ours,
      // No split include: charon narrows all children to that, and there is none of IPv6.
      modeConfig: { mode, pool: [POOL, POOL_6], dns: ['10.1.0.53', 'fd00:1::53'] },
      besides: [{ name: TUNNEL_6, local: behindUs, remote: 'assigned' }],
    },
    charons: {
      ...charons,
      modeConfig: { mode, ipv6: true },
      // What is dynamic is its first address, that of IPv4.
      more: [{ name: TUNNEL_6, localNetwork: ASSIGNED_6, remoteNetwork: behindUs }],
    },
  };
}

export function together(...all: readonly PairChanges[]): PairChanges {
  return all.reduce(
    (sum, { ours, charons }) => ({ ours: { ...sum.ours, ...ours }, charons: { ...sum.charons, ...charons } }),
    {},
  );
}

/** The network as it is where whoever begins has been given an address. */
export function withAssigned(network: Network, we: Cell['we'], address = ASSIGNED): Network {
  const assigned = (site: Site): Site => ({ ...site, inner: address });
  return we === 'initiator'
    ? { ...network, left: assigned(network.left) }
    : { ...network, right: assigned(network.right) };
}
