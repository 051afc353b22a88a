import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FLAG } from '../../src/ike/wire/numbers.ts';
import { ikeOf, readJsonVector, readVector } from '../ike/wire/recorded.ts';
import { readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { toHex } from '../../src/base/bytes.ts';
import { captured } from '../../src/capture/udp.ts';
import { summaryOf } from './round-trip.ts';

const FOLDER = fileURLToPath(new URL('../../vectors/isakmp/', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.p?cap(ng)?$/.test(path))
  .sort();

/**
 * How many messages of each file were read and written back the same, were encrypted (header and body the same), or were
 * refused, by code. What is not ISAKMP on port 4500 does not count.
 */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'arkime/ike-cert_synthetic.pcap': { same: 2, PAYLOAD_MALFORMED: 2, INVALID_MAJOR_VERSION: 2 },
  'charon/aggressive-psk.pcap': { same: 2, encrypted: 34 },
  // Of the messages in clear, twelve are fragments.
  'charon/main-mode-fragments.pcap': { same: 14, encrypted: 31 },
  'cisco-joy/ikev1.pcap': { same: 6, encrypted: 5 },
  'malformed/esp_truncated.pcap': {},
  'malformed/ikev1_id_ipv6_addr_subnet-oobr.pcap': { PAYLOAD_MALFORMED: 1 },
  'malformed/ikev2-id-normal.pcap': { INVALID_MAJOR_VERSION: 1 },
  'malformed/ikev2-id-short.pcap': { INVALID_MAJOR_VERSION: 1 },
  'malformed/ikev2pI2-segfault.pcapng': { INVALID_MAJOR_VERSION: 1 },
  'malformed/isakmp-3948-oobr-2.pcap': {},
  'malformed/isakmp-delete-segfault.pcap': { INVALID_MAJOR_VERSION: 1 },
  // A well-formed identity of 248 strange octets, which is what crashed a printer.
  'malformed/isakmp-identification-segfault.pcap': { same: 1 },
  'malformed/isakmp-ikev1_n_print-oobr.pcap': { INVALID_MAJOR_VERSION: 2 },
  'malformed/isakmp-pointer-loop.pcap': { PAYLOAD_MALFORMED: 1 },
  'malformed/isakmp-rfc3948-oobr.pcap': {},
  'malformed/isakmp-various-oobr.pcap': { PAYLOAD_MALFORMED: 1 },
  'malformed/isakmpv1-attr-oobr.pcap': { PAYLOAD_MALFORMED: 1 },
  'rub/handshake.pcap': { same: 4, encrypted: 5 },
  'suricata-verify/ikev1-duplicate-proposals__generated.pcap': { same: 1 },
  'tcpdump/ISAKMP_sa_setup.pcap': { same: 4, encrypted: 5 },
  'tcpdump/ikev2pI2.pcap': { INVALID_MAJOR_VERSION: 2 },
  'tcpdump/isakmp-no-none-np.pcapng': { PAYLOAD_MALFORMED: 1 },
  'tcpdump/isakmp4500.pcap': { same: 4, encrypted: 11 },
  'zeek-spicy-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap': { same: 2, encrypted: 4 },
  'zeek-spicy-ipsec/ipsec-ikev1-isakmp-main-mode.pcap': { same: 4, encrypted: 5 },
  'zeek-spicy-ipsec/ipsec-ikev1-payload-bad-length.pcap': { PAYLOAD_MALFORMED: 1 },
  'zeek-spicy-ipsec/ipsec-ikev1-zero-length.pcap': { PAYLOAD_MALFORMED: 1 },
  'zeek-spicy-ipsec/ipsec.cap': { same: 6, encrypted: 5 },
  // Three of its five messages come in IP fragments.
  'zeek-spicy-ipsec/ipsec_client.pcap': { INVALID_MAJOR_VERSION: 5 },
};

describe('captures of other implementations', () => {
  test('every file has an expectation', () => {
    expect(FILES).toEqual(Object.keys(EXPECTED));
  });

  test.each(Object.entries(EXPECTED))('%s', (path, expected) => {
    expect(summaryOf(readVector(`isakmp/${path}`))).toEqual(expected);
  });
});

/** Frame, both cookies, next payload, exchange type, flags, message id, length, payload types. */
type TsharkRow = readonly [number, string, number, number, number, number, number, readonly number[]];

describe('what tshark reads', () => {
  const { captures } = readJsonVector('isakmp/tshark.json') as { captures: Record<string, TsharkRow[]> };

  test.each(Object.entries(captures))('is what we read: %s', (path, rows) => {
    const frames = new Set(rows.map(([frame]) => frame));
    const read = captured(readVector(`isakmp/${path}`)).flatMap((datagram): TsharkRow[] => {
      const message = ikeOf(datagram);
      if (message === undefined || !frames.has(datagram.frame)) return [];
      const { header, body } = readMessage(message);
      const cookies = toHex(header.initiatorCookie) + toHex(header.responderCookie);
      const encrypted = (header.flags & FLAG.ENCRYPTION) !== 0;
      const types = encrypted ? [] : viewPayloads(header.nextPayload, body).payloads.map(({ type }) => type);
      const { nextPayload, exchangeType, flags, messageId, length } = header;
      return [[datagram.frame, cookies, nextPayload, exchangeType, flags, messageId, length, types]];
    });
    expect(read).toEqual(rows);
  });
});
