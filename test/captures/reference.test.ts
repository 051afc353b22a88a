import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { viewPayloads } from '../../src/ike/wire/message.ts';
import { decodePayloads, type MessageName } from '../../src/ike/wire/rules.ts';
import { captured } from '../../src/capture/udp.ts';
import { ikeOf } from '../ike/wire/recorded.ts';
import { refused } from '../ike/wire/refused.ts';
import { type CaptureKeys, decryptedMessages } from './decrypted.ts';
import { summaryOf } from './round-trip.ts';

/** Captures that may not lie in the project; vectors/README.md says why. */
const FOLDER = process.env['SALLYPORT_REFERENCE_VECTORS'];

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(join(FOLDER ?? '', path)));
const messagesIn = (path: string): readonly Uint8Array[] =>
  captured(read(path)).flatMap((datagram) => ikeOf(datagram) ?? []);

/** As in captures.test.ts; a file that is not named has no ISAKMP message, but for the unit tests of Openswan. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'malformed/openswan/isakmp-crash1.pcap': { INVALID_MAJOR_VERSION: 1 },
  'pcap/klips-inputs/ikeinit-japan-sunrise.pcap': { same: 7 },
  // Captured with a limit of 68 octets: every header is cut.
  'pcap/klips-inputs/ikeinit-sunrise-sunset-via-east.pcap': { PAYLOAD_MALFORMED: 5 },
  'pcap/libreswan/01-isakmp-broadcast.pcap': { same: 1 },
  'pcap/libreswan/01-isakmp-vid-first-resp.pcap': { same: 1 },
  'pcap/libreswan/01-isakmp-vid-first.pcap': { same: 1 },
  'pcap/libreswan/01-isakmp-vid-second-resp.pcap': { same: 1 },
  'pcap/libreswan/02-isakmp-vid-first.pcap': { same: 2 },
  'pcap/libreswan/weirdike-eastwest.pcap-ike.pcap': { same: 1 },
  'pcap/rub-strongswan/ikev1-psk-main-mode-complete.pcapng': { same: 4, encrypted: 5 },
  'pcap/wireshark/ikev1-bug-12610.pcapng.gz': { same: 4, encrypted: 12 },
  'pcap/wireshark/ikev2-decrypt-aes256cbc.pcapng': { INVALID_MAJOR_VERSION: 4 },
};

/** Each file of Openswan's unit tests holds one message; from the third of the initiator on they are encrypted. */
function expectedOf(path: string): Readonly<Record<string, number>> {
  if (!path.startsWith('pcap/openswan-unit/')) return EXPECTED[path] ?? {};
  return /(M3|N3|QI1)\.pcap$/.test(path) ? { encrypted: 1 } : { same: 1 };
}

/** Message by message, the names of the payloads that the rule of that message lets through. */
function payloadNames(path: string, keys: CaptureKeys, rules: readonly MessageName[]): readonly string[] {
  const messages = decryptedMessages(messagesIn(path), keys);
  return messages.map(({ header, body }, i) => {
    const payloads = decodePayloads(rules[i] ?? 'fragment', viewPayloads(header.nextPayload, body).payloads);
    return payloads.list.map(({ name }) => name).join(' ');
  });
}

const MAIN_MODE: readonly MessageName[] = [
  'main-mode-1',
  'main-mode-2',
  'main-mode-3',
  'main-mode-4',
  'main-mode-5',
  'main-mode-6',
];
const QUICK_MODE: readonly MessageName[] = ['quick-mode-1', 'quick-mode-2', 'quick-mode-3'];

describe.skipIf(FOLDER === undefined)('captures from $SALLYPORT_REFERENCE_VECTORS', () => {
  test('are all read and written back, or refused', () => {
    const files = readdirSync(FOLDER ?? '', { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.pcap(ng)?(\.gz)?$/.test(path),
    );
    expect(files.length).toBeGreaterThan(70);
    const summaries = Object.fromEntries(files.map((path) => [path, summaryOf(read(path))]));
    expect(summaries).toEqual(Object.fromEntries(files.map((path) => [path, expectedOf(path)])));
  });

  test('libreswan: a vendor id before the SA is read by the codec and refused by the rule (RFC 2409 §5)', () => {
    const [message] = decryptedMessages(messagesIn('pcap/libreswan/01-isakmp-vid-first.pcap'), NO_KEYS);
    const { payloads } = viewPayloads(message?.header.nextPayload ?? 0, message?.body ?? new Uint8Array());
    expect(payloads.map(({ type }) => type)).toEqual([13, 1]);
    expect(refused(() => decodePayloads('main-mode-1', payloads)).details).toMatchObject({
      what: 'payload order',
      need: 'sa',
    });
  });

  test('strongSwan with itself: a whole Main Mode and Quick Mode passes the rules', () => {
    const secrets = JSON.parse(new TextDecoder().decode(read('pcap/rub-strongswan/secrets.json'))) as Record<
      string,
      { enc_key: string }
    >;
    const key = fromHex(secrets['ikev1-psk-main-mode-complete:responder']?.enc_key ?? '');
    const keys = { cipher: 'aes-128-cbc', hash: 'sha1', key };
    expect(
      payloadNames('pcap/rub-strongswan/ikev1-psk-main-mode-complete.pcapng', keys, [...MAIN_MODE, ...QUICK_MODE]),
    ).toEqual([
      'sa vendor-id vendor-id vendor-id vendor-id vendor-id',
      'sa vendor-id vendor-id vendor-id vendor-id',
      'key-exchange nonce nat-d nat-d',
      'key-exchange nonce nat-d nat-d',
      'identification hash notification',
      'identification hash',
      'hash sa nonce identification identification',
      'hash sa nonce identification identification',
      'hash',
    ]);
  });

  test('a road warrior of Wireshark: XAUTH and Mode Config pass the rules, and their attributes are read', () => {
    const table = new TextDecoder().decode(read('pcap/wireshark/keys/ikev1_decryption_table.tmpl'));
    const key = fromHex(/^[0-9a-f]{16},([0-9a-f]{64})$/m.exec(table)?.[1] ?? '');
    const keys = { cipher: 'aes-256-cbc', hash: 'sha256', key };
    const path = 'pcap/wireshark/ikev1-bug-12610.pcapng.gz';
    const transactions = Array<MessageName>(5).fill('transaction');
    const rules: readonly MessageName[] = [
      ...MAIN_MODE,
      'transaction',
      'informational',
      ...transactions,
      ...QUICK_MODE,
    ];
    expect(payloadNames(path, keys, rules)).toEqual([
      'sa vendor-id vendor-id vendor-id vendor-id vendor-id vendor-id vendor-id vendor-id',
      'sa vendor-id vendor-id vendor-id',
      'key-exchange nonce nat-d nat-d',
      'key-exchange nonce nat-d nat-d',
      'identification hash',
      'identification hash',
      'hash configuration',
      'hash notification',
      'hash configuration',
      'hash configuration',
      'hash configuration',
      'hash configuration',
      'hash configuration',
      'hash sa nonce identification identification',
      'hash sa nonce identification identification',
      'hash',
    ]);
    const attributes = decryptedMessages(messagesIn(path), keys)
      .filter(({ header }) => header.exchangeType === 6)
      .map(({ header, body }) => decodePayloads('transaction', viewPayloads(header.nextPayload, body).payloads))
      .map((payloads) => payloads.one('configuration').value)
      .map((value) => [value.cfgType, ...value.attributes.map(({ type }) => type)].join(' '));
    expect(attributes).toEqual([
      '1 16521 16522',
      '2 16521 16522',
      '3 16527',
      '4 16527',
      '1 1 2 3 4 28672 28674 28675 28676 28678 7',
      '2 1 28676',
    ]);
  });
});

const NO_KEYS: CaptureKeys = { cipher: '', hash: '', key: new Uint8Array() };
