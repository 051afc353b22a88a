import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../../src/base/selector.ts';
import type { TunnelPolicy } from '../../../src/ike/negotiate/policy.ts';
import { type SelectorRefusal, matchTunnel, selectorRefusalText } from '../../../src/ike/negotiate/tunnel-match.ts';
import { thrown, tunnel } from './samples.ts';

const between = (name: string, local: string, remote: string): TunnelPolicy =>
  tunnel({ name, local: parseSelector(local), remote: parseSelector(remote) });
const LAN = between('lan', '10.1.0.0/24', '10.2.0.0/24');
const DMZ = between('dmz', '10.1.9.0/24', '10.2.0.0/24');
/** As seen by the peer: its own side first. */
const match = (tunnels: readonly TunnelPolicy[], theirLocal: string, theirRemote: string): TunnelPolicy =>
  matchTunnel(tunnels, parseSelector(theirLocal), parseSelector(theirRemote));

function lines(tunnels: readonly TunnelPolicy[], theirLocal: string, theirRemote: string): string[] {
  const { code, details } = thrown(() => match(tunnels, theirLocal, theirRemote));
  expect(code).toBe('INVALID_ID_INFORMATION');
  return selectorRefusalText(details['refusal'] as SelectorRefusal);
}

describe('matchTunnel', () => {
  it('finds the tunnel whose remote networks are the peer’s local ones, and the other way round', () => {
    expect(match([DMZ, LAN], '10.2.0.0/24', '10.1.0.0/24')).toBe(LAN);
    expect(match([DMZ, LAN], '10.2.0.0/24', '10.1.9.0/24')).toBe(DMZ);
  });

  it('takes the same range in another form', () => {
    expect(match([LAN], '10.2.0.0-10.2.0.255', '10.1.0.0/24')).toBe(LAN);
  });

  it('does not narrow, and tells both pairs (RFC 2409 §5.5)', () => {
    expect(lines([DMZ, LAN], '10.2.0.0/24', '10.1.0.0/16')).toEqual([
      'peer asks for local 10.1.0.0/16, remote 10.2.0.0/24 (seen from here)',
      'nearest is tunnel dmz: local 10.1.0.0/16 asked, we have 10.1.9.0/24',
    ]);
    expect(lines([DMZ, LAN], '10.3.0.0/24', '10.1.0.0/24')).toEqual([
      'peer asks for local 10.1.0.0/24, remote 10.3.0.0/24 (seen from here)',
      'nearest is tunnel lan: remote 10.3.0.0/24 asked, we have 10.2.0.0/24',
    ]);
    expect(lines([LAN], '10.7.0.0/24', '10.8.0.0/24')[1]).toBe(
      'nearest is tunnel lan: local 10.8.0.0/24 asked, we have 10.1.0.0/24; remote 10.7.0.0/24 asked, we have 10.2.0.0/24',
    );
  });

  it('counts a protocol or a port as nearer than other addresses', () => {
    expect(lines([DMZ, LAN], '10.2.0.0/24[6/443]', '10.1.0.0/24')[1]).toBe(
      'nearest is tunnel lan: remote 10.2.0.0/24[6/443] asked, we have 10.2.0.0/24',
    );
  });

  it('sees that one side copied the other’s file', () => {
    expect(lines([DMZ, LAN], '10.1.0.0/24', '10.2.0.0/24')).toEqual([
      'peer asks for local 10.2.0.0/24, remote 10.1.0.0/24 (seen from here)',
      'tunnel lan has local and remote the other way round: local 10.1.0.0/24, remote 10.2.0.0/24',
    ]);
  });

  it('says so where there is no tunnel at all', () => {
    expect(lines([], '10.2.0.0/24', '10.1.0.0/24')[1]).toBe('no tunnel is configured for this peer');
  });

  it('does not take IPv4 and IPv6 for alike', () => {
    const six = between('six', '2001:db8:1::/64', '2001:db8:2::/64');
    expect(lines([LAN, six], '2001:db8:2::/64', '2001:db8:9::/64')[1]).toBe(
      'nearest is tunnel six: local 2001:db8:9::/64 asked, we have 2001:db8:1::/64',
    );
  });

  it('keeps the explanation as plain data', () => {
    expect(thrown(() => match([LAN], '10.2.0.0/24', '10.1.1.0/24'))).toEqual({
      code: 'INVALID_ID_INFORMATION',
      details: {
        why: 'nearest is tunnel lan: local 10.1.1.0/24 asked, we have 10.1.0.0/24',
        issues: [
          'peer asks for local 10.1.1.0/24, remote 10.2.0.0/24 (seen from here)',
          'nearest is tunnel lan: local 10.1.1.0/24 asked, we have 10.1.0.0/24',
        ],
        refusal: {
          asked: { local: '10.1.1.0/24', remote: '10.2.0.0/24' },
          nearest: { tunnel: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24' },
          mirrored: false,
        },
      },
    });
  });
});
