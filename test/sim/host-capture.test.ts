import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { capturedPackets } from '../../src/capture/udp.ts';
import { main } from '../../src/cli/main.ts';
import type { MessageJson } from '../../src/decode/message-json.ts';
import type { HostCapture } from '../../src/sim/host-capture.ts';
import { FakeTerminal } from '../cli/fake-terminal.ts';
import { CAPTURED_SUITES, capturedRun } from './captured-run.ts';
import { PSK, twoGateways } from './two-gateways.ts';

/** What `sallyport decode` says of a capture with its own keys. */
async function decoded(capture: HostCapture, ...args: readonly string[]): Promise<readonly string[]> {
  const terminal = new FakeTerminal({}, { 'a.pcap': capture.pcap(), 'a.keys': capture.ikeKeys() });
  expect(await main(['decode', 'a.pcap', '--keys', 'a.keys', ...args], terminal)).toBe(0);
  expect(terminal.errors).toEqual([]);
  return terminal.output;
}

async function messages(capture: HostCapture): Promise<readonly string[]> {
  const lines = await decoded(capture, '--json');
  return lines.map((line) => {
    const { exchange, encryption, payloads } = JSON.parse(line) as MessageJson;
    return `${exchange} ${encryption.status}: ${payloads.map(({ name }) => name).join(' ')}`;
  });
}

describe.each(CAPTURED_SUITES)('a captured run: %s', (seed, both) => {
  test('is decrypted with its own keys, to the last payload', async () => {
    const vendorIds = Array<string>(5).fill('vendor-id').join(' ');
    const capture = capturedRun(seed, both);
    const ke = both.esp?.some(({ group }) => group !== undefined) === true ? ' key-exchange' : '';
    const found = (await messages(capture)).map((line) => line.replace(/(?: vendor-id)+/, ` ${vendorIds}`));
    expect(found).toEqual([
      `MAIN-MODE clear: sa ${vendorIds}`,
      `MAIN-MODE clear: sa ${vendorIds}`,
      'MAIN-MODE clear: key-exchange nonce nat-d nat-d',
      'MAIN-MODE clear: key-exchange nonce nat-d nat-d',
      'MAIN-MODE decrypted: identification hash notification',
      'MAIN-MODE decrypted: identification hash notification',
      `QUICK-MODE decrypted: hash sa nonce${ke} identification identification`,
      `QUICK-MODE decrypted: hash sa nonce${ke} identification identification`,
      'QUICK-MODE decrypted: hash',
      'INFORMATIONAL decrypted: hash delete',
      'INFORMATIONAL decrypted: hash delete',
    ]);
    expect((await decoded(capture)).at(-1)).toBe('11 messages: 4 in clear, 7 decrypted, 0 encrypted; 2 ESP packets');
  });
});

test('has the time of the simulation, and both directions', () => {
  const { packets } = capturedPackets(capturedRun('times').pcap());
  expect(packets.map(({ time, source }) => [time, source]).slice(0, 4)).toEqual([
    [0, '192.0.2.1'],
    [20, '198.51.100.2'],
    [20, '192.0.2.1'],
    [40, '198.51.100.2'],
  ]);
  expect(packets.filter(({ protocol }) => protocol === 50)).toHaveLength(2);
});

test('names each ESP SA with its keys as Wireshark does', () => {
  const lines = capturedRun('esp', { esp: [{ cipher: 'aes128', integrity: 'sha256' }] })
    .espSas()
    .trimEnd()
    .split('\n');
  const hex = (octets: number): string => `0x[0-9a-f]{${2 * octets}}`;
  const rest = `"${hex(4)}","AES-CBC \\[RFC3602\\]","${hex(16)}","HMAC-SHA-256-128 \\[RFC4868\\]","${hex(32)}"`;
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^"IPv4","198.51.100.2","192.0.2.1",${rest}$`)),
    expect.stringMatching(new RegExp(`^"IPv4","192.0.2.1","198.51.100.2",${rest}$`)),
  ]);
});

test('has no line for an ESP SA whose cipher Wireshark does not know', () => {
  expect(capturedRun('esp', { esp: [{ cipher: 'camellia128', integrity: 'sha256' }] }).espSas()).toBe('');
});

test('a host that does not capture keeps nothing', () => {
  const { world, a, b } = twoGateways('nothing', {}, { a: { host: { capture: true } } });
  a.initiate('link');
  world.run(seconds(2));
  expect([a.capture?.ikeKeys().length, b.capture]).toEqual([16 + 1 + 32 + 1, undefined]);
});

test('the keys are in the capture and nowhere else', () => {
  const { world, a } = twoGateways('only there', {}, { both: { host: { capture: true } } });
  a.initiate('link');
  world.run(seconds(2));
  const [, key = ''] = a.capture?.ikeKeys().trimEnd().split(',') ?? [];
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  const shown = [a.endpoint.snapshot(world.now), a.events, world.trace()]
    .map((each) => JSON.stringify(each))
    .join('\n');
  expect(shown).not.toContain(key);
  expect(shown).not.toContain(PSK);
});
