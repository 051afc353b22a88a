import { describe, expect, it } from 'vitest';
import { requireIpAddress, type UdpEndpoint } from '../../src/base/address.ts';
import { sourceAddressFor, UdpSockets } from '../../src/gateway/udp.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { addresses, ports } from './pair.ts';

const endpoint = (address: string, port: number): UdpEndpoint => ({ address: requireIpAddress(address), port });

interface Opened {
  readonly sockets: UdpSockets;
  readonly received: Datagram[];
  readonly failures: string[];
  readonly arrival: (count: number) => Promise<void>;
}

function opened(): Opened {
  const received: Datagram[] = [];
  const failures: string[] = [];
  let arrived = (): void => undefined;
  const sockets = new UdpSockets({
    receive: (datagram) => {
      received.push(datagram);
      arrived();
    },
    failed: (error) => failures.push(error.message),
  });
  const arrival = (count: number): Promise<void> =>
    new Promise((resolve) => {
      arrived = () => (received.length >= count ? resolve() : undefined);
      arrived();
    });
  return { sockets, received, failures, arrival };
}

describe('UdpSockets', () => {
  it('show a datagram with the address and port that it came to, and answer from there', async () => {
    const { plant, hq } = addresses();
    const [here, there] = [opened(), opened()];
    const [a, b] = [endpoint(plant.address, ports.ike), endpoint(hq.address, ports.natt)];
    await here.sockets.open(a);
    await there.sockets.open(endpoint(hq.address, ports.ike));
    await there.sockets.open(b);
    here.sockets.send({ local: a, remote: b, bytes: Uint8Array.of(1, 2, 3) });
    await there.arrival(1);
    there.sockets.send({ local: b, remote: a, bytes: Uint8Array.of(4) });
    await here.arrival(1);
    expect(there.received.map(({ bytes, ...ends }) => ({ ...ends, bytes: [...bytes] }))).toEqual([
      { local: b, remote: a, bytes: [1, 2, 3] },
    ]);
    expect(here.received.map(({ bytes, ...ends }) => ({ ...ends, bytes: [...bytes] }))).toEqual([
      { local: a, remote: b, bytes: [4] },
    ]);
    await here.sockets.close();
    await there.sockets.close();
    expect([here.failures, there.failures]).toEqual([[], []]);
  });
  it('close only when all that was given to send has left', async () => {
    const { plant, hq } = addresses();
    const [here, there] = [opened(), opened()];
    const [a, b] = [endpoint(plant.address, ports.ike), endpoint(hq.address, ports.ike)];
    await here.sockets.open(a);
    await there.sockets.open(b);
    for (let i = 0; i < 50; i++) here.sockets.send({ local: a, remote: b, bytes: Uint8Array.of(i) });
    await here.sockets.close();
    await there.arrival(50);
    expect(there.received.map(({ bytes }) => bytes[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
    await there.sockets.close();
  });
  it.each([
    ['an address that is not of this host', '192.0.2.1', ports.ike, 'EADDRNOTAVAIL', 'correct gateway.listen'],
    ['a port that is taken', undefined, ports.ike, 'EADDRINUSE', 'stop it or set gateway.ports'],
  ])('refuse %s with the reason and what to do', async (_, address, port, reason, advice) => {
    const { plant } = addresses();
    const { sockets } = opened();
    const at = endpoint(address ?? plant.address, port);
    if (address === undefined) await sockets.open(at);
    const other = opened();
    await expect(other.sockets.open(at)).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      details: {
        what: 'UDP socket',
        address: at.address,
        port,
        reason,
        advice: expect.stringContaining(advice) as string,
      },
    });
    await other.sockets.close();
    await sockets.close();
  });
  it('report what cannot be sent, and then close all the same', async () => {
    const { plant, hq } = addresses();
    const { sockets, failures } = opened();
    const a = endpoint(plant.address, ports.ike);
    await sockets.open(a);
    sockets.send({ local: endpoint(hq.address, 1), remote: a, bytes: Uint8Array.of(1) });
    sockets.send({ local: a, remote: endpoint(hq.address, 0), bytes: Uint8Array.of(1) });
    sockets.send({ local: a, remote: endpoint(hq.address, ports.ike), bytes: new Uint8Array(70_000) });
    await sockets.close();
    expect(failures).toEqual([
      'no socket has this address',
      `${hq.address} has no port to send to`,
      expect.stringContaining('EMSGSIZE'),
    ]);
  });
});

describe('sourceAddressFor', () => {
  it('is the address from which this host sends to another', async () => {
    expect(await sourceAddressFor(requireIpAddress('127.0.0.1'))).toBe('127.0.0.1');
  });
});
