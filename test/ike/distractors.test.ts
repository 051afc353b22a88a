import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IpAddress, requireIpAddress } from '../../src/base/address.ts';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { ID_TYPE, parseIdentity } from '../../src/base/identity.ts';
import { parseSelector, selectorHas, selectorWithin } from '../../src/base/selector.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { connectionPolicies } from '../../src/config/policy.ts';
import { findPreSharedKeys } from '../../src/config/psk.ts';
import type { ConnectionPolicy, Phase1Exchange } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf } from './policies.ts';

/** A connection as the file of the responder has it, among others that share its address, its key or its identity. */
interface Written {
  readonly address: string;
  readonly id: string;
  readonly suites: readonly string[];
  readonly exchange: Phase1Exchange;
  readonly ours: string;
}
interface Key {
  readonly peers: readonly string[];
  readonly secret: string;
}
interface Peer {
  readonly id: string;
  readonly secret: string;
}

/** The same each time, because by chance not every connection of the longest list is one time or another the chosen one. */
const RUNS = { numRuns: 200, seed: 4 } as const;

const US = '@us.example';
const SUITES = ['aes128-sha256-ecp256', 'aes256-sha512-ecp256'] as const;
const IDS = ['@a.example', '@b.example', 'keyid:sales', '#0badc0de', '192.0.2.1', '192.0.2.9'] as const;
const RANGES = ['192.0.2.0/24', '192.0.2.0-192.0.2.3', '203.0.113.0/24'] as const;
const SECRETS = ['a long secret', 'another long secret', 'a secret of nobody'] as const;

const written = (exchange: fc.Arbitrary<Phase1Exchange>): fc.Arbitrary<Written> =>
  fc.record({
    address: fc.constantFrom('192.0.2.1', '192.0.2.1', '192.0.2.9', '%any', ...RANGES),
    id: fc.constantFrom(...IDS, ...RANGES, '%any', '%any', '@A.EXAMPLE'),
    suites: fc.constantFrom([SUITES[0]], [SUITES[0], SUITES[1]], [SUITES[1]]),
    exchange,
    ours: fc.constantFrom('198.51.100.2', '198.51.100.2', '198.51.100.2', '198.51.100.7'),
  });
const keys: fc.Arbitrary<Key[]> = fc.array(
  fc.record({
    peers: fc
      .tuple(fc.constantFrom(...IDS, ...RANGES, '%any'), fc.option(fc.constantFrom(US, '%any', '@else.example')))
      .map(([theirs, ours]) => (ours === null ? [theirs] : [ours, theirs])),
    secret: fc.constantFrom(...SECRETS),
  }),
  { maxLength: 5 },
);
const peer: fc.Arbitrary<Peer> = fc.record({ id: fc.constantFrom(...IDS), secret: fc.constantFrom(...SECRETS) });

/** So that each connection has a key: `check` wants that. */
const LAST: Key = { peers: ['%any'], secret: 'a secret that no peer has' };

describe('of connections that share addresses, keys and identities', () => {
  const ins = new Set<string | undefined>();

  it('Main Mode chooses, of those that the key of the peer is for, the one whose identity and then whose address is the closest', () => {
    fc.assert(
      fc.property(connectionsOf('main'), keys, peer, (all, psks, who) => {
        const open = all.filter(
          (one) => mayMean(one, 'main', who) && psks.some((key) => key.secret === who.secret && isFor(key, one, who)),
        );
        const found = chosen(all, psks, who, 'main');
        ins.add(found);
        expect(found).toBe(closest(open, all, who));
      }),
      RUNS,
    );
    // Nobody, and most places of the list at some time.
    expect(ins.size).toBeGreaterThan(4);
  });

  it('Aggressive Mode lets a peer into the closest that has a key for it, if that key is its own, and into no other', () => {
    fc.assert(
      fc.property(connectionsOf('aggressive'), keys, peer, (all, psks, who) => {
        const ring = [...psks, LAST];
        const open = all.filter((one) => mayMean(one, 'aggressive', who) && ring.some((key) => isFor(key, one, who)));
        const wanted = closest(open, all, who);
        const one = all[Number(wanted?.slice(1))];
        const secrets = one === undefined ? [] : psks.filter((key) => isFor(key, one, who)).map(({ secret }) => secret);
        const found = chosen(all, psks, who, 'aggressive');
        if (found !== undefined) expect([found, secrets.includes(who.secret)]).toEqual([wanted, true]);
        // Which of several keys is the closest has tests of its own.
        else expect(secrets.length > 0 && secrets.every((secret) => secret === who.secret)).toBe(false);
      }),
      RUNS,
    );
  });
});

const connectionsOf = (exchange: Phase1Exchange): fc.Arbitrary<Written[]> =>
  fc.array(written(fc.constantFrom(exchange, exchange, exchange, 'main', 'aggressive')), {
    minLength: 1,
    maxLength: 6,
  });

/** What a slow reader of the documentation would say: whether a connection may be meant, the key aside. */
function mayMean({ address, id, suites, exchange, ours }: Written, wanted: Phase1Exchange, who: Peer): boolean {
  return (
    exchange === wanted &&
    ours === '198.51.100.2' &&
    suites.includes(SUITES[0]) &&
    covers(address, '192.0.2.1') &&
    covers(id, who.id)
  );
}

/** One that names several has somebody among them. */
function covers(several: string, one: string): boolean {
  if (several === '%any' || several.toLowerCase() === one.toLowerCase()) return true;
  const address = /^[\d.]+$/.test(one);
  return (
    address && /[/-]/.test(several) && several.startsWith('1') && selectorHas(parseSelector(several), one as IpAddress)
  );
}

const isRange = (text: string): boolean => /^[\d.]+[/-]/.test(text);

/** Whether the key is for this peer in this connection: for whom the connection is, or for who the peer says to be. */
function isFor({ peers }: Key, { id, address, exchange }: Written, who: Peer): boolean {
  const [theirs = '', ours] = peers.toReversed();
  if (ours === '@else.example') return false;
  if (theirs === '%any' || theirs.toLowerCase() === id.toLowerCase() || theirs === address) return true;
  if (isRange(theirs) && [id, address].some((own) => isWithin(own, theirs))) return true;
  // In Main Mode the key of a peer at one address is looked for by that address.
  const anywhere = exchange === 'aggressive' || address === '%any' || isRange(address);
  const somebody = id === '%any' ? anywhere : isRange(id);
  return somebody && covers(theirs, who.id);
}

function isWithin(own: string, range: string): boolean {
  if (!/^[\d.]+([/-][\d.]+)?$/.test(own)) return false;
  return selectorWithin(parseSelector(own), parseSelector(range));
}

function closest(open: readonly Written[], all: readonly Written[], who: Peer): string | undefined {
  const byId = ({ id }: Written): number => (id === '%any' ? 2 : isRange(id) ? 1 : 0);
  const width = ({ address }: Written): number =>
    ['192.0.2.1', '192.0.2.0-192.0.2.3', '192.0.2.0/24', '%any'].indexOf(address);
  const [first] = open.toSorted((a, b) => byId(a) - byId(b) || width(a) - width(b) || all.indexOf(a) - all.indexOf(b));
  expect(first === undefined || covers(first.id, who.id)).toBe(true);
  return first === undefined ? undefined : `c${all.indexOf(first)}`;
}

/** Where the peer gets in. */
function chosen(
  all: readonly Written[],
  psks: readonly Key[],
  who: Peer,
  exchange: Phase1Exchange,
): string | undefined {
  const { config, errors } = checkConfig({
    credentials: { psks: [...psks, LAST] },
    connections: all.map(({ address, id, suites, exchange: own, ours }, i) => ({
      name: `c${i}`,
      startup: 'wait',
      local: { address: ours, id: US },
      remote: { address, id },
      phase1: { exchange: own, proposals: suites },
      tunnels: [{ name: 'net', local: '10.2.0.0/24', remote: `10.1.${i}.0/24` }],
    })),
  });
  if (config === undefined) throw new Error(JSON.stringify(errors));
  const policy: ConnectionPolicy = {
    ...policyOf('a', { exchange, nets: ['10.1.200.0/24', '10.2.0.0/24'] }),
    local: { address: A, id: parseIdentity(who.id) },
    remote: { address: requireIpAddress('198.51.100.2'), id: { idType: ID_TYPE.FQDN, data: utf8Bytes(US.slice(1)) } },
  };
  const pair = new PairOfEndpoints(policy, connectionPolicies(config), { psks: [who.secret, () => []] });
  pair.b.answer = (job) => {
    if (job.kind !== 'find-psk') return undefined;
    const found = findPreSharedKeys(config, job.connections, job.identity);
    return { kind: job.kind, candidates: found.map(({ psk, ...whose }) => ({ ...whose, psk: psk.reveal().slice() })) };
  };
  pair.initiate();
  const [in1, more] = pair.b.named('phase1.established');
  expect(more).toBeUndefined();
  return in1?.sa.connection;
}
