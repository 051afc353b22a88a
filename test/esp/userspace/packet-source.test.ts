import { describe, expect, it } from 'vitest';
import { requireIpAddress, type UdpEndpoint } from '../../../src/base/address.ts';
import { instant } from '../../../src/base/instant.ts';
import { addressKey, endpointKey } from '../../../src/esp/userspace/packet-source.ts';
import { SOCKADDR_BYTES, writeSockaddr } from '../../../src/linux/socket-address.ts';
import { echo, enginePair, memoryOf } from './engine-pair.ts';

const at = (address: string, port: number): UdpEndpoint => ({ address: requireIpAddress(address), port });

describe('the key of an endpoint', () => {
  it.each([
    ['192.0.2.1', 4500, '192.0.2.1', 4501],
    ['192.0.2.1', 4500, '192.0.3.1', 4500],
    ['255.255.255.255', 65_535, '255.255.255.254', 65_535],
    ['2001:db8::1', 4500, '2001:db8::2', 4500],
    ['2001:db8::1', 4500, '2001:db9::1', 4500],
  ])('tells %s %i from %s %i', (address, port, other, otherPort) => {
    expect(endpointKey(at(address, port))).not.toBe(endpointKey(at(other, otherPort)));
  });

  it.each([
    ['192.0.2.1', 4, 4],
    ['2001:db8::1', 8, 16],
  ])('is the same from a socket address: %s', (address, from, length) => {
    const view = new DataView(new ArrayBuffer(SOCKADDR_BYTES));
    writeSockaddr(view, 0, at(address, 4500));
    expect(addressKey(view, from, length) * 0x1_0000 + view.getUint16(2)).toBe(endpointKey(at(address, 4500)));
  });
});

describe('an ESP packet in UDP from elsewhere', () => {
  const arrive = ({ receiver }: ReturnType<typeof enginePair>, packet: Uint8Array, from: UdpEndpoint): unknown =>
    receiver.engine.inbound(memoryOf(packet), 0, packet.length, 0, { key: endpointKey(from), endpoint: () => from });
  const moves = ({ receiver }: ReturnType<typeof enginePair>): unknown[] =>
    receiver.events.filter(({ type }) => type === 'moved');

  it('is told once a second, when it is authentic and no replay (RFC 3947 §7)', () => {
    const pair = enginePair({ encapsulation: 'udp' });
    const { sender, receiver, sa } = pair;
    const elsewhere = at('203.0.113.66', 20_001);
    const first = sender.seal(echo());
    arrive(pair, first, sa.local);
    arrive(pair, first, elsewhere);
    const broken = sender.seal(echo());
    arrive(pair, broken.with(-1, (broken.at(-1) ?? 0) ^ 1), elsewhere);
    expect(moves(pair)).toEqual([]);
    for (let i = 0; i < 3; i++) arrive(pair, sender.seal(echo()), elsewhere);
    expect(moves(pair)).toEqual([{ type: 'moved', pair: sa.pair, spi: sa.spi, remote: elsewhere }]);
    receiver.engine.tick(instant(1000));
    arrive(pair, sender.seal(echo()), elsewhere);
    expect(moves(pair)).toHaveLength(2);
    receiver.engine.move(sa.pair, { local: sa.remote, remote: elsewhere });
    receiver.engine.tick(instant(5000));
    arrive(pair, sender.seal(echo()), elsewhere);
    expect(moves(pair)).toHaveLength(2);
  });

  it('is nothing to tell where ESP is not in UDP', () => {
    const pair = enginePair({ encapsulation: 'none' });
    arrive(pair, pair.sender.seal(echo()), at('203.0.113.66', 20_001));
    expect(moves(pair)).toEqual([]);
  });
});
