import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { captured, type CapturedDatagram, capturedPackets, udpOf } from '../../src/capture/udp.ts';
import { readVector } from '../ike/wire/recorded.ts';
import { numbers, pcapFile } from './capture-files.ts';

const { u16 } = numbers(false);
const IKE = fromHex('a1a2a3a4');

const udp = (
  payload: Uint8Array,
  ports: readonly [number, number] = [500, 500],
  length = payload.length + 8,
): Uint8Array => concat(u16(ports[0]), u16(ports[1]), u16(length), u16(0), payload);

/** From 192.0.2.1 to 192.0.2.2; `options` are octets behind the fixed header. */
const ipv4 = (payload: Uint8Array, { offset = 0, protocol = 17, options = '', total = -1 } = {}): Uint8Array => {
  const header = 20 + options.length / 2;
  return concat(
    Uint8Array.of(0x40 | (header / 4), 0),
    u16(total < 0 ? header + payload.length : total),
    u16(1),
    u16(offset),
    Uint8Array.of(64, protocol, 0, 0),
    fromHex('c0000201 c0000202'),
    fromHex(options),
    payload,
  );
};

/** From 2001:db8::1 to 2001:db8::2. */
const ipv6 = (next: number, payload: Uint8Array): Uint8Array =>
  concat(
    fromHex('60000000'),
    u16(payload.length),
    Uint8Array.of(next, 64),
    fromHex(`20010db8${'00'.repeat(11)}01 20010db8${'00'.repeat(11)}02`),
    payload,
  );

const MACS = '020000000001 020000000002';
const frame = (linkType: number, ...parts: readonly Uint8Array[]) => ({ linkType, bytes: concat(...parts) });
/** The datagram in the only frame of a file. */
const found = ({ linkType, bytes }: ReturnType<typeof frame>): CapturedDatagram | undefined =>
  capturedPackets(pcapFile({ linkType }, bytes)).packets.map(udpOf)[0];
const V4 = {
  frame: 1,
  time: 1250,
  source: { address: '192.0.2.1', port: 500 },
  destination: { address: '192.0.2.2', port: 500 },
  payload: IKE,
  complete: true,
};
const V6 = { ...V4, source: { address: '2001:db8::1', port: 500 }, destination: { address: '2001:db8::2', port: 500 } };

describe('a frame', () => {
  test.each([
    ['Ethernet', 1, `${MACS} 0800`],
    ['Ethernet with a VLAN tag', 1, `${MACS} 8100 0064 0800`],
    ['Ethernet with two VLAN tags', 1, `${MACS} 88a8 0064 8100 0065 0800`],
    ['Linux cooked', 113, '0000 0001 0006 0200000000010000 0800'],
    ['Linux cooked, version 2', 276, '0800 0000 00000003 0001 00 06 0200000000010000'],
    ['Ethernet with a PPPoE session', 1, `${MACS} 8864 11000001 0022 0021`],
    ['Linux cooked, version 2, with a VLAN tag', 276, '8100 0000 00000003 0001 00 06 0200000000010000 0064 0800'],
    ['raw', 101, ''],
    ['raw under its older number', 12, ''],
    ['IPv4 without a link layer', 228, ''],
    ['null', 0, '02000000'],
    ['loopback', 108, '00000002'],
  ])('finds an IPv4 datagram in %s', (_, linkType, header) => {
    expect(found(frame(linkType, fromHex(header), ipv4(udp(IKE))))).toEqual(V4);
  });

  test.each([
    ['Ethernet', 1, `${MACS} 86dd`],
    ['Linux cooked, version 2', 276, '86dd 0000 00000003 0001 00 06 0200000000010000'],
    ['raw', 101, ''],
    ['IPv6 without a link layer', 229, ''],
    ['null', 0, '1e000000'],
  ])('finds an IPv6 datagram in %s', (_, linkType, header) => {
    expect(found(frame(linkType, fromHex(header), ipv6(17, udp(IKE))))).toEqual(V6);
  });

  test('passes over IPv4 options, and over the padding of a short Ethernet frame', () => {
    const padded = concat(ipv4(udp(IKE), { options: '01010100' }), new Uint8Array(14));
    expect(found(frame(101, padded))).toEqual(V4);
  });

  test('passes over IPv6 extension headers, and over the header of a fragment that is all (RFC 6946 §3)', () => {
    const hopByHop = fromHex('2c00 010400000000');
    const atomic = fromHex('1100 0000 0000002a');
    expect(found(frame(101, ipv6(0, concat(hopByHop, atomic, udp(IKE)))))).toEqual(V6);
    expect(found(frame(101, ipv6(44, concat(fromHex('3c00 0000 0000002a 1100 010400000000'), udp(IKE)))))).toEqual(V6);
  });

  test('reads a packet without a total length, as segmentation offload leaves it', () => {
    expect(found(frame(101, ipv4(udp(IKE), { total: 0 })))).toEqual(V4);
  });

  test('says where the end is missing', () => {
    expect(found(frame(101, ipv4(udp(IKE, [500, 500], 100))))).toEqual({ ...V4, complete: false });
  });

  test.each([
    ['a later fragment of IPv4', frame(101, ipv4(udp(IKE), { offset: 5 }))],
    ['discovery of PPPoE', frame(1, fromHex(`${MACS} 8863 11090000 0022 0021`), ipv4(udp(IKE)))],
    ['IPv6 without the header of its fragment', frame(101, ipv6(44, fromHex('1100')))],
    ['another protocol', frame(101, ipv4(udp(IKE), { protocol: 6 }))],
    ['another EtherType', frame(1, fromHex(`${MACS} 0806`), ipv4(udp(IKE)))],
    [
      'another EtherType, cooked',
      frame(276, fromHex('0806 0000 00000003 0001 00 06 0200000000010000'), ipv4(udp(IKE))),
    ],
    ['another link type', frame(147, ipv4(udp(IKE)))],
    ['another IP version', frame(101, fromHex('50'), new Uint8Array(60))],
    ['an IP header of fewer than five words', frame(101, fromHex('44'), ipv4(udp(IKE)).subarray(1))],
    ['a UDP length below eight', frame(101, ipv4(udp(IKE, [500, 500], 7)))],
    ['nothing', frame(1)],
  ])('finds nothing in %s', (_, given) => {
    expect(found(given)).toBeUndefined();
  });

  test('never throws, wherever a packet is cut', () => {
    const packets = [ipv4(udp(IKE)), ipv6(0, concat(fromHex('1100 010400000000'), udp(IKE)))];
    fc.assert(
      fc.property(fc.constantFrom(...packets), fc.nat(70), fc.uint8Array({ maxLength: 4 }), (packet, cut, tail) => {
        const datagram = found(frame(101, packet.subarray(0, cut), tail));
        expect(datagram === undefined || datagram.payload.length <= packet.length).toBe(true);
      }),
      { seed: 2408, numRuns: 200 },
    );
  });
});

describe('captured', () => {
  const file = pcapFile({ linkType: 101 }, ipv4(udp(IKE)), ipv4(udp(IKE, [4500, 33_000])), ipv4(udp(IKE, [53, 53])));

  test('keeps the datagrams from or to ports 500 and 4500, with the numbers of their frames', () => {
    expect(captured(file).map((each) => [each.frame, each.time, each.source.port, each.destination.port])).toEqual([
      [1, 1250, 500, 500],
      [2, 2250, 4500, 33_000],
    ]);
  });

  test('puts fragments together, and gives the frame that made the datagram whole', () => {
    const packet = udp(new Uint8Array(40).fill(7));
    const [head, tail] = [packet.subarray(0, 24), packet.subarray(24)];
    const fragments = [ipv4(tail, { offset: 3 }), ipv4(udp(IKE), { protocol: 17 }), ipv4(head, { offset: 0x2000 })];
    const all = captured(pcapFile({ linkType: 101 }, ...fragments));
    expect(all.map(({ frame: number, payload, complete }) => [number, payload.length, complete])).toEqual([
      [2, 4, true],
      [3, 40, true],
    ]);
  });

  test('gives what there is of a datagram whose other fragments never came, in its place', () => {
    const fragments = [ipv4(udp(new Uint8Array(40)).subarray(0, 24), { offset: 0x2000 }), ipv4(udp(IKE))];
    const all = captured(pcapFile({ linkType: 101 }, ...fragments));
    expect(all.map(({ frame: number, payload, complete }) => [number, payload.length, complete])).toEqual([
      [1, 16, false],
      [2, 4, true],
    ]);
  });

  test('says which link layers and how many fragments it could not read', () => {
    const file = pcapFile({ linkType: 147 }, ipv4(udp(IKE)), ipv4(udp(IKE)));
    expect(capturedPackets(file)).toEqual({
      packets: [],
      unknownLinkTypes: new Map([[147, 2]]),
      refusedFragments: 0,
    });
    const odd = ipv4(new Uint8Array(9), { offset: 0x2001 });
    expect(capturedPackets(pcapFile({ linkType: 101 }, odd)).refusedFragments).toBe(1);
  });

  test('keeps those of other ports where told', () => {
    expect(captured(file, [53]).map((each) => each.frame)).toEqual([3]);
  });

  test('finds in a real capture what tshark finds, keepalives and ESP included', () => {
    const all = captured(readVector('isakmp/tcpdump/isakmp4500.pcap'));
    expect(all).toHaveLength(27);
    expect(all.filter(({ payload }) => payload.length === 1).map(({ frame: number }) => number)).toEqual([
      18, 23, 28, 34,
    ]);
    expect(all.every(({ complete }) => complete)).toBe(true);
  });
});
