import type { Chapter } from './item.ts';

export const KNOWN_BUGS_OF_OTHERS: Chapter = {
  title: 'Bugs of other implementations and of the protocol',
  items: [
    {
      id: 'CVE-2023-38712',
      what: 'libreswan: Something behind the Delete of its own SA.',
      tests: {
        'robustness/known-bugs.test.ts': ['CVE-2023-38712 (libreswan): a Delete of the SA itself, and more behind it'],
      },
    },
    {
      id: 'CVE-2024-3652',
      what: 'libreswan: A transform with keys of no length.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2024-3652 (libreswan), CVE-2011-3380 (Openswan): every transform with every authentication, and keys of all lengths',
        ],
      },
    },
    {
      id: 'CVE-2016-10396',
      what: 'racoon: Many fragments took quadratic time.',
      tests: {
        'ike/wire/assembly.test.ts': [
          'CVE-2016-10396 (racoon): a hundred thousand of them cost no more each than a few',
        ],
      },
    },
    {
      id: 'CVE-2004-0155',
      what: 'racoon: With a good certificate the signature was not checked.',
      tests: {
        'ike/spoilt-signatures.test.ts': [
          'CVE-2004-0155 (racoon): the %s, changed on its way, is dropped though the certificate is good, and the real one behind it goes on',
        ],
      },
    },
    {
      id: 'CVE-2004-0164',
      what: 'racoon: A Delete that nobody had proved was obeyed.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2004-0164 (racoon): a Delete or INITIAL-CONTACT in clear, or under another key, takes nothing',
        ],
      },
    },
    {
      id: 'CVE-2004-0403',
      what: 'racoon: A gigantic length in a header.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2004-0403, CVE-2005-0398 (racoon): lengths in the header that are nothing, too much and gigantic',
        ],
      },
    },
    {
      id: 'CVE-2005-0398',
      what: 'racoon: A gigantic length in a header.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2004-0403, CVE-2005-0398 (racoon): lengths in the header that are nothing, too much and gigantic',
        ],
      },
    },
    {
      id: 'CVE-2005-3732',
      what: 'racoon: A payload that is missing.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2005-3732 (racoon), CVE-2005-3671 (Openswan), NISCC 273756: %s with each payload missing',
        ],
      },
    },
    {
      id: 'CVE-2005-3671',
      what: 'Openswan: Malformed messages of a well known suite.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2005-3732 (racoon), CVE-2005-3671 (Openswan), NISCC 273756: %s with each payload missing',
        ],
      },
    },
    {
      id: 'CVE-2008-3651',
      what: 'racoon: Refused offers were never given back.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2008-3651, CVE-2008-3652, CVE-2009-1632 (racoon): thousands of offers that are no good, and of keepalives, leave nothing',
        ],
      },
    },
    {
      id: 'CVE-2008-3652',
      what: 'racoon: Refused offers were never given back.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2008-3651, CVE-2008-3652, CVE-2009-1632 (racoon): thousands of offers that are no good, and of keepalives, leave nothing',
        ],
      },
    },
    {
      id: 'CVE-2009-1574',
      what: 'racoon: A fragment ended the program.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2013-6076 (strongSwan), CVE-2009-1574, CVE-2016-10396 (racoon): fragments with number 0, other ids, the last one first, and many: $name',
        ],
      },
    },
    {
      id: 'CVE-2009-1632',
      what: 'racoon: Keepalives and signatures took memory for ever.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2008-3651, CVE-2008-3652, CVE-2009-1632 (racoon): thousands of offers that are no good, and of keepalives, leave nothing',
        ],
      },
    },
    {
      id: 'CVE-2015-4047',
      what: 'racoon: GSS-API where none was begun.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2015-4047 (racoon): an attribute of GSS-API in an offer with a pre-shared key',
        ],
      },
    },
    {
      id: 'CVE-2004-0218',
      what: 'isakmpd: Payloads of no length, and counts that overrun.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2004-0218 to 0222 (isakmpd): payloads of no length, of every type, and counts of SPIs that overrun',
        ],
      },
    },
    {
      id: 'CVE-2004-0219',
      what: 'isakmpd: Payloads of no length, and counts that overrun.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2004-0218 to 0222 (isakmpd): payloads of no length, of every type, and counts of SPIs that overrun',
        ],
      },
    },
    {
      id: 'CVE-2004-0220',
      what: 'isakmpd: Payloads of no length, and counts that overrun.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2004-0218 to 0222 (isakmpd): payloads of no length, of every type, and counts of SPIs that overrun',
        ],
      },
    },
    {
      id: 'CVE-2004-0221',
      what: 'isakmpd: Payloads of no length, and counts that overrun.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2004-0218 to 0222 (isakmpd): payloads of no length, of every type, and counts of SPIs that overrun',
        ],
      },
    },
    {
      id: 'CVE-2004-0222',
      what: 'isakmpd: Payloads of no length, and counts that overrun.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2004-0218 to 0222 (isakmpd): payloads of no length, of every type, and counts of SPIs that overrun',
        ],
      },
    },
    {
      id: 'CVE-2011-3380',
      what: 'Openswan: A key length that no cipher has.',
      tests: {
        'robustness/known-bugs.test.ts': [
          'CVE-2024-3652 (libreswan), CVE-2011-3380 (Openswan): every transform with every authentication, and keys of all lengths',
        ],
      },
    },
    {
      id: 'CVE-2018-5389',
      what: 'the protocol: A weak pre-shared key can be guessed in Main Mode too; it is told.',
      tests: { 'config/check-psks.test.ts': ['%j'] },
    },
    {
      id: 'CVE-2002-1623',
      what: 'the protocol: Aggressive Mode gives away what a pre-shared key can be guessed with; it is told.',
      tests: {
        'config/checks.test.ts': ['have one group in Aggressive Mode, and a warning (RFC 2409 §5, CVE-2002-1623)'],
      },
    },
    {
      id: 'CVE-2016-6415',
      what: 'Cisco: An answer had the memory behind the offer in it.',
      tests: {
        'ike/known-bugs-of-answers.test.ts': [
          'CVE-2016-6415 (Cisco): every octet of an answer to an offer is one of the offer or of ours, whatever octet of the offer is wrong',
          'CVE-2016-6415 (Cisco): only the true length of %s is answered with a choice',
        ],
      },
    },
    {
      id: 'CVE-2016-1287',
      what: 'Cisco: Lengths of fragments overflowed.',
      tests: {
        'ike/reassembly.test.ts': [
          'CVE-2016-1287 (Cisco): whatever numbers, lengths and ids they have, what comes out is what went in, and not too much',
        ],
      },
    },
    {
      id: 'CVE-2018-0131',
      what: 'Cisco: RSA encryption in phase 1 was an oracle.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2018-0131 (Cisco), CVE-2018-9129 (ZyXEL), CVE-2017-17305 (Huawei), CVE-2018-8753 (Clavister): method %i is neither accepted nor taken back',
        ],
      },
      refused: 'methods 4 and 5 are neither offered nor accepted',
    },
    {
      id: 'CVE-2018-9129',
      what: 'ZyXEL: RSA encryption in phase 1 was an oracle.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2018-0131 (Cisco), CVE-2018-9129 (ZyXEL), CVE-2017-17305 (Huawei), CVE-2018-8753 (Clavister): method %i is neither accepted nor taken back',
        ],
      },
      refused: 'methods 4 and 5 are neither offered nor accepted',
    },
    {
      id: 'CVE-2017-17305',
      what: 'Huawei: RSA encryption in phase 1 was an oracle.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2018-0131 (Cisco), CVE-2018-9129 (ZyXEL), CVE-2017-17305 (Huawei), CVE-2018-8753 (Clavister): method %i is neither accepted nor taken back',
        ],
      },
      refused: 'methods 4 and 5 are neither offered nor accepted',
    },
    {
      id: 'CVE-2018-8753',
      what: 'Clavister: RSA encryption in phase 1 was an oracle.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2018-0131 (Cisco), CVE-2018-9129 (ZyXEL), CVE-2017-17305 (Huawei), CVE-2018-8753 (Clavister): method %i is neither accepted nor taken back',
        ],
      },
      refused: 'methods 4 and 5 are neither offered nor accepted',
    },
    {
      id: 'VU#419128',
      what: 'many: Whoever forged an address could have it flooded.',
      tests: {
        'ike/amplification.test.ts': [
          'never gets more octets than came from it, or twice as many in Aggressive Mode, whatever they were and however often',
        ],
      },
    },
    {
      id: 'NISCC',
      what: 'many: The suite of malformed messages of 2005.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2005-3732 (racoon), CVE-2005-3671 (Openswan), NISCC 273756: %s with each payload missing',
        ],
      },
    },
    {
      id: '273756',
      what: 'many: The suite of malformed messages of 2005.',
      tests: {
        'robustness/known-bugs-of-messages.test.ts': [
          'CVE-2005-3732 (racoon), CVE-2005-3671 (Openswan), NISCC 273756: %s with each payload missing',
        ],
      },
    },
  ],
};
