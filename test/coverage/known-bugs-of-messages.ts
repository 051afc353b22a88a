import type { Chapter } from './item.ts';

export const KNOWN_BUGS_OF_MESSAGES: Chapter = {
  title: 'Bugs of messages of the swans',
  items: [
    {
      id: 'CVE-2018-10811',
      what: 'strongSwan: A PRF that the host refused was used all the same.',
      tests: { 'crypto/prf.test.ts': ['prf is HMAC-%s over its parts behind each other (RFC 2409 §4)'] },
    },
    {
      id: 'CVE-2015-3991',
      what: 'strongSwan: Payloads of IKEv2 were taken in IKEv1.',
      tests: {
        'robustness/known-bugs.test.ts': ['CVE-2015-3991 (strongSwan): payloads of IKEv2 in messages of IKEv1'],
      },
    },
    {
      id: 'CVE-2013-6076',
      what: 'strongSwan: A fragment with strange numbers ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2013-6076 (strongSwan), CVE-2009-1574, CVE-2016-10396 (racoon): fragments with number 0, other ids, the last one first, and many: $name',
        ],
      },
    },
    {
      id: 'CVE-2013-6075',
      what: 'strongSwan: A distinguished name was compared beyond its end.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2013-6075, CVE-2014-2891 (strongSwan), CVE-2013-2052 to 2054 (pluto): names that are none, or long, or full of control characters',
        ],
      },
    },
    {
      id: 'CVE-2014-2891',
      what: 'strongSwan: A distinguished name was compared beyond its end.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2013-6075, CVE-2014-2891 (strongSwan), CVE-2013-2052 to 2054 (pluto): names that are none, or long, or full of control characters',
        ],
      },
    },
    {
      id: 'CVE-2013-5018',
      what: 'strongSwan: A user name that looks like DER ended the program.',
      tests: {
        'ike/auth/xauth.test.ts': [
          'CVE-2013-5018 (strongSwan): is the text that it is, at every length, though it looks like DER',
          'CVE-2013-5018 (strongSwan): is none where its octets are no text',
          'CVE-2013-5018 (strongSwan): reaches who checks it as it was given',
        ],
      },
    },
    {
      id: 'CVE-2009-0790',
      what: 'pluto: R-U-THERE for an SA that there is not ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2019-12312, CVE-2020-1763 (libreswan), CVE-2009-0790 (pluto): an Informational and an R-U-THERE: $name',
        ],
      },
    },
    {
      id: 'CVE-2013-2052',
      what: 'libreswan, Openswan, strongSwan: A name in a certificate was longer than the place for it.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2013-6075, CVE-2014-2891 (strongSwan), CVE-2013-2052 to 2054 (pluto): names that are none, or long, or full of control characters',
        ],
      },
    },
    {
      id: 'CVE-2013-2053',
      what: 'libreswan, Openswan, strongSwan: A name in a certificate was longer than the place for it.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2013-6075, CVE-2014-2891 (strongSwan), CVE-2013-2052 to 2054 (pluto): names that are none, or long, or full of control characters',
        ],
      },
    },
    {
      id: 'CVE-2013-2054',
      what: 'libreswan, Openswan, strongSwan: A name in a certificate was longer than the place for it.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2013-6075, CVE-2014-2891 (strongSwan), CVE-2013-2052 to 2054 (pluto): names that are none, or long, or full of control characters',
        ],
      },
    },
    {
      id: 'CVE-2013-4564',
      what: 'libreswan: A short first message ended the program.',
      tests: { 'robustness/known-bugs.test.ts': ['CVE-2013-4564 (libreswan): a first message of 0 to 64 octets'] },
    },
    {
      id: 'CVE-2015-3204',
      what: 'libreswan: An unknown DOI or payload ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2015-3204 (libreswan): a DOI that nobody knows, in every payload that has one, and payload 15 everywhere',
        ],
      },
    },
    {
      id: 'CVE-2015-3240',
      what: 'libreswan: A public value of 0 ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2015-3240 (libreswan): a public value that is none, in Main Mode and in Quick Mode',
        ],
      },
    },
    {
      id: 'CVE-2016-5361',
      what: 'libreswan: A forged sender’s address was sent many times what came.',
      tests: {
        'ike/amplification.test.ts': [
          'never gets more octets than came from it, or twice as many in Aggressive Mode, whatever they were and however often',
        ],
      },
    },
    {
      id: 'CVE-2019-10155',
      what: 'libreswan, Openswan, strongSwan: The HASH of an Informational was not checked.',
      tests: { 'ike/informational.test.ts': ['with a HASH that is wrong in one bit (CVE-2019-10155)'] },
    },
    {
      id: 'CVE-2019-12312',
      what: 'libreswan: An Informational before there are keys ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2019-12312, CVE-2020-1763 (libreswan), CVE-2009-0790 (pluto): an Informational and an R-U-THERE: $name',
        ],
      },
    },
    {
      id: 'CVE-2020-1763',
      what: 'libreswan: An encrypted Informational for no SA ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2019-12312, CVE-2020-1763 (libreswan), CVE-2009-0790 (pluto): an Informational and an R-U-THERE: $name',
        ],
      },
    },
    {
      id: 'CVE-2022-23094',
      what: 'libreswan: A malformed first message ended the program.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2022-23094 (libreswan): %s cut off at every octet, and with every octet wrong',
        ],
      },
    },
    {
      id: 'CVE-2023-30570',
      what: 'libreswan: Aggressive Mode, refused and begun once more with a responder’s cookie.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2023-30570 (libreswan): Aggressive Mode with an offer that nobody takes, once more with a cookie of the responder',
        ],
      },
    },
    {
      id: 'CVE-2023-38711',
      what: 'libreswan: An unexpected kind of identity in Quick Mode.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2023-38711 (libreswan): identities of every kind in IDci and IDcr, and of two kinds',
        ],
      },
    },
  ],
};
