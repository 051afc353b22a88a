import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { type PayloadView, readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { FLAG } from '../../../src/ike/wire/numbers.ts';
import { checkProtection, decodePayloads, MESSAGE_RULES, type MessageName } from '../../../src/ike/wire/rules.ts';
import { recordedHandshake, recordedMessage } from './recorded.ts';
import { refused } from './refused.ts';

/** The smallest body that each codec reads. */
const BODY: Readonly<Record<string, readonly [type: number, hex: string]>> = {
  sa: [1, '00000001 00000001 00000010 01010001 00000008 00010000'],
  ke: [4, '01'],
  id: [5, '01000000 0a000301'],
  cert: [6, '04 30'],
  certreq: [7, '04'],
  hash: [8, '01'],
  sig: [9, '01'],
  nonce: [10, '0102030405060708'],
  notify: [11, '00000001 0100000e'],
  delete: [12, '00000001 03040001 01020304'],
  vid: [13, ''],
  cfg: [14, '01000000'],
  natd: [20, '01'],
  natd130: [130, '01'],
  natoa: [21, '01000000 0a000301'],
  frag: [132, '0001 01 01 00'],
  odd: [99, ''],
  proposal: [2, ''],
};

/** `hash sa nonce` as views. */
function views(text: string): PayloadView[] {
  return text.split(' ').flatMap((word) => {
    const [name = '', count = '1'] = word.split('*');
    const [type, hex] = BODY[name] ?? [0, ''];
    return Array.from({ length: Number(count) }, () => ({ type, body: fromHex(hex), reserved: 0 }));
  });
}

const decoded = (message: MessageName, text: string) =>
  decodePayloads(message, views(text)).list.map(({ type }) => type);

const ACCEPTED: readonly (readonly [MessageName, string])[] = [
  ['main-mode-1', 'sa'],
  ['main-mode-1', 'sa vid*40'],
  ['main-mode-1', 'sa vid odd vid certreq'],
  ['main-mode-2', 'sa vid notify'],
  ['main-mode-3', 'ke nonce'],
  ['main-mode-3', 'nonce ke natd natd vid certreq'],
  ['main-mode-4', 'vid ke nonce certreq*20 natd130*10'],
  ['main-mode-5', 'id hash'],
  ['main-mode-5', 'id cert*8 certreq sig notify'],
  ['main-mode-6', 'hash id vid'],
  ['aggressive-1', 'sa ke nonce id vid certreq'],
  ['aggressive-2', 'sa ke nonce id hash natd natd vid'],
  ['aggressive-2', 'sa vid ke id nonce cert sig'],
  ['aggressive-3', 'hash natd natd notify'],
  ['aggressive-3', 'cert sig'],
  ['quick-mode-1', 'hash sa nonce'],
  ['quick-mode-1', 'hash sa ke nonce id id natoa natoa notify'],
  ['quick-mode-2', 'hash sa nonce id id ke vid'],
  ['quick-mode-2', 'hash sa odd id id nonce natoa'],
  ['quick-mode-3', 'hash'],
  ['quick-mode-3', 'hash notify'],
  ['informational-clear', 'notify'],
  ['informational-clear', 'delete vid'],
  ['informational', 'hash notify*20'],
  ['informational', 'hash delete delete notify'],
  ['new-group', 'hash sa'],
  ['transaction', 'hash cfg'],
  ['fragment', 'frag'],
];

const missing = (name: string) => ['PAYLOAD_MALFORMED', { missing: name }] as const;
const repeated = (name: string, limit: number, have: number) =>
  ['PAYLOAD_MALFORMED', { repeated: name, limit, have }] as const;
const order = (need: string, position: number) =>
  ['PAYLOAD_MALFORMED', { what: 'payload order', need, position }] as const;
const foreign = (what: string) => ['INVALID_PAYLOAD_TYPE', { what }] as const;

const REFUSED: readonly (readonly [MessageName, string, readonly [string, Readonly<Record<string, unknown>>]])[] = [
  ['main-mode-1', 'vid', missing('sa')],
  ['main-mode-1', 'sa sa', repeated('sa', 1, 2)],
  ['main-mode-1', 'vid sa', order('sa', 1)],
  ['main-mode-1', 'odd sa', order('sa', 1)],
  ['main-mode-1', 'sa vid*41', repeated('vendor-id', 40, 41)],
  ['main-mode-1', 'sa ke', foreign('KE')],
  ['main-mode-1', 'sa frag', foreign('FRAGMENT')],
  ['main-mode-2', 'sa id', foreign('ID')],
  ['main-mode-3', 'ke', missing('nonce')],
  ['main-mode-3', 'nonce', missing('key-exchange')],
  ['main-mode-3', 'ke nonce nonce', repeated('nonce', 1, 2)],
  ['main-mode-3', 'ke ke nonce', repeated('key-exchange', 1, 2)],
  ['main-mode-3', 'ke nonce id', foreign('ID')],
  ['main-mode-4', 'ke nonce sa', foreign('SA')],
  ['main-mode-4', 'ke nonce natd*6 natd130*5', repeated('nat-d', 10, 11)],
  ['main-mode-5', 'hash', missing('identification')],
  ['main-mode-5', 'id', missing('hash or signature')],
  ['main-mode-5', 'id hash sig', repeated('hash or signature', 1, 2)],
  ['main-mode-5', 'id hash hash', repeated('hash', 1, 2)],
  ['main-mode-6', 'id id hash', repeated('identification', 1, 2)],
  ['main-mode-6', 'id sig cert*9', repeated('certificate', 8, 9)],
  ['main-mode-6', 'id hash delete', foreign('DELETE')],
  ['aggressive-1', 'sa ke nonce', missing('identification')],
  ['aggressive-1', 'ke sa nonce id', order('sa', 1)],
  ['aggressive-1', 'sa ke nonce id hash', foreign('HASH')],
  ['aggressive-2', 'sa ke nonce id', missing('hash or signature')],
  ['aggressive-3', 'hash sa', foreign('SA')],
  ['aggressive-3', 'vid', missing('hash or signature')],
  ['quick-mode-1', 'sa nonce', missing('hash')],
  ['quick-mode-1', 'sa hash nonce', order('hash', 1)],
  ['quick-mode-1', 'hash nonce sa', order('sa', 2)],
  ['quick-mode-1', 'hash sa sa nonce', repeated('sa', 1, 2)],
  ['quick-mode-1', 'hash sa', missing('nonce')],
  ['quick-mode-1', 'hash sa nonce ke ke', repeated('key-exchange', 1, 2)],
  ['quick-mode-1', 'hash sa nonce id', ['PAYLOAD_MALFORMED', { missing: 'identification', need: 2, have: 1 }]],
  ['quick-mode-1', 'hash sa nonce id*3', repeated('identification', 2, 3)],
  [
    'quick-mode-2',
    'hash sa id nonce id',
    ['PAYLOAD_MALFORMED', { what: 'payload order', need: 'identification behind identification' }],
  ],
  ['quick-mode-2', 'hash sa nonce natoa*3', repeated('nat-oa', 2, 3)],
  ['quick-mode-2', 'hash sa nonce certreq', foreign('CERTREQ')],
  ['quick-mode-3', 'notify', missing('hash')],
  ['quick-mode-3', 'hash sa', foreign('SA')],
  ['informational-clear', 'hash notify', foreign('HASH')],
  ['informational-clear', 'notify*21', repeated('notification', 20, 21)],
  ['informational', 'notify', missing('hash')],
  ['informational', 'notify hash', order('hash', 1)],
  ['informational', 'hash delete*21', repeated('delete', 20, 21)],
  ['new-group', 'hash', missing('sa')],
  ['new-group', 'sa hash', order('hash', 1)],
  ['transaction', 'hash', missing('configuration')],
  ['transaction', 'hash cfg cfg', repeated('configuration', 1, 2)],
  ['transaction', 'cfg hash', order('hash', 1)],
  ['fragment', 'frag frag', repeated('fragment', 1, 2)],
  ['fragment', 'frag sa', foreign('SA')],
];

describe('decodePayloads', () => {
  test.each(ACCEPTED)('accepts %s: %s', (message, text) => {
    expect(decoded(message, text)).toEqual(views(text).map(({ type }) => type));
  });

  test.each(REFUSED)('refuses %s: %s', (message, text, [code, details]) => {
    expect(refused(() => decoded(message, text))).toEqual({ code, details: { ...details, message } });
  });

  test('counts before it decodes: a message with one payload too many costs no decoding', () => {
    const broken = views('hash sa nonce').concat(views('natoa*3').map((view) => ({ ...view, body: new Uint8Array() })));
    expect(refused(() => decodePayloads('quick-mode-1', broken)).details).toMatchObject({ repeated: 'nat-oa' });
  });

  test('throws what a codec throws', () => {
    const broken = [{ type: 1, body: fromHex('00000002 00000001'), reserved: 0 }];
    expect(refused(() => decodePayloads('main-mode-1', broken)).code).toBe('DOI_NOT_SUPPORTED');
  });

  test('keeps payloads of unknown number, a Proposal that stands alone among them', () => {
    expect(decodePayloads('main-mode-1', views('sa odd proposal')).list.map(({ name }) => name)).toEqual([
      'sa',
      'unknown',
      'unknown',
    ]);
  });

  test('refuses no message of any exchange that was recorded', () => {
    const MM = 'zeek-spicy-ipsec/ipsec-ikev1-isakmp-main-mode.pcap';
    const AM = 'zeek-spicy-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap';
    const NATT = 'tcpdump/isakmp4500.pcap';
    const recorded: readonly (readonly [MessageName, string, number])[] = [
      ['main-mode-1', MM, 1],
      ['main-mode-2', MM, 2],
      ['main-mode-3', MM, 3],
      ['main-mode-4', MM, 4],
      ['main-mode-1', NATT, 3],
      ['main-mode-2', NATT, 4],
      ['main-mode-3', NATT, 5],
      ['main-mode-4', NATT, 6],
      ['main-mode-3', 'tcpdump/ISAKMP_sa_setup.pcap', 3],
      ['aggressive-1', AM, 1],
      ['aggressive-2', AM, 2],
      ['informational-clear', 'cisco-joy/ikev1.pcap', 3],
    ];
    const lists = recorded.map(([message, path, frame]) => {
      const { header, body } = readMessage(recordedMessage(path, frame));
      checkProtection(message, header.flags);
      return decodePayloads(message, viewPayloads(header.nextPayload, body).payloads).list.length;
    });
    expect(lists).toEqual([5, 2, 7, 8, 7, 4, 4, 4, 8, 11, 12, 1]);
  });

  test('refuses no message of the recorded handshake, its encrypted ones included', () => {
    const { clear, plaintexts } = recordedHandshake();
    const phase1 = clear.map((datagram) => {
      const { header, body } = readMessage(datagram);
      return viewPayloads(header.nextPayload, body).payloads;
    });
    const first = [5, 5, 8, 8, 8];
    const rest = plaintexts.map((plaintext, i) => viewPayloads(first[i] ?? 0, plaintext).payloads);
    const names: readonly MessageName[] = [
      'main-mode-1',
      'main-mode-2',
      'main-mode-3',
      'main-mode-4',
      'main-mode-5',
      'main-mode-6',
      'quick-mode-1',
      'quick-mode-2',
      'quick-mode-3',
    ];
    const read = [...phase1, ...rest].map((list, i) =>
      decodePayloads(names[i] ?? 'fragment', list).list.map(({ name }) => name),
    );
    expect(read).toEqual([
      ['sa'],
      ['sa', 'vendor-id', 'vendor-id'],
      ['key-exchange', 'nonce'],
      ['key-exchange', 'nonce'],
      ['identification', 'hash'],
      ['identification', 'hash'],
      ['hash', 'sa', 'nonce', 'identification', 'identification'],
      ['hash', 'sa', 'nonce', 'identification', 'identification'],
      ['hash'],
    ]);
  });
});

describe('checkProtection', () => {
  test.each(Object.entries(MESSAGE_RULES))('holds %s to its protection (RFC 2408 §3.1)', (name, { protection }) => {
    const message = name as MessageName;
    const verdict = (flags: number) => {
      try {
        checkProtection(message, flags);
        return 'accepted';
      } catch (error) {
        return refused(() => {
          throw error;
        });
      }
    };
    const no = (flags: number) => ({
      code: 'INVALID_FLAGS',
      details: { what: 'Flags', message, need: protection, have: flags },
    });
    // Every other bit is set as well: none of them may matter.
    const [clear, encrypted] = [0xff & ~FLAG.ENCRYPTION, 0xff];
    expect(verdict(clear)).toEqual(protection === 'encrypted' ? no(clear) : 'accepted');
    expect(verdict(encrypted)).toEqual(protection === 'clear' ? no(encrypted) : 'accepted');
  });

  test('wants Main Mode 5 and 6, Quick Mode, Informational, New Group Mode and Transaction encrypted', () => {
    const encrypted = Object.entries(MESSAGE_RULES)
      .filter(([, rule]) => rule.protection === 'encrypted')
      .map(([name]) => name);
    expect(encrypted).toEqual([
      'main-mode-5',
      'main-mode-6',
      'quick-mode-1',
      'quick-mode-2',
      'quick-mode-3',
      'informational',
      'new-group',
      'transaction',
    ]);
  });
});
