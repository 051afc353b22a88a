import type { Chapter } from './item.ts';

const INFORMATIONAL = 'ike/informational.test.ts';
const R_U_THERE = 'dpd/r-u-there.test.ts';
const KNOWN_BUGS = 'robustness/known-bugs.test.ts';
const MACHINE = 'dpd/liveness.test.ts';
const NOT_DEAD = 'ike/not-dead.test.ts';

export const INFORMATIONALS: Chapter = {
  title: 'Informational, notify, delete',
  items: [
    {
      id: 'C-76',
      what: 'An Informational is never answered by one, but for R-U-THERE.',
      tests: {
        [INFORMATIONAL]: [
          'that nobody knows is told by its number and does nothing',
          'is answered with its number, under a message id of its own',
        ],
        'ike/broken-quick-mode.test.ts': ['is not answered with what the peer itself has said'],
      },
    },
    {
      id: 'C-77',
      what: 'What comes in clear is an event, and a hint at most.',
      tests: {
        [INFORMATIONAL]: [
          'in clear is an event, and no hint about an SA that stands',
          'in clear ends no attempt that is under way (CVE-like: a spoofed NO-PROPOSAL-CHOSEN)',
        ],
      },
    },
    {
      id: 'C-78',
      what: 'HASH(1) of an Informational is held to its octets before anything is done.',
      tests: { 'matrix/endpoint.test.ts': ['comes to nothing where the key or the HASH is wrong'] },
    },
    {
      id: 'C-79',
      what: 'A Delete takes only what is of that peer: the SA that it came under, and ESP SAs that the peer has.',
      tests: {
        [INFORMATIONAL]: [
          'of another ISAKMP SA, or of an SPI that is nobody’s, takes nothing',
          'of another peer of the same connection takes nothing of ours',
        ],
      },
    },
    {
      id: 'C-80',
      what: 'The number and size of SPIs are held to the length; more payloads behind a Delete do no harm.',
      tests: {
        'ike/wire/delete.test.ts': ['refuses a number of SPIs that is not the number there: %s'],
        [KNOWN_BUGS]: ['CVE-2023-38712 (libreswan): a Delete of the SA itself, and more behind it'],
      },
    },
    {
      id: 'C-81',
      what: 'Deletes of the ESP SAs go out before that of the ISAKMP SA, which takes none with it.',
      tests: {
        [INFORMATIONAL]: [
          'goes out for everything at a shutdown',
          'of the ISAKMP SA leaves the ESP SAs, which it does not name',
        ],
      },
    },
    {
      id: 'C-82',
      what: 'What a peer takes down at once is tried less and less often.',
      tests: { 'sim/back-off.test.ts': ['a tunnel that the peer takes down at once is tried less and less often'] },
    },
    {
      id: 'C-83',
      what: 'INITIAL-CONTACT is said under the keys where no SA is held, and takes what is older of the same identity.',
      tests: {
        [INFORMATIONAL]: [
          'is said by both sides at their first contact, and by neither while they hold an SA',
          'takes what is older of that peer, and nothing else, when a peer comes back without memory',
        ],
      },
    },
    {
      id: 'C-84',
      what: 'RESPONDER-LIFETIME: the shorter holds, and nothing ever makes a life longer.',
      tests: {
        'ike/responder-lifetime.test.ts': [
          'in an Informational ends the IPsec SA that it names sooner, counted from when that came up',
          '%s changes nothing',
        ],
      },
    },
    {
      id: 'C-85',
      what: 'A status that nobody knows is told by its number and does nothing.',
      tests: { [INFORMATIONAL]: ['that nobody knows is told by its number and does nothing'] },
    },
  ],
};

export const LIVENESS: Chapter = {
  title: 'Dead Peer Detection (RFC 3706)',
  items: [
    {
      id: 'C-86',
      what: 'Our vendor id goes out always; R-U-THERE is answered to whoever has the keys.',
      tests: {
        'ike/exchange/main-mode-responder.test.ts': ['answers the offer with its transform as it came, and DPD'],
        [INFORMATIONAL]: ['is answered with its number, under a message id of its own'],
      },
    },
    {
      id: 'C-87',
      what: 'Both cookies and a number of four octets; other cookies are told and answered all the same.',
      tests: {
        [R_U_THERE]: [
          'are notifications of ISAKMP with both cookies and the sequence number',
          'tell whose cookies they have, and are answered with the right ones all the same (RFC 3706 §6.1)',
        ],
      },
    },
    {
      id: 'C-88',
      what: 'A random first number; each outstanding one credited once.',
      tests: {
        [R_U_THERE]: ['is random with the high bit clear (RFC 3706 §6.2)'],
        [MACHINE]: [
          'is the ACK to each question that is outstanding, once, with its round trip',
          'is not an ACK to a number that is not outstanding, or was credited already',
        ],
      },
    },
    {
      id: 'C-89',
      what: 'A number that comes again is answered, four times a second at most.',
      tests: { [INFORMATIONAL]: ['is answered four times a second at most, the same number again too'] },
    },
    {
      id: 'C-90',
      what: 'A new R-U-THERE is a sign of life, a replayed one is none.',
      tests: { [MACHINE]: ['is a question of the peer with a number above all before, and no other (C-90)'] },
    },
    {
      id: 'C-91',
      what: 'ESP is there and the ISAKMP SA is gone: a new phase 1 is the probe.',
      tests: {
        [NOT_DEAD]: [
          'has a new phase 1 for a question, and its coming up for the answer',
          'ends where that is not answered, at the same time as by questions',
        ],
      },
    },
    {
      id: 'C-92',
      what: 'The time of an SA that was replaced ends nothing.',
      tests: { [NOT_DEAD]: ['is a newer phase 1, whatever became of questions under the older (C-92)'] },
    },
  ],
};
