import type { Chapter } from './item.ts';

export const KNOWN_BUGS_OF_PROOF: Chapter = {
  title: 'Bugs of keys, signatures and certificates',
  items: [
    {
      id: 'CVE-2018-16151',
      what: 'strongSwan: An RSA block was read leniently: what stood behind the hash or in its parameters was not looked at.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2018-16151, CVE-2018-16152 (strongSwan), CVE-2018-15836 (Openswan), CVE-2026-50721 (libreswan): does not verify where the block has %s',
        ],
      },
    },
    {
      id: 'CVE-2018-16152',
      what: 'strongSwan: An RSA block was read leniently: what stood behind the hash or in its parameters was not looked at.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2018-16151, CVE-2018-16152 (strongSwan), CVE-2018-15836 (Openswan), CVE-2026-50721 (libreswan): does not verify where the block has %s',
        ],
      },
    },
    {
      id: 'CVE-2026-50721',
      what: 'libreswan: The hash that came out of an RSA signature could have any length.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2018-16151, CVE-2018-16152 (strongSwan), CVE-2018-15836 (Openswan), CVE-2026-50721 (libreswan): does not verify where the block has %s',
        ],
      },
    },
    {
      id: 'CVE-2018-15836',
      what: 'Openswan: The padding of an RSA signature was not checked.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2018-16151, CVE-2018-16152 (strongSwan), CVE-2018-15836 (Openswan), CVE-2026-50721 (libreswan): does not verify where the block has %s',
        ],
      },
    },
    {
      id: 'CVE-2013-2944',
      what: 'strongSwan: An empty or zero ECDSA signature was a good one.',
      tests: {
        'pki/ecdsa.test.ts': [
          'CVE-2013-2944 (strongSwan): does not verify where it is empty, all zero, of another length, or by a key of another curve or kind',
        ],
      },
    },
    {
      id: 'CVE-2018-17540',
      what: 'strongSwan: A tiny RSA modulus made a length negative.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2018-17540, CVE-2017-9022 (strongSwan): does not verify under a key that is none, is too short, or has an exponent that proves nothing',
        ],
      },
    },
    {
      id: 'CVE-2017-9022',
      what: 'strongSwan: A key with a zero in it stopped the program.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2018-17540, CVE-2017-9022 (strongSwan): does not verify under a key that is none, is too short, or has an exponent that proves nothing',
        ],
      },
    },
    {
      id: 'CVE-2017-11185',
      what: 'strongSwan: A signature as large as the modulus gave no number, and that was not expected.',
      tests: {
        'crypto/native-rsa.test.ts': [
          'CVE-2017-11185 (strongSwan): does not verify as a number that is the modulus or above it',
        ],
      },
    },
    {
      id: 'CVE-2026-14957',
      what: 'libreswan: A certificate whose key has exponent 0 ended the program.',
      tests: {
        'pki/known-bugs-of-certificates.test.ts': [
          'CVE-2026-14957 (libreswan): a key of RSA with the exponent %j is %s',
          'CVE-2026-14957 (libreswan): no key is good without an exponent, or with a modulus that is none',
        ],
      },
    },
    {
      id: 'CVE-2017-9023',
      what: 'strongSwan: A CHOICE in a certificate was read for ever.',
      tests: {
        'pki/known-bugs-of-certificates.test.ts': [
          'CVE-2017-9023 (strongSwan): choices in %s that are empty or deep are refused',
        ],
      },
    },
    {
      id: 'CVE-2021-41990',
      what: 'strongSwan: A salt length of RSASSA-PSS overflowed.',
      tests: {
        'pki/known-bugs-of-certificates.test.ts': [
          'CVE-2018-6459, CVE-2021-41990 (strongSwan): a certificate under RSASSA-PSS with parameters %s: %s',
        ],
      },
    },
    {
      id: 'CVE-2018-6459',
      what: 'strongSwan: Parameters of RSASSA-PSS without a mask function.',
      tests: {
        'pki/known-bugs-of-certificates.test.ts': [
          'CVE-2018-6459, CVE-2021-41990 (strongSwan): a certificate under RSASSA-PSS with parameters %s: %s',
        ],
      },
    },
    {
      id: 'CVE-2021-41991',
      what: 'strongSwan: The cache of certificates overflowed.',
      refused: 'there is no such cache',
    },
    {
      id: 'CVE-2022-40617',
      what: 'strongSwan: What a stranger’s certificate named was fetched.',
      tests: {
        'pki/known-bugs-of-certificates.test.ts': [
          'CVE-2022-40617 (strongSwan): nothing is fetched from where a certificate says that there is something',
        ],
      },
    },
    {
      id: 'CVE-2026-35331',
      what: 'strongSwan: Names that an authority excludes were not.',
      tests: {
        'pki/known-bugs-of-certificates.test.ts': [
          'CVE-2026-35331 (strongSwan): below an authority with %s names of %s a certificate is %s',
        ],
      },
    },
  ],
};
