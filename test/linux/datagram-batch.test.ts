import { afterEach, describe, expect, it } from 'vitest';

import { requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import { destination, ReceiveBatch, SendBatch } from '../../src/linux/datagram-batch.ts';
import { clearWake, openEventfd, wake } from '../../src/linux/eventfd.ts';
import { closeFd } from '../../src/linux/libc.ts';
import { nativeMemory } from '../../src/linux/native.ts';
import { Poller } from '../../src/linux/poll.ts';
import { tellTrafficClass } from '../../src/linux/traffic-class.ts';
import { boundEndpoint, openUdpSocket } from '../../src/linux/udp-socket.ts';

let open: number[] = [];

afterEach(() => {
  for (const fd of open) closeFd(fd);
  open = [];
});

function udp(address: string): number {
  const fd = openUdpSocket({ address: requireIpAddress(address), port: 0 });
  open.push(fd);
  return fd;
}

describe.each([
  ['ipv4', '127.0.0.1'],
  ['ipv6', '::1'],
] as const)('batches of datagrams over %s', (family, address) => {
  it('arrive whole, in order, with their traffic class, however many batches they take', () => {
    const [from, to] = [udp(address), udp(address)];
    tellTrafficClass(to, family);
    const memory = nativeMemory(64);
    memory.bytes.set(Array.from({ length: 64 }, (_, i) => i));
    const sending = new SendBatch(4);
    const peer = destination(boundEndpoint(to));
    const lost: string[] = [];
    for (let i = 0; i < 6; i++) {
      if (sending.full) sending.flush(from, (errno) => lost.push(errno));
      sending.add(memory.address + i, i + 1, peer, i % 2 === 0 ? 0 : 0xb8 + (i % 4));
    }
    sending.flush(from, (errno) => lost.push(errno));
    const receiving = new ReceiveBatch(4, 32);
    const arrived: string[] = [];
    for (let count = receiving.receive(to); count > 0; count = receiving.receive(to)) {
      for (let slot = 0; slot < count; slot++) {
        const at = receiving.offset(slot);
        const octets = receiving.memory.bytes.subarray(at, at + receiving.length(slot));
        arrived.push(`${toHex(octets)} ${receiving.trafficClass(slot).toString(16)}`);
      }
    }
    expect(arrived).toEqual(['00 0', '0102 b9', '020304 0', '03040506 bb', '0405060708 0', '05060708090a b9']);
    expect(lost).toEqual([]);
  });
  it('go on behind one that cannot be sent, and say why', () => {
    const [from, to] = [udp(address), udp(address)];
    const memory = nativeMemory(70_000);
    const sending = new SendBatch(4);
    const peer = destination(boundEndpoint(to));
    for (const length of [1, 66_000, 3]) sending.add(memory.address, length, peer, 0);
    const lost: string[] = [];
    sending.flush(from, (errno) => lost.push(errno));
    expect(lost).toEqual(['EMSGSIZE']);
    const receiving = new ReceiveBatch(4, 32);
    expect([receiving.receive(to), receiving.length(0), receiving.length(1)]).toEqual([2, 1, 3]);
  });
});

describe('ReceiveBatch', () => {
  it('says that nothing waits, and that there is no socket', () => {
    const receiving = new ReceiveBatch(4, 32);
    expect([receiving.receive(udp('127.0.0.1')), receiving.receive(-1)]).toEqual([0, -1]);
  });
});

describe('Poller', () => {
  it('waits no longer than it is told and says which descriptor is ready', () => {
    const [quiet, woken] = [openEventfd(), openEventfd()];
    open.push(quiet, woken);
    const poller = new Poller();
    poller.watch([quiet, woken]);
    expect(poller.wait(1)).toBe(0);
    wake(woken);
    wake(woken);
    expect([poller.wait(1000), poller.readiness(0), poller.readiness(1)]).toEqual([1, 'quiet', 'readable']);
    clearWake(woken);
    expect(poller.wait(0)).toBe(0);
  });
  it('says that a descriptor is closed', () => {
    const fd = openEventfd();
    closeFd(fd);
    const poller = new Poller();
    poller.watch([fd]);
    expect([poller.wait(1000), poller.readiness(0)]).toEqual([1, 'broken']);
  });
});
