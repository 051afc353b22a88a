import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { type Identity, identityText, parseIdentity, rangeIdentity } from '../../src/base/identity.ts';
import type { RemoteAddress } from '../../src/base/remote-address.ts';
import { Secret } from '../../src/base/secret.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionConfig, PskConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { findPreSharedKeys, pskFit } from '../../src/config/psk.ts';
import { keysThatMayFit } from '../../src/config/psk-index.ts';
import { config, connection, onlyConnection } from './sample.ts';

const RANGES = ['192.0.2.0/24', '192.0.2.0-192.0.2.3', '203.0.113.0/24', '2001:db8::/32'] as const;
const NAMES = [
  ...['@a.example', '@A.EXAMPLE.', '@b.example', '@us.example', 'user@a.example', 'keyid:sales', '#0badc0de'],
  ...['192.0.2.1', '192.0.2.9', '198.51.100.2', '2001:db8::1', 'C=CH, CN=gw', 'C=ch, CN=GW', 'CN=other'],
] as const;
type Name = (typeof NAMES)[number] | (typeof RANGES)[number] | '%any';

const isRangeName = (name: string): boolean => /[/-]/.test(name) && !name.includes('=');
function identity(name: Name): Identity | 'any' {
  if (name === '%any') return 'any';
  return isRangeName(name) ? rangeIdentity(parseSelector(name)) : parseIdentity(name);
}
const named = (name: string): Identity => parseIdentity(name);

const pattern = onlyConnection(config());
const peerName = fc.constantFrom<Name>(...NAMES, ...RANGES, '%any', '%any', '%any');
const keys: fc.Arbitrary<PskConfig[]> = fc.array(
  fc
    .array(peerName, { minLength: 1, maxLength: 3 })
    .map((peers) => ({ peers: peers.map(identity), secret: new Secret(utf8Bytes(peers.join('+'))) })),
  { maxLength: 12 },
);
const place = fc.constantFrom<RemoteAddress>('any', requireIpAddress('192.0.2.1'), requireIpAddress('2001:db8::1'), {
  host: 'A.example',
} as const);
const connections: fc.Arbitrary<ConnectionConfig[]> = fc
  .array(
    fc.record({
      ours: fc.constantFrom(...NAMES),
      from: fc.constantFrom('auto' as const, requireIpAddress('198.51.100.2')),
      theirs: peerName,
      to: fc.oneof(
        place,
        fc.constantFrom(...RANGES).map((text): RemoteAddress => parseSelector(text)),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) =>
    all.map(({ ours, from, theirs, to }, i) => ({
      ...pattern,
      name: `c${i}`,
      local: { ...pattern.local, id: named(ours), address: from },
      remote: { ...pattern.remote, id: identity(theirs), address: to },
    })),
  );

/** Every key on every connection, as it is written down. */
function slowly(psks: readonly PskConfig[], all: readonly ConnectionConfig[]): unknown[] {
  const found = psks.flatMap((entry) => {
    const groups = new Map<string, { closeness: number; names: string[] }>();
    for (const one of all) {
      const fit = pskFit(entry, one);
      if (fit === undefined) continue;
      const whose = fit.identities === 'any' ? 'any' : fit.identities.map(identityText).join();
      const group = groups.get(whose) ?? { closeness: 0, names: [] };
      group.closeness = Math.max(group.closeness, fit.closeness);
      group.names.push(one.name);
      groups.set(whose, group);
    }
    return [...groups].map(([whose, { closeness, names }]) => ({ entry, whose, closeness, names }));
  });
  return found.sort((a, b) => b.closeness - a.closeness).map(({ entry, whose, names }) => [entry.secret, names, whose]);
}

describe('the keys that are looked at', () => {
  it('are all that fit, in their order, whatever keys and connections name', () => {
    fc.assert(
      fc.property(keys, connections, (psks, all) => {
        for (const one of all) {
          const looked = keysThatMayFit(psks, one);
          expect(looked).toEqual([...new Set(looked)].sort((a, b) => a - b));
          const fitting = psks.flatMap((entry, at) => (pskFit(entry, one) === undefined ? [] : [at]));
          expect(looked).toEqual(expect.arrayContaining(fitting));
        }
      }),
      { numRuns: 500 },
    );
  });
  it('bring what trying every key on every connection brings, with a claimed identity too', () => {
    fc.assert(
      fc.property(keys, connections, fc.option(fc.constantFrom(...NAMES)), (psks, all, claimed) => {
        const found = findPreSharedKeys(
          { credentials: { ...config().credentials, psks }, connections: all },
          all.map(({ name }) => name),
          claimed === null ? undefined : named(claimed),
        );
        const seen = all.map((one) => {
          const { id } = one.remote;
          const open = id === 'any' || isRangeName(identityText(id));
          return claimed === null || !open ? one : { ...one, remote: { ...one.remote, id: named(claimed) } };
        });
        const text = (identities: readonly Identity[] | 'any') =>
          identities === 'any' ? identities : identities.map(identityText).join();
        expect(found.map(({ psk, connections: names, identities }) => [psk, names, text(identities)])).toEqual(
          slowly(psks, seen),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('with more keys and connections', () => {
  const US = '@us.example';
  const there = (i: number): string => `198.18.${i >> 8}.${i & 255}`;
  const ways: readonly (readonly [string, (i: number) => readonly string[], (i: number) => object])[] = [
    ['both sides named', (i) => [US, `@p${i}`], (i) => ({ address: '%any', id: `@p${i}` })],
    ['one side named', (i) => [`@p${i}`], (i) => ({ address: '%any', id: `@p${i}` })],
    ['one side named and %any', (i) => ['%any', `@p${i}`], (i) => ({ address: '%any', id: `@p${i}` })],
    ['addresses', (i) => ['192.0.2.1', there(i)], (i) => ({ address: there(i) })],
    ['names of hosts', (i) => [`p${i}.example`], (i) => ({ address: `p${i}.example` })],
  ];
  const many = (count: number, peers: (i: number) => readonly string[], remote: (i: number) => object) =>
    parseConfig({
      gateway: { name: 'hub', limits: { tunnels: count } },
      credentials: {
        psks: Array.from({ length: count }, (_, i) => ({ peers: peers(i), secret: `secret number ${i}` })),
      },
      connections: Array.from({ length: count }, (_, i) =>
        connection({
          name: `c${i}`,
          startup: 'wait',
          local: { address: '192.0.2.1', id: US },
          remote: remote(i),
          tunnels: [{ name: 'lan', local: '192.168.0.0/24', remote: `10.${i >> 8}.${i & 255}.0/24` }],
        }),
      ),
    });

  it.each(ways)('each connection still looks at its own: %s', (_, peers, remote) => {
    const looks = (count: number): number => {
      const { connections: all, credentials } = many(count, peers, remote);
      return all.reduce((sum, one) => sum + keysThatMayFit(credentials.psks, one).length, 0);
    };
    expect([looks(100), looks(400)]).toEqual([100, 400]);
  });
  it('a peer that is the same for all is told apart by our own names', () => {
    const psks = Array.from({ length: 300 }, (_, i) => ({
      peers: [named(`@s${i}`), named('@hub')],
      secret: new Secret(utf8Bytes(`secret ${i}`)),
    }));
    const spoke = (i: number): ConnectionConfig => ({
      ...pattern,
      local: { ...pattern.local, id: named(`@s${i}`) },
      remote: { ...pattern.remote, id: named('@hub') },
    });
    expect([0, 7, 299].map((i) => keysThatMayFit(psks, spoke(i)))).toEqual([[0], [7], [299]]);
  });
});
