import type { Chapter } from './item.ts';

const CELLS = 'lab/cells.ts';
const PHASE1 = 'OpenSSL and JavaScript come to the same keys with $text in phase 1';
const PHASE2 = 'OpenSSL and JavaScript come to the same keys with $text in phase 2';
const ALGORITHMS = 'ike/algorithms.test.ts';

export const EXCHANGES: Chapter = {
  title: 'Exchanges and authentication',
  items: [
    {
      id: 'Main Mode',
      what: 'Both roles.',
      tests: {
        'ike/endpoint.test.ts': [
          'bring up Main Mode and Quick Mode in nine messages, with the same keys on both sides',
        ],
        [CELLS]: ['elliptic curve and GCM'],
      },
    },
    {
      id: 'Aggressive Mode',
      what: 'With a pre-shared key or signatures, both roles, where a connection names it.',
      tests: {
        'ike/aggressive-mode.test.ts': [
          'has three messages, the third encrypted, and INITIAL-CONTACT behind them (RFC 2407 §4.6.3)',
        ],
        'ike/exchange/aggressive-mode.test.ts': [
          'the responder is believed by its HASH_R, and HASH_I is that of the recorded third message',
          'the initiator is answered with the recorded HASH_R and believed, and its Quick Mode is read',
        ],
        'ike/aggressive-signatures.test.ts': ['has three messages, and certificates where they are asked for'],
        'interop/aggressive-certificates.test.ts': ['Aggressive Mode with certificates'],
      },
    },
    { id: 'Base exchange', what: 'Of ISAKMP.', refused: 'RFC 2409 does not use it, and only racoon ever had it' },
    {
      id: 'New Group Mode',
      what: 'RFC 2409 §5.6.',
      tests: {
        'ike/new-group.test.ts': ['is refused with ATTRIBUTES-NOT-SUPPORTED under the keys, and nothing ends'],
      },
      refused: 'nobody speaks it; a group that a peer makes up is not to be believed',
    },
    {
      id: 'Quick Mode',
      what: 'Both roles, with and without PFS.',
      tests: { 'ike/quick-mode.test.ts': ['is absent without a group: no KE, one job less'] },
    },
    {
      id: 'Informational',
      what: 'Notifications and Deletes, under the keys; in clear they are hints.',
      tests: { 'ike/informational.test.ts': ['of an ESP SA takes the pair and leaves the ISAKMP SA'] },
    },
    {
      id: 'Pre-shared keys (1)',
      what: 'Several for an address, bound to identities.',
      tests: {
        'ike/authentication.test.ts': ['is bound to the key: one peer’s key does not serve for another’s identity'],
      },
    },
    {
      id: 'RSA signatures (3)',
      what: 'PKCS #1 v1.5 over the bare HASH.',
      tests: {
        'crypto/native-rsa.test.ts': ['has the bare hash behind its padding, as RFC 2409 §5.1 demands'],
        'ike/signatures.test.ts': ['stands with %s, and a tunnel with it'],
      },
    },
    {
      id: 'ECDSA (9, 10, 11)',
      what: 'RFC 4754.',
      tests: {
        'pki/ecdsa.test.ts': ['%s is that of RFC 4754 §8'],
        'ike/signatures.test.ts': ['stands with %s, and a tunnel with it'],
      },
    },
    {
      id: 'DSS signatures (2)',
      what: 'DSA.',
      refused: 'keys of 1024 bits and SHA-1; no implementation has a working one',
    },
    {
      id: 'RSA encryption (4, 5)',
      what: 'RFC 2409 §5.2 and §5.3.',
      tests: {
        'ike/negotiate/phase1-choice.test.ts': ['refuses authentication by something else than a pre-shared key'],
      },
      refused: 'an oracle for RSA PKCS #1 v1.5: CVE-2018-0131, CVE-2018-9129, CVE-2017-17305, CVE-2018-8753',
    },
    {
      id: 'Raw public keys',
      what: 'Without a certificate.',
      refused:
        'no RFC of IKEv1 has an encoding for them (the raw RSA key came with IKEv2), so each peer has its own; a certificate of the peer’s own, without an authority, serves for it',
    },
    { id: 'GSS-API', what: 'Kerberos.', refused: 'only racoon and Windows 2000 ever had it; CVE-2015-4047 came of it' },
    {
      id: 'Vendor ids',
      what: 'Known ones are named; what is done differs by what they announce, not by who they are.',
      tests: { 'ike/negotiate/vendor-ids.test.ts': ['knows the MD5 of %j', 'knows %s'] },
    },
  ],
};

export const CRYPTOGRAPHY: Chapter = {
  title: 'Cryptography',
  items: [
    { id: 'DES, 3DES in phase 1', what: 'DES only where it is named.', tests: { [ALGORITHMS]: [PHASE1] } },
    {
      id: 'AES-CBC in phase 1',
      what: '128, 192 and 256 bits.',
      tests: { [ALGORITHMS]: [PHASE1], [CELLS]: ['the largest usual keys'] },
    },
    { id: 'Camellia in phase 1', what: 'RFC 4312.', tests: { [ALGORITHMS]: [PHASE1], [CELLS]: ['Camellia'] } },
    {
      id: 'Blowfish, CAST, IDEA, Serpent, Twofish',
      what: 'In phase 1 and in ESP.',
      refused: 'blocks of 64 bits, or numbers that no RFC gave; none is offered by a peer that has nothing better',
    },
    { id: 'AEAD in phase 1', what: 'GCM.', refused: 'IKEv1 has no definition of it' },
    { id: 'AES-CTR in phase 1', what: 'Counter mode.', refused: 'IKEv1 has no definition of its IV' },
    {
      id: 'Hashes',
      what: 'MD5 where it is named, SHA-1, SHA-256, SHA-384, SHA-512.',
      tests: { [ALGORITHMS]: [PHASE1] },
    },
    {
      id: 'MODP groups',
      what: '1 and 2 where named, 5, 14 to 18.',
      tests: { [ALGORITHMS]: [PHASE1], 'crypto/modp.test.ts': ['agrees on y^x modulo the prime, from both sides'] },
    },
    {
      id: 'Groups 19, 20, 21',
      what: 'The shared secret is x.',
      tests: { 'crypto/ecp.test.ts': ["computes NIST's ECC CDH cases"] },
    },
    {
      id: 'Groups 22 to 24',
      what: 'MODP with a small subgroup.',
      refused: 'RFC 8247 §2.4: small subgroups, and primes that may hide a trapdoor',
    },
    {
      id: 'Groups 25 to 30',
      what: 'Small curves and brainpool.',
      refused: 'too small, or missing from what OpenSSL offers everywhere; no peer has nothing else',
    },
    {
      id: 'Group 31',
      what: 'X25519, as strongSwan and libreswan have it in IKEv1.',
      tests: { 'crypto/x25519.test.ts': ['two sides always agree, and so do the providers'], [CELLS]: ['Curve25519'] },
    },
    {
      id: 'Groups of one’s own',
      what: 'By attributes, RFC 2409 App. A.',
      tests: {
        'ike/negotiate/refusal.test.ts': [
          'says why a group that the peer describes by its prime is never taken (RFC 2409 App. A)',
        ],
      },
      refused: 'costs seconds to check, and a trapdoor in a prime is found by no check',
    },
    {
      id: 'ESP AES-CBC, 3DES',
      what: 'DES where it is named.',
      tests: {
        [ALGORITHMS]: [PHASE2],
        'esp/userspace/transform-vectors.test.ts': ['seals and opens RFC 3602 §4: $title'],
      },
    },
    {
      id: 'ESP AES-GCM',
      what: 'ICV of 8, 12 and 16 octets.',
      tests: {
        'esp/userspace/transform-vectors.test.ts': ['seals and opens draft-mcgrew-gcm-test-01: SPI $spi, number $seq'],
        [ALGORITHMS]: [PHASE2],
      },
    },
    {
      id: 'ESP AES-CTR, AES-CCM',
      what: 'RFC 3686, RFC 4309.',
      tests: {
        'esp/userspace/counter-vectors.test.ts': [
          'seals and opens RFC 3686 §6: $title',
          'seals and opens what Wycheproof has of CCM: case $tcId',
        ],
        [CELLS]: ['counter mode', 'CCM'],
      },
    },
    {
      id: 'ESP AES-GMAC',
      what: 'RFC 4543.',
      tests: {
        'esp/userspace/counter-vectors.test.ts': [
          'seals and opens the GMAC packet of draft-mcgrew-gcm-test-01, IV included',
        ],
      },
    },
    { id: 'ESP ChaCha20-Poly1305', what: 'RFC 7634.', refused: 'IKEv1 has no number for it' },
    {
      id: 'ESP NULL',
      what: 'Integrity alone.',
      tests: {
        'esp/userspace/transform-vectors.test.ts': [
          'leaves a packet of the NULL cipher readable and proves it (RFC 2410)',
        ],
        [CELLS]: ['ESP that hides nothing'],
      },
    },
    { id: 'ESP HMAC', what: 'MD5, SHA-1, SHA-256, SHA-384, SHA-512.', tests: { [ALGORITHMS]: [PHASE2] } },
    {
      id: 'ESP AES-XCBC',
      what: 'RFC 3566.',
      tests: {
        'esp/userspace/transform-vectors.test.ts': ['cuts AES-XCBC-MAC of RFC 3566 §4.6 to 96 bits: case $case'],
      },
    },
    {
      id: 'AH',
      what: 'RFC 4302.',
      tests: { 'ike/negotiate/phase2-choice.test.ts': ['refuses AH, the bundle beside it does not matter'] },
      refused: 'it passes no NAT, and ESP NULL does what it does',
    },
    {
      id: 'AH and ESP together',
      what: 'Proposals of one number.',
      tests: {
        'ike/negotiate/phase2-choice.test.ts': [
          'refuses proposals of one number, which belong together: a logical AND (RFC 2408 §4.2)',
        ],
      },
      refused: 'as AH',
    },
    {
      id: 'IPComp',
      what: 'RFC 3173.',
      refused: 'compression beside encryption tells lengths, and few peers can do it',
    },
    {
      id: 'Extended sequence numbers',
      what: 'Attribute 11.',
      tests: {
        'ike/negotiate/phase2-choice.test.ts': [
          'takes sequence numbers of 64 bits where both sides name them, and of 32 bits where one does not (RFC 4304 §2)',
        ],
        'esp/userspace/replay-window.test.ts': ['holds its size across 2^32'],
      },
    },
    {
      id: 'PFS',
      what: 'Any group of phase 1.',
      tests: {
        'ike/negotiate/phase2-choice.test.ts': ['is a group and a KE payload'],
        [CELLS]: ['elliptic curve and GCM'],
      },
    },
    {
      id: 'HMAC-SHA2-256-96',
      what: 'As old kernels cut it, where it is named.',
      tests: { 'esp/userspace/transform-vectors.test.ts': ['cuts HMAC-SHA-256 to 96 bits where the suite says so'] },
    },
  ],
};
