import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { NegotiatedSa } from '../../src/ike/effects.ts';
import { EspAgreement } from '../../src/sim/esp-agreement.ts';

const gateways = {
  a: { address: requireIpAddress('192.0.2.1'), port: 500 },
  b: { address: requireIpAddress('198.51.100.2'), port: 500 },
};
const networks = { a: parseSelector('10.1.0.0/24'), b: parseSelector('10.2.0.0/24') };

/** One direction as it stands at one end; the octet is the key. */
function sa(
  at: 'a' | 'b',
  direction: NegotiatedSa['direction'],
  key: number,
  changes: Partial<NegotiatedSa> = {},
): NegotiatedSa {
  const other = at === 'a' ? 'b' : 'a';
  return {
    ...{ spi: 1000 + key, direction, pair: 1, connection: 'link', tunnel: 'net', suite: { cipher: 'aes128gcm16' } },
    keys: { encryption: new Uint8Array(20).fill(key), integrity: new Uint8Array() },
    ...{ mode: 'tunnel', encapsulation: 'none', local: gateways[at], remote: gateways[other] },
    ...{ localSelector: networks[at], remoteSelector: networks[other], lifetime: { duration: seconds(3600) } },
    ...changes,
  };
}

/** What is said of each installation in turn. */
function said(...steps: readonly (readonly [host: string, sa: NegotiatedSa])[]): (string | undefined)[] {
  const agreement = new EspAgreement();
  return steps.map(([host, installed]) => agreement.installing(host, installed));
}

describe('what hosts install', () => {
  it('agrees where each direction is installed inbound and then outbound with one key and SPI', () => {
    const quickMode = [
      ['b', sa('b', 'inbound', 1)],
      ['a', sa('a', 'inbound', 2)],
      ['a', sa('a', 'outbound', 1)],
      ['b', sa('b', 'outbound', 2)],
    ] as const;
    expect(said(...quickMode)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each<[string, Partial<NegotiatedSa>]>([
    ['SPI', { spi: 7 }],
    ['suite', { suite: { cipher: 'aes256gcm16' } }],
    ['mode', { mode: 'transport' }],
    ['encapsulation', { encapsulation: 'udp' }],
    ['selectors', { localSelector: networks.b }],
  ])('does not where it differs in %s', (what, changes) => {
    expect(said(['b', sa('b', 'inbound', 1)], ['a', sa('a', 'outbound', 1, changes)])[1]).toMatch(
      `differs in ${what} from the inbound SA at b`,
    );
  });

  it('does not where a key is used again, is nobody’s, or is one’s own', () => {
    expect(said(['b', sa('b', 'inbound', 1)], ['a', sa('a', 'inbound', 1)])[1]).toMatch('was used before');
    expect(said(['a', sa('a', 'outbound', 1)])[0]).toMatch('a key that no inbound SA has');
    expect(said(['b', sa('b', 'inbound', 1)], ['b', sa('b', 'outbound', 1)])[1]).toMatch('leads to its own host');
    const twice = said(['b', sa('b', 'inbound', 1)], ['a', sa('a', 'outbound', 1)], ['a', sa('a', 'outbound', 1)]);
    expect(twice[2]).toMatch('a key that was used before');
  });

  it('does not where the two directions of a pair lead to two pairs of the peer', () => {
    const crossed = said(
      ['b', sa('b', 'inbound', 1)],
      ['a', sa('a', 'inbound', 2)],
      ['a', sa('a', 'inbound', 3, { pair: 2 })],
      ['a', sa('a', 'outbound', 1)],
      ['b', sa('b', 'outbound', 3)],
    );
    expect(crossed.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(crossed[4]).toMatch('does not come back from a');
  });
});
