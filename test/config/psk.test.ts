import { describe, expect, test } from 'vitest';
import { utf8Text } from '../../src/base/bytes.ts';
import { identityText, parseIdentity, rangeIdentity } from '../../src/base/identity.ts';
import { parseSelector } from '../../src/base/selector.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { findPreSharedKeys } from '../../src/config/psk.ts';
import { connection } from './sample.ts';

interface Found {
  readonly psk: string;
  readonly connections: readonly string[];
  readonly identities: readonly string[] | 'any';
}

/** Keys named by their own text. */
function find(
  psks: readonly (readonly string[])[],
  connections: readonly Record<string, unknown>[],
  asked?: readonly string[],
  claimed?: string,
): Found[] {
  const named = connections.map((changes, i) =>
    connection({
      startup: 'wait',
      tunnels: [{ name: 't', local: '10.1.0.0/24', remote: `10.2.${i}.0/24` }],
      ...changes,
    }),
  );
  const credentials = { psks: psks.map((peers) => ({ peers, secret: peers.join('+') })) };
  const { config } = checkConfig({ credentials, connections: named });
  if (config === undefined) throw new Error('not a good configuration');
  const names = asked ?? config.connections.map(({ name }) => name);
  const identity = claimed === undefined ? undefined : parseIdentity(claimed);
  return findPreSharedKeys(config, names, identity).map(({ psk, connections: served, identities }) => ({
    psk: utf8Text(psk.reveal()),
    connections: served,
    identities: identities === 'any' ? 'any' : identities.map(identityText),
  }));
}

const hq = { name: 'hq', remote: { address: '198.51.100.1', id: '@hq' } };
const anybody = { name: 'anybody', remote: { address: '%any' } };

describe('a key with one peer', () => {
  test.each([['@hq'], ['@HQ'], ['198.51.100.1'], ['%any']])('%j serves the remote side', (peer) => {
    expect(find([[peer]], [hq])).toEqual([{ psk: peer, connections: ['hq'], identities: 'any' }]);
  });

  test('does not serve where it names only our own side', () => {
    expect(find([['@plant-7'], ['%any']], [hq])).toEqual([{ psk: '%any', connections: ['hq'], identities: 'any' }]);
  });

  test('may be given by host name', () => {
    const remote = { address: 'VPN.example.org', id: '@hq' };
    expect(find([['vpn.example.org']], [{ name: 'hq', remote }])).toEqual([
      { psk: 'vpn.example.org', connections: ['hq'], identities: 'any' },
    ]);
  });
});

describe('a key with more peers', () => {
  test('serves where both sides are among them', () => {
    const all = [
      ['@plant-7', '@hq'],
      ['@hq', '192.0.2.1'],
      ['@else', '@hq'],
      ['@plant-7', '@else'],
      ['@a', '@hq', '@plant-7'],
    ];
    expect(find(all, [hq]).map(({ psk }) => psk)).toEqual(['@plant-7+@hq', '@a+@hq+@plant-7', '@hq+192.0.2.1']);
  });

  test('does not take one entry for both sides', () => {
    expect(
      find(
        [
          ['@hq', '@plant-7'],
          ['%any', '@hq'],
        ],
        [{ name: 'x', local: { id: '@hq' }, remote: { address: '%any', id: '@hq' } }],
      ),
    ).toEqual([{ psk: '%any+@hq', connections: ['x'], identities: 'any' }]);
  });
});

describe('the order', () => {
  test('is identity, address, any; and the remote side before the local one', () => {
    const psks = [
      ['%any'],
      ['%any', '%any'],
      ['198.51.100.1', '%any'],
      ['@hq', '%any'],
      ['@hq', '192.0.2.1'],
      ['@hq', '@plant-7'],
    ];
    expect(find(psks, [hq]).map(({ psk }) => psk)).toEqual([
      '@hq+@plant-7',
      '@hq+192.0.2.1',
      '@hq+%any',
      '198.51.100.1+%any',
      '%any',
      '%any+%any',
    ]);
  });
});

describe('a range of addresses', () => {
  const branch = { name: 'branch', remote: { address: '198.51.100.7' } };
  const branches = { name: 'branches', remote: { address: '198.51.100.0/24' } };
  const named = { name: 'named', remote: { address: '198.51.100.0/28', id: '%any' } };

  test('is whose key it is that is at one of them, closer than anybody and less close than the address', () => {
    const psks = [['%any'], ['198.51.100.0/24'], ['198.51.100.7'], ['203.0.113.0/24'], ['198.51.100.1-198.51.100.9']];
    expect(find(psks, [branch]).map(({ psk }) => psk)).toEqual([
      '198.51.100.7',
      '198.51.100.0/24',
      '198.51.100.1-198.51.100.9',
      '%any',
    ]);
  });

  test('of a connection gets the key of the same or a wider one, for whoever of it comes', () => {
    const psks = [['198.51.0.0/16'], ['198.51.100.0/24'], ['@hq']];
    expect(find(psks, [branches])).toEqual([
      { psk: '198.51.100.0/24', connections: ['branches'], identities: 'any' },
      { psk: '198.51.0.0/16', connections: ['branches'], identities: 'any' },
    ]);
  });

  test('of a connection gets the keys of some of it too, for those alone', () => {
    expect(find([['198.51.100.7'], ['198.51.100.8/29']], [branches])).toEqual([
      { psk: '198.51.100.7', connections: ['branches'], identities: ['198.51.100.7'] },
      { psk: '198.51.100.8/29', connections: ['branches'], identities: ['198.51.100.8/29'] },
    ]);
    expect(find([['@a'], ['198.51.0.0/16']], [named])).toEqual([
      { psk: '198.51.0.0/16', connections: ['named'], identities: 'any' },
      { psk: '@a', connections: ['named'], identities: ['@a'] },
    ]);
  });

  test('is not what a peer can say to be, as in Aggressive Mode', () => {
    const psks = [['198.51.100.7'], ['198.51.0.0/16']];
    expect(find(psks, [anybody], undefined, '198.51.100.7').map(({ psk }) => psk)).toEqual(psks.flat());
    const claimed = rangeIdentity(parseSelector('198.51.0.0/16'));
    const { config } = checkConfig({
      credentials: { psks: psks.map((peers) => ({ peers, secret: peers.join() })) },
      connections: [connection({ startup: 'wait', ...anybody })],
    });
    const found = findPreSharedKeys(config ?? expect.unreachable(), ['anybody'], claimed);
    // Neither is for a range: whoever comes has to be an address.
    expect(found.map(({ identities }) => identities === 'any')).toEqual([false, false]);
  });
});

describe('a connection to anybody', () => {
  test('gets every key that its own side may use, each with the identities that it is good for', () => {
    expect(find([['@plant-7', '@a'], ['@plant-7', '@b', '@c'], ['@else', '@d'], ['@e'], ['%any']], [anybody])).toEqual([
      { psk: '@plant-7+@a', connections: ['anybody'], identities: ['@a'] },
      { psk: '@plant-7+@b+@c', connections: ['anybody'], identities: ['@b', '@c'] },
      { psk: '@e', connections: ['anybody'], identities: ['@e'] },
      { psk: '%any', connections: ['anybody'], identities: 'any' },
    ]);
  });

  test('is told apart from one to somebody that has the same key', () => {
    const road = { name: 'road', remote: { address: '%any', id: '@a' } };
    expect(find([['@plant-7', '@a']], [anybody, road])).toEqual([
      { psk: '@plant-7+@a', connections: ['road'], identities: 'any' },
      { psk: '@plant-7+@a', connections: ['anybody'], identities: ['@a'] },
    ]);
  });
});

describe('somebody with an identity, as in Aggressive Mode (RFC 2409 §5.4)', () => {
  const psks = [['%any'], ['@plant-7', '@a'], ['@plant-7', '@b', '@c'], ['@e']];

  test('gets the keys that are for it, the closest first, and not those of others', () => {
    const forIt = (claimed: string): string[] => find(psks, [anybody], undefined, claimed).map(({ psk }) => psk);
    expect(forIt('@b')).toEqual(['@plant-7+@b+@c', '%any']);
    expect(forIt('@e')).toEqual(['@e', '%any']);
    expect(forIt('@nobody')).toEqual(['%any']);
  });

  test('changes nothing at a connection that names its peer', () => {
    expect(find([['@hq'], ['@a']], [hq], undefined, '@a').map(({ psk }) => psk)).toEqual(['@hq']);
  });
});

test('only the connections that were asked for are served', () => {
  const b = { name: 'b', remote: { address: '198.51.100.2', id: '@hq' } };
  expect(find([['@hq']], [hq, b])).toEqual([{ psk: '@hq', connections: ['hq', 'b'], identities: 'any' }]);
  expect(find([['@hq']], [hq, b], ['b'])).toEqual([{ psk: '@hq', connections: ['b'], identities: 'any' }]);
  expect(find([['@hq']], [hq, b], ['nobody'])).toEqual([]);
});
