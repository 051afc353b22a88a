import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { type PacketToWrite, writeCapture } from '../../src/capture/write-capture.ts';
import { captureTime } from '../../src/cli/decode/time.ts';
import { main } from '../../src/cli/main.ts';
import type { MessageJson } from '../../src/decode/message-json.ts';
import { COOKIE, handshakeCapture, KNOWN } from '../decode/rub-handshake.ts';
import { toHex } from '../../src/base/bytes.ts';
import { inProject } from '../project.ts';
import { FakeTerminal } from './fake-terminal.ts';

interface Given {
  readonly files?: Record<string, string | Uint8Array>;
  readonly env?: Record<string, string>;
}

async function decode(args: readonly string[], { files = {}, env = {} }: Given = {}) {
  const terminal = new FakeTerminal(env, { 'rub.pcap': handshakeCapture(), ...files });
  const status = await main(['decode', ...args], terminal);
  return { status, output: terminal.output, errors: terminal.errors };
}

const heads = (output: readonly string[]) => output.filter((line) => line.startsWith('#'));
const packet = (port: number, hex: string, protocol: PacketToWrite['protocol'] = 'udp'): PacketToWrite => ({
  ...{ time: 1_790_000_000_000, protocol, bytes: fromHex(hex) },
  source: { address: requireIpAddress('2001:db8::1'), port },
  destination: { address: requireIpAddress('2001:db8::2'), port },
});

/** A key file for the recorded handshake, the pre-shared key not in it. */
const GXY = `${COOKIE}: { gxy: ${toHex(KNOWN.gxy.reveal())} }\n`;

describe('what goes by', () => {
  test.each([
    [4500, '00000100 00000007 aabbccdd', 'ESP SPI 00000100 sequence 7 12 octets'],
    [4500, 'ff', 'NAT keepalive'],
    [4500, '0000', 'neither IKE nor ESP, 2 octets'],
    [500, 'ff', 'NAT keepalive'],
    [500, '', 'neither IKE nor ESP, 0 octets'],
    [
      500,
      '0102',
      'no ISAKMP message: PAYLOAD_MALFORMED: payload does not match its declared length (what Initiator Cookie, need 8, have 2)',
    ],
  ])('on port %i as octets %j reads %j', async (port, hex, expected) => {
    const { output } = await decode(['a.pcap'], { files: { 'a.pcap': writeCapture([packet(port, hex)]) } });
    expect(output[0]).toBe(`#1 2026-09-21T14:13:20.000000Z [2001:db8::1]:${port} -> [2001:db8::2]:${port} ${expected}`);
  });

  test('between two messages is one line for each flow, and counted at the end', async () => {
    const esp = (sequence: number) => packet(4500, `00000100 0000000${sequence} aabbccdd`);
    const bare = packet(0, '00000200 00000001', 'esp');
    const keepalive = packet(4500, 'ff');
    const message = packet(500, '0102');
    const packets = [esp(1), keepalive, esp(2), bare, keepalive, esp(3), message, esp(4)];
    const { output } = await decode(['a.pcap'], { files: { 'a.pcap': writeCapture(packets) } });
    expect(output.map((line) => line.replace(/ 2026\S+Z/, '').replaceAll('2001:db8::', ''))).toEqual([
      '#1 [1]:4500 -> [2]:4500 ESP SPI 00000100 sequence 1 to 3, 3 packets, until #6',
      '#2 [1]:4500 -> [2]:4500 2 NAT keepalives, until #5',
      '#4 1 -> 2 ESP SPI 00000200 sequence 1 8 octets',
      expect.stringMatching(/^#7 \[1\]:500 -> \[2\]:500 no ISAKMP message/),
      '#8 [1]:4500 -> [2]:4500 ESP SPI 00000100 sequence 4 12 octets',
      '1 message: 1 in clear, 0 decrypted, 0 encrypted; 5 ESP packets; 2 NAT keepalives',
    ]);
  });

  test('of another implementation is printed message by message', async () => {
    const { status, output, errors } = await decode([inProject('vectors/isakmp/tcpdump/isakmp4500.pcap')]);
    expect([status, errors]).toEqual([0, []]);
    // The captures' own test knows 4 messages in clear and 11 that are encrypted.
    expect(output.at(-1)).toBe('15 messages: 4 in clear, 0 decrypted, 11 encrypted; 8 ESP packets; 4 NAT keepalives');
    expect(heads(output).filter((line) => line.includes('no ISAKMP message'))).toEqual([]);
    expect(output).toContain('  VENDOR-ID, 16 octets: 7d9419a65310ca6f2c179d9215529d56 (NAT-T draft-03)');
    expect(output).toContain('  encrypted, first HASH, 48 octets: no key is known for this initiator cookie');
    expect(heads(output).filter((line) => line.endsWith('76 octets'))).toHaveLength(1);
    expect(heads(output).filter((line) => line.endsWith(', the same as #11'))).toHaveLength(2);
  });

  test('of which nothing is readable is told', async () => {
    const other = handshakeCapture();
    other[23] = 147;
    const { status, errors } = await decode(['a.pcap'], { files: { 'a.pcap': other } });
    expect([status, errors]).toEqual([
      0,
      [
        'a.pcap: 9 frames of link type 147 passed over, which is not read here',
        'a.pcap: nothing from or to UDP port 500 or 4500',
      ],
    ]);
  });

  test('on other ports is looked at when they are named', async () => {
    const { status, output, errors } = await decode(['rub.pcap', '--ike-port', '1', '--natt-port', '2']);
    expect([status, output, errors]).toEqual([0, [], ['rub.pcap: nothing from or to UDP port 1 or 2']]);
  });
});

describe('keys', () => {
  const verified = ['HASH_I', 'HASH_R', 'HASH(1)', 'HASH(2)', 'HASH(3)'].map(
    (kind) => `  decrypted, hash verified (${kind})`,
  );
  const decryptions = (output: readonly string[]) => output.filter((line) => /^ {2}(?:de|en)crypted/.test(line));

  test.each<[string, readonly string[], Given]>([
    ['a file', ['--psk', '@hq.psk'], { files: { 'hq.psk': 'AAAA\n' } }],
    ['the environment', ['--psk', 'env:HQ'], { env: { HQ: 'AAAA' } }],
    ['one of several', ['--psk', 'env:HQ', '--psk', 'env:OTHER'], { env: { HQ: 'no', OTHER: 'AAAA' } }],
  ])('the pre-shared key comes from %s', async (_, args, { files, env = {} }) => {
    const given = { files: { 'keys.yaml': GXY, ...files }, env };
    const { output, errors } = await decode(['rub.pcap', '--keys', 'keys.yaml', ...args], given);
    expect([errors, decryptions(output)]).toEqual([[], verified]);
    expect(output.at(-1)).toBe('9 messages: 4 in clear, 5 decrypted, 0 encrypted');
  });

  test('a pre-shared key in the command line works, with a warning that does not repeat it', async () => {
    const { output, errors } = await decode(['rub.pcap', '--keys', 'k', '--psk', 'AAAA'], { files: { k: GXY } });
    expect(decryptions(output)).toEqual(verified);
    expect(errors).toEqual([
      '--psk: the key stands in the command line, where others on this machine can see it',
      '    write --psk @FILE or --psk env:NAME',
    ]);
  });

  test('are read from a table of Wireshark', async () => {
    const table = `${COOKIE},${toHex(KNOWN.encryptionKey.reveal())}\n`;
    const { output } = await decode(['rub.pcap', '--keys', 'k'], { files: { k: table } });
    expect(decryptions(output)).toEqual(Array<string>(5).fill('  decrypted, hash unchecked'));
  });

  test('are in nothing that is printed', async () => {
    const { output } = await decode(['rub.pcap', '--keys', 'k', '--psk', 'AAAA', '--json'], { files: { k: GXY } });
    const text = output.join('\n');
    for (const secret of Object.values(KNOWN)) expect(text).not.toContain(toHex(secret.reveal()));
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['no such variable', ['--psk', 'env:NO'], ['--psk: environment variable NO is not set']],
    ['no such file', ['--psk', '@no/such'], ['--psk: no/such cannot be read: there is no such file']],
    [
      'a key file with a fault',
      ['--keys', 'bad'],
      ['bad:1:19: error: 59cedc5dcea558fe.gxz: unknown key (UNKNOWN_KEY)'].map(() =>
        expect.stringMatching(/^bad:1:21: error: 59cedc5dcea558fe: unknown key \(UNKNOWN_KEY\)$/),
      ),
    ],
  ])('that cannot be had end the command with status 2: %s', async (_, args, errors) => {
    const given = { files: { bad: `${COOKIE}: { gxz: 00 }\n` } };
    const result = await decode(['rub.pcap', ...args], given);
    expect([result.status, result.output]).toEqual([2, []]);
    expect(result.errors.slice(0, errors.length)).toEqual(errors);
  });
});

describe('a file that is no capture', () => {
  test('ends the command with status 2, a code, and what to do', async () => {
    const { status, output, errors } = await decode([inProject('README.md')]);
    expect([status, output]).toEqual([2, []]);
    expect(errors).toEqual([
      expect.stringMatching(/README\.md: CAPTURE_UNREADABLE: this is no file of captured packets, or it is damaged/),
      '    give a file in the format pcap or pcapng, as tcpdump -w and Wireshark write it, gzipped or not',
    ]);
  });

  test('or is not there, ends it with status 2', async () => {
    const { status, errors } = await decode(['no/such.pcap']);
    expect([status, errors]).toEqual([2, [expect.stringMatching(/^no\/such\.pcap: ENOENT/)]]);
  });
});

describe('--json', () => {
  test('gives one object a line for each message, and nothing else', async () => {
    const { output, errors } = await decode([inProject('vectors/isakmp/tcpdump/isakmp4500.pcap'), '--json']);
    const messages = output.map((line) => JSON.parse(line) as MessageJson);
    expect(errors).toEqual([]);
    expect(messages.map(({ number }) => number)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 20, 21, 30, 35]);
    expect(messages[0]).toMatchObject({
      source: { address: '192.1.2.254', port: 500 },
      destination: { address: '192.1.2.23', port: 500 },
      exchange: 'MAIN-MODE',
      encryption: { status: 'clear', reason: null },
    });
  });
});

test.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [1_790_000_000_000.25, '2026-09-21T14:13:20.000250Z'],
  [1_790_000_000_000.9998, '2026-09-21T14:13:20.000999Z'],
  [1e300, 'no time'],
])('the time %d is %s', (time, text) => {
  expect(captureTime(time)).toBe(text);
});
