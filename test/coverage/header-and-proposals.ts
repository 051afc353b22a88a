import type { Chapter } from './item.ts';

const RULES = 'ike/wire/rules.test.ts';
const MESSAGE = 'ike/wire/message.test.ts';
const KNOWN_BUGS = 'robustness/known-bugs.test.ts';

export const HEADER: Chapter = {
  title: 'Header, parsing, padding',
  items: [
    {
      id: 'C-01',
      what: 'Reserved flags are tolerated; the length is held to what came, before and after decryption.',
      tests: {
        [MESSAGE]: [
          'reads a higher minor version and reserved flags',
          'counts the octets behind Length and finds the second message there',
        ],
        'robustness/every-octet.test.ts': ['that are noise of any length are told by their reason and by nothing else'],
      },
    },
    {
      id: 'C-02',
      what: 'A first message that is none is dropped without an answer.',
      tests: {
        'ike/limits.test.ts': [
          'are not made for a first message that cannot be read, nor for one of another shape (RFC 2408 §3.1)',
        ],
      },
    },
    {
      id: 'C-03',
      what: 'Cookies are of chance and never zero; a wrong one of the responder reaches no SA.',
      tests: {
        'ike/sa-table.test.ts': ['takes any cookie of the responder while we know none, and no other afterwards'],
        'ike/retransmission.test.ts': [
          'is followed by new attempts with new cookies for as long as the connection is wanted',
        ],
      },
    },
    {
      id: 'C-04',
      what: 'Messages go by both cookies, whatever their address; a repeated first message by its cookie and address.',
      tests: {
        'ike/sa-table.test.ts': [
          'is found by both cookies wherever it comes from, in either role',
          'is found for a repeated first message by the initiator’s cookie and where it comes from',
        ],
      },
    },
    {
      id: 'C-05',
      what: 'RESERVED of a payload is ignored; a length below four or beyond the message is refused.',
      tests: {
        [MESSAGE]: [
          'refuses a payload length of %d, which would go nowhere or backwards',
          'refuses a payload that is longer than what is left',
          'views payloads of known and unknown type, keeps RESERVED, and leaves the padding of a cipher as the rest',
        ],
      },
    },
    {
      id: 'C-06',
      what: 'SA first in phase 1, HASH then SA in Quick Mode, IDci and IDcr together: one table says it.',
      tests: { [RULES]: ['accepts %s: %s', 'refuses %s: %s'] },
    },
    {
      id: 'C-07',
      what: 'Each message has a number of each payload at most, counted before anything is decoded.',
      tests: {
        [RULES]: ['counts before it decodes: a message with one payload too many costs no decoding'],
        [MESSAGE]: ['refuses the sixty-fifth payload'],
      },
    },
    {
      id: 'C-08',
      what: 'Padding is written as zeros and read as anything.',
      tests: {
        'ike/keys/cipher-chain.test.ts': [
          'pads with zero octets to the block',
          'gives back any padding as it came, for the payloads’ lengths to cut off',
        ],
      },
    },
    {
      id: 'C-09',
      what: 'The IV goes on from the last block with its padding; a HASH ends before the padding.',
      tests: {
        'ike/keys/cipher-chain.test.ts': ['the next IV is the last block of ciphertext, in either direction'],
        'ike/keys/recorded-handshake.test.ts': ['hold HASH(1), HASH(2) and HASH(3) (RFC 2409 §5.5)'],
      },
    },
    {
      id: 'C-10',
      what: 'Payloads of unknown type are passed over and never answered.',
      tests: { [RULES]: ['keeps payloads of unknown number, a Proposal that stands alone among them'] },
    },
    {
      id: 'C-11',
      what: 'Another major version is dropped, with nothing sent.',
      tests: { [MESSAGE]: ['refuses the major version %d, before it looks at the length (RFC 2408 §5.2)'] },
    },
    {
      id: 'C-12',
      what: 'Another DOI or situation is an error, wherever it stands, and no crash.',
      tests: {
        'ike/wire/sa.test.ts': ['refuses another DOI before it looks at the situation (RFC 2408 §5.4)'],
        [KNOWN_BUGS]: [
          'CVE-2015-3204 (libreswan): a DOI that nobody knows, in every payload that has one, and payload 15 everywhere',
        ],
      },
    },
  ],
};

const CHOICE_1 = 'ike/negotiate/phase1-choice.test.ts';
const CHOICE_2 = 'ike/negotiate/phase2-choice.test.ts';

export const PROPOSALS: Chapter = {
  title: 'SA payload and proposals',
  items: [
    {
      id: 'C-13',
      what: 'One proposal in phase 1, one transform a suite; an SPI of the peer’s is ignored there.',
      tests: {
        'ike/negotiate/phase1-offer.test.ts': [
          'is one proposal with one transform a suite, numbered from 1 (RFC 2409 §5)',
        ],
        [CHOICE_1]: ['ignores the SPI of a phase 1 proposal and answers with none (RFC 2408 §3.5)'],
      },
    },
    {
      id: 'C-14',
      what: 'Proposals of different numbers are alternatives; several of one number belong together, which we do not take.',
      tests: {
        [CHOICE_2]: [
          'chooses among proposals of different numbers: a logical OR (RFC 2408 §4.2)',
          'refuses proposals of one number, which belong together: a logical AND (RFC 2408 §4.2)',
        ],
      },
    },
    {
      id: 'C-15',
      what: 'We answer with the transform as it came; an answer may be written otherwise, and may not say anything else.',
      tests: {
        [CHOICE_1]: [
          'answers with the chosen transform as it came, its number and its proposal’s (RFC 2409 §5)',
          'takes it encoded otherwise, reordered and renumbered (RFC 2409 App. A, RFC 2408 §4.2)',
          'refuses an added attribute and one left out (RFC 2409 §5)',
        ],
      },
    },
    {
      id: 'C-16',
      what: 'Numbers are read in both forms of attributes, of any length.',
      tests: {
        'ike/negotiate/attribute-values.test.ts': ['reads %s (RFC 2408 §3.3)'],
        'ike/wire/attributes.test.ts': [
          'writes a number as TV as long as 16 bits do, else as a TLV of four octets',
          'reads back every number that it writes',
        ],
      },
    },
    {
      id: 'C-17',
      what: 'A type before each duration, each type once; seconds and kilobytes may stand together.',
      tests: {
        'ike/negotiate/lifetime.test.ts': [
          'refuses %s',
          'reads the example of RFC 2407 §4.5.2: 24 hours or 100 megabytes',
        ],
        [CHOICE_2]: ['refuses a duration without type and a repeated type (RFC 2407 §4.5)'],
      },
    },
    {
      id: 'C-18',
      what: 'The attribute classes of the two phases have tables of their own.',
      tests: {
        'ike/negotiate/lifetime.test.ts': [
          'keeps the numbers of the two phases apart (RFC 2409 App. A, RFC 2407 §4.5)',
        ],
        'ike/wire/numbers.test.ts': ['spell as the RFCs do'],
      },
    },
    {
      id: 'C-19',
      what: 'The values of phase 1 are those that strongSwan sends.',
      tests: {
        'ike/negotiate/phase1-offer.test.ts': ['is what strongSwan sends for aes128-sha1-modp1024, octet by octet'],
      },
    },
    {
      id: 'C-20',
      what: 'Transform ids and authentication attributes of ESP stand in one table. AH is refused.',
      tests: {
        'ike/algorithms.test.ts': ['OpenSSL and JavaScript come to the same keys with $text in phase 2'],
        [CHOICE_2]: ['refuses AH, the bundle beside it does not matter'],
      },
    },
    {
      id: 'C-21',
      what: 'AES without a key length means 128 bits; a key length for 3DES is refused; odd ones are no crash.',
      tests: {
        [CHOICE_1]: [
          'takes AES without key length as AES with 128 bits (Interop)',
          'refuses 3DES with a key length, which RFC 2409 App. A forbids',
        ],
        [CHOICE_2]: ['takes AES without key length as AES with 128 bits (Interop)'],
        [KNOWN_BUGS]: [
          'CVE-2024-3652 (libreswan), CVE-2011-3380 (Openswan): every transform with every authentication, and keys of all lengths',
        ],
      },
    },
    {
      id: 'C-22',
      what: 'An AEAD carries no authentication attribute, and its salt comes with KEYMAT.',
      tests: {
        'ike/keys/keymat.test.ts': ['takes this much of KEYMAT: encryption first, then integrity'],
        [CHOICE_2]: ['refuses %s'],
        [KNOWN_BUGS]: [
          'CVE-2024-3652 (libreswan), CVE-2011-3380 (Openswan): every transform with every authentication, and keys of all lengths',
        ],
      },
    },
    {
      id: 'C-23',
      what: 'A missing encapsulation mode means tunnel where our policy says tunnel, and nothing otherwise.',
      tests: {
        [CHOICE_2]: ['means tunnel where the policy says tunnel', 'means nothing in transport mode and behind a NAT'],
      },
    },
    {
      id: 'C-24',
      what: 'A refusal says of each transform what is wrong with it, and names the nearest suite of ours.',
      tests: {
        'ike/negotiate/refusal.test.ts': [
          'blames the first difference to the nearest suite of ours, transform by transform',
          'explains sixteen transforms and counts the others, but looks for the nearest among all',
        ],
      },
    },
  ],
};
