import dgram from 'node:dgram';
import { once } from 'node:events';

import { afterEach, describe, expect, it } from 'vitest';

import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { boundEndpoint, openUdpSocket } from '../../src/linux/udp-socket.ts';

const address = requireIpAddress('127.0.0.1');
let open: dgram.Socket[] = [];

afterEach(() => {
  for (const socket of open) socket.close();
  open = [];
});

/** A dgram socket on a descriptor of ours, with what it has received. */
function adopt(fd: number, type: dgram.SocketType = 'udp4'): { socket: dgram.Socket; received: string[] } {
  const socket = dgram.createSocket(type);
  const received: string[] = [];
  socket.on('message', (packet) => received.push(packet.toString('hex')));
  open.push(socket);
  // Listens at once, because there is no name to look up.
  socket.bind({ fd });
  return { socket, received };
}

describe('openUdpSocket', () => {
  it('gives a descriptor that dgram takes', async () => {
    const fd = openUdpSocket({ address, port: 0 });
    const { port } = boundEndpoint(fd);
    const { socket, received } = adopt(fd);
    expect(socket.address()).toMatchObject({ address: '127.0.0.1', port });
    socket.send(fromHex('0102'), port, '127.0.0.1');
    await once(socket, 'message');
    expect(received).toEqual(['0102']);
  });
  it('works over IPv6', () => {
    const fd = openUdpSocket({ address: requireIpAddress('::1'), port: 0 });
    expect(boundEndpoint(fd).address).toBe('::1');
    const { socket } = adopt(fd, 'udp6');
    expect(socket.address()).toMatchObject({ address: '::1' });
  });
  it('says in words that the port is taken', () => {
    const fd = openUdpSocket({ address, port: 0 });
    adopt(fd);
    const { port } = boundEndpoint(fd);
    expect(() => openUdpSocket({ address, port })).toThrow(
      expect.objectContaining({
        code: 'BACKEND_FAILED',
        details: {
          what: `UDP socket on 127.0.0.1 port ${port}`,
          errno: 'EADDRINUSE',
          advice: 'another process has this port, most likely another IKE daemon: stop it, or configure other ports',
        },
      }),
    );
  });
  it('says in words that the address is not here', () => {
    expect(() => openUdpSocket({ address: requireIpAddress('192.0.2.77'), port: 0 })).toThrow(
      /EADDRNOTAVAIL.*on no interface/,
    );
  });
  it('gives IKE and keepalives to the first of two sockets on a port, ESP to the second (RFC 3948 §2.2)', async () => {
    const first = openUdpSocket({ address, port: 0, reusePort: true });
    const { port } = boundEndpoint(first);
    const ike = adopt(first);
    const alone = dgram.createSocket('udp4');
    open.push(alone);
    const send = (hex: string): void => alone.send(fromHex(hex), port, '127.0.0.1');
    send('00001001aa');
    await once(ike.socket, 'message');
    expect(ike.received).toEqual(['00001001aa']);
    const esp = adopt(openUdpSocket({ address, port, reusePort: true }));
    for (const hex of ['00000000bb', 'ff', '000000', '00000001cc', 'ffffffff']) send(hex);
    while (ike.received.length + esp.received.length < 6)
      await Promise.race([once(ike.socket, 'message'), once(esp.socket, 'message')]);
    expect(ike.received).toEqual(['00001001aa', '00000000bb', 'ff', '000000']);
    expect(esp.received).toEqual(['00000001cc', 'ffffffff']);
  });
  it('may ask the kernel to take ESP in UDP', () => {
    const { socket } = adopt(openUdpSocket({ address, port: 0, encap: true }));
    expect(socket.address().address).toBe('127.0.0.1');
  });
});
