import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { readCapture } from '../../src/capture/capture-file.ts';
import { capturedPackets, udpOf } from '../../src/capture/udp.ts';
import { type PacketToWrite, writeCapture } from '../../src/capture/write-capture.ts';
import { refused } from '../ike/wire/refused.ts';

/** From port 500 of the first address to port 4500 of the second. */
const packet = (from: string, to: string, given: Partial<PacketToWrite> = {}): PacketToWrite => ({
  time: 1_790_000_000_000.25,
  protocol: 'udp',
  source: { address: requireIpAddress(from), port: 500 },
  destination: { address: requireIpAddress(to), port: 4500 },
  bytes: fromHex('a1a2a3'),
  ...given,
});
const V4 = packet('192.0.2.1', '192.0.2.2');
const V6 = packet('2001:db8::1', '2001:db8::2');

const octets = (given: PacketToWrite): string =>
  toHex(readCapture(writeCapture([given]))[0]?.bytes ?? new Uint8Array());

describe('writeCapture', () => {
  // Checksums as Wireshark 4.0.17 computes them for these packets.
  test('writes IPv4 and UDP with their checksums', () => {
    expect(octets(V4)).toBe(
      '4500001f000000004011f6ca c0000201 c0000202 01f4 1194 000b 23a9 a1a2a3'.replaceAll(' ', ''),
    );
  });

  test('writes IPv6', () => {
    expect(octets(V6)).toBe(
      `60000000000b1140 20010db8${'00'.repeat(11)}01 20010db8${'00'.repeat(11)}02 01f4 1194 000b 4c38 a1a2a3`.replaceAll(
        ' ',
        '',
      ),
    );
  });

  test('writes what captured reads back, to the microsecond', () => {
    const esp = { ...V4, protocol: 'esp', time: 0.001 } as const;
    const { packets } = capturedPackets(writeCapture([V4, V6, esp]));
    expect(packets.slice(0, 2).map(udpOf)).toEqual(
      [V4, V6].map(({ time, source, destination, bytes: payload }, i) => ({
        ...{ frame: i + 1, time, source, destination, payload },
        complete: true,
      })),
    );
    expect(packets[2]).toMatchObject({ frame: 3, time: 0.001, protocol: 50, payload: V4.bytes, complete: true });
  });

  test('writes a checksum of UDP that is zero as its complement (RFC 768)', () => {
    expect(octets({ ...V4, bytes: fromHex('684e') }).slice(52, 56)).toBe('ffff');
  });

  test.each([
    ['of two IP versions', { ...V4, destination: V6.destination }],
    ['longer than IP carries', { ...V4, bytes: new Uint8Array(65_508) }],
  ])('refuses a packet %s', (_, given) => {
    expect(refused(() => writeCapture([given])).code).toBe('INVALID_ARGUMENT');
  });
});
