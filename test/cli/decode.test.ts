import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { datagramLines } from '../../src/cli/decode.ts';
import { main } from '../../src/cli/main.ts';
import { inProject } from '../project.ts';
import { FakeTerminal } from './fake-terminal.ts';

const datagram = (port: number, hex: string) => ({
  frame: 7,
  time: 1_790_000_000_000,
  source: { address: requireIpAddress('192.0.2.1'), port },
  destination: { address: requireIpAddress('2001:db8::1'), port },
  payload: fromHex(hex),
  complete: true,
});

describe('a datagram', () => {
  test.each([
    [4500, '00000100 00000007 aabbccdd', 'ESP SPI 00000100 sequence 7 12 octets'],
    [4500, 'ff', 'NAT keepalive'],
    [4500, '0000', 'neither IKE nor ESP, 2 octets'],
    [500, 'ff', 'NAT keepalive'],
    [500, '', 'neither IKE nor ESP, 0 octets'],
  ])('on port %i of octets %j reads %j', (port, hex, expected) => {
    expect(datagramLines(datagram(port, hex), 4500)).toEqual([
      `#7 2026-09-21T14:13:20.000Z 192.0.2.1:${port} -> [2001:db8::1]:${port} ${expected}`,
    ]);
  });

  test('that is no message is told with the reason, and so is one that was cut', () => {
    const [head, cut] = datagramLines({ ...datagram(500, '0102'), complete: false }, 4500);
    expect(head).toMatch(/ no IKEv1 message: PAYLOAD_MALFORMED: /);
    expect(cut).toBe('  the capture or a fragment cut its end off');
  });
});

test('a capture of another implementation is printed message by message', async () => {
  const terminal = new FakeTerminal();
  const file = inProject('vectors/isakmp/tcpdump/isakmp4500.pcap');
  expect(await main(['decode', file], terminal)).toBe(0);
  expect(terminal.errors).toEqual([]);
  const heads = terminal.output.filter((line) => line.startsWith('#'));
  // Of these, the captures' own test knows 4 messages in clear and 11 that are encrypted.
  expect(terminal.output.filter((line) => line.startsWith('  encrypted, '))).toHaveLength(11);
  expect(heads.filter((line) => line.includes(' ESP SPI ')).length).toBeGreaterThan(0);
  expect(heads.filter((line) => line.includes('no IKEv1 message'))).toEqual([]);
});

test('other ports are looked at when they are named', async () => {
  const terminal = new FakeTerminal();
  const file = inProject('vectors/isakmp/tcpdump/isakmp4500.pcap');
  expect(await main(['decode', file, '--ike-port', '1', '--natt-port', '2'], terminal)).toBe(0);
  expect(terminal.output).toEqual([]);
  expect(terminal.errors).toEqual([`${file}: nothing from or to UDP port 1 or 2`]);
});
