import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { parseTunnelNetwork } from '../../src/config/addresses.ts';
import { hostRange } from '../../src/config/host-network.ts';

const [V4, V6] = [requireIpAddress('192.0.2.1'), requireIpAddress('2001:db8::1')];

describe('host, in a tunnel of transport mode', () => {
  it('may be for one protocol and port', () => {
    const reading = parseTunnelNetwork('host[17/1701]');
    expect(reading.ok && reading.value).toMatchObject({ host: true, selector: { protocol: 17, port: 1701 } });
    expect(parseTunnelNetwork('host').ok).toBe(true);
  });

  it.each(['hosts', 'host[99]', 'host[1/22]', 'host/24'])('is not written %s', (text) => {
    expect(parseTunnelNetwork(text).ok).toBe(false);
  });

  it('is the address of that side, where it is known', () => {
    expect(hostRange({ local: V4, remote: 'any' }, 'local')).toEqual({ first: V4, last: V4 });
    expect(hostRange({ local: 'auto', remote: V6 }, 'remote')).toEqual({ first: V6, last: V6 });
  });

  it('is any address of the IP version of the other side, where it is not known', () => {
    expect(hostRange({ local: V4, remote: 'any' }, 'remote')).toEqual({ first: '0.0.0.0', last: '255.255.255.255' });
    expect(hostRange({ local: 'auto', remote: V6 }, 'local')).toMatchObject({ first: '::' });
    expect(hostRange({ local: 'auto', remote: { host: 'vpn.example' } }, 'local')).toMatchObject({ first: '0.0.0.0' });
  });
});
