import type { Chapter } from './item.ts';

const QUICK_MODE = 'ike/quick-mode.test.ts';
const TUNNEL_MATCH = 'ike/negotiate/tunnel-match.test.ts';
const RETRANSMISSION = 'ike/retransmission.test.ts';

export const CERTIFICATES: Chapter = {
  title: 'Certificates',
  items: [
    {
      id: 'C-57',
      what: 'Several CERT payloads, the leaf found by what it says.',
      tests: { 'pki/verify-peer.test.ts': ['may come in any order, twice, among others, and with the authority'] },
    },
    {
      id: 'C-58',
      what: 'CERTREQ sent and honoured.',
      tests: {
        'ike/signatures.test.ts': [
          'are asked for by the names of the authorities: by the responder in message 4, by the initiator in message 5 (RFC 4945 §3.2.5)',
          'go along where they are asked for, in both directions',
        ],
      },
    },
    {
      id: 'C-59',
      what: 'Nothing is fetched for a certificate.',
      tests: { 'architecture/imports.test.ts': ['packages and built-in modules stay in their rooms'] },
    },
    {
      id: 'C-60',
      what: 'Key usage and the other rules of RFC 4945.',
      tests: {
        'pki/verify-peer.test.ts': [
          'must be allowed to sign, where it says what it is for (RFC 4945 §5.1.3.2)',
          'is refused below one that is no authority, or is one too deep',
        ],
      },
    },
    {
      id: 'C-61',
      what: 'Keys that are weak, huge or none.',
      tests: {
        'pki/verify-peer.test.ts': ['is refused with SHA-1 or 1024 bits of RSA, unless they are allowed by name'],
        'crypto/native-rsa.test.ts': [
          'CVE-2018-17540, CVE-2017-9022 (strongSwan): does not verify under a key that is none, is too short, or has an exponent that proves nothing',
        ],
      },
    },
    {
      id: 'C-62',
      what: 'A chain that is longer than a packet goes in fragments of IKE, or of IP where the peer knows none.',
      tests: {
        'interop/fragments.test.ts': [
          'a chain of certificates in fragments of IKE',
          'a chain of certificates that IP cuts, because charon announces no fragments of IKE',
        ],
      },
    },
  ],
};

export const QUICK: Chapter = {
  title: 'Quick Mode',
  items: [
    {
      id: 'C-63',
      what: 'HASH(1) to HASH(3) cover all octets behind the HASH payload, the padding excepted.',
      tests: {
        'ike/keys/quick-hash.test.ts': [
          'HASH(1) covers M-ID and the rest of the message (RFC 2409 §5.5)',
          'HASH(2) covers M-ID, Ni_b and the rest of the message (RFC 2409 §5.5)',
          'HASH(3) covers 0, M-ID, Ni_b and Nr_b (RFC 2409 §5.5)',
        ],
        'ike/keys/recorded-handshake.test.ts': ['hold HASH(1), HASH(2) and HASH(3) (RFC 2409 §5.5)'],
      },
    },
    {
      id: 'C-64',
      what: 'One payload behind HASH(1) in each Informational of ours.',
      tests: {
        'ike/informational.test.ts': [
          'goes out for each ESP SA, then for the ISAKMP SA, each in an Informational of its own, when a connection is taken down',
        ],
      },
    },
    {
      id: 'C-65',
      what: 'The responder can receive before its answer leaves, and sends at QM3 or at the first packet.',
      tests: {
        [QUICK_MODE]: [
          'are inbound before QM2 leaves and outbound at QM3, for the responder; both at QM2 for the initiator',
          'come without QM3 where ESP arrives on the inbound SA: the peer has the second message then',
        ],
      },
    },
    {
      id: 'C-66',
      what: 'QM3 that is lost comes again, from memory, when QM2 does.',
      tests: {
        [RETRANSMISSION]: [
          'of QM3 is mended by the initiator’s memory: QM2 comes again, and the same QM3 answers it',
          'of QM3 for good takes the responder’s inbound SA down again, after the schedule',
        ],
      },
    },
    {
      id: 'C-67',
      what: 'Absent identities are the addresses of the peers; any type of identity is read or refused in words.',
      tests: {
        'ike/negotiate/identification.test.ts': [
          'is what absent identities mean: the address of a peer, any protocol and port (RFC 2409 §5.5)',
          'reads a range or a subnet that another form would say shorter as the same selector',
        ],
        'robustness/known-bugs.test.ts': [
          'CVE-2023-38711 (libreswan): identities of every kind in IDci and IDcr, and of two kinds',
        ],
      },
    },
    {
      id: 'C-68',
      what: 'The networks are what was asked for, or nothing: narrowing is in no RFC.',
      tests: {
        [TUNNEL_MATCH]: ['does not narrow, and tells both pairs (RFC 2409 §5.5)'],
        'ike/exchange/recorded-quick-mode.test.ts': [
          'refuses the networks that the responder narrowed to where they are not those asked for, with both pairs',
        ],
      },
    },
    {
      id: 'C-69',
      what: 'Networks that no tunnel has are refused under the keys, with both pairs told on our side.',
      tests: {
        [QUICK_MODE]: [
          'that no tunnel has are refused with INVALID-ID-INFORMATION under the keys, both pairs told on our side',
          'of phase 2 end the initiator’s Quick Mode at once, and the next attempt comes with back-off',
        ],
      },
    },
    {
      id: 'C-70',
      what: 'A Quick Mode for each tunnel of a connection.',
      tests: {
        [QUICK_MODE]: ['belong to the tunnel that has them, each tunnel of a connection with its own Quick Mode'],
      },
    },
    {
      id: 'C-71',
      what: 'SPIs of 256 and more, none twice; others of a peer are refused.',
      tests: {
        'esp/spi.test.ts': [
          'never hands out a reserved SPI below 256 (RFC 4303 §2.1)',
          'skips an SPI that is installed, and takes it again once released',
        ],
        'ike/negotiate/phase2-choice.test.ts': ['refuses the reserved SPI %d in what it would choose (RFC 4303 §2.1)'],
      },
    },
    {
      id: 'C-72',
      what: 'Nonces of 8 to 256 octets, new for each exchange.',
      tests: { 'ike/wire/nonce.test.ts': ['takes 8 to 256 octets and no others (RFC 2409 §5)'] },
    },
    {
      id: 'C-73',
      what: 'A group and a KE payload, or neither; which side wanted PFS is said.',
      tests: {
        'ike/negotiate/phase2-choice.test.ts': [
          'is a group and a KE payload',
          'refuses a peer that leaves it out',
          'refuses a peer that wants it',
          'refuses a group without KE payload and a KE payload without group',
        ],
      },
    },
    {
      id: 'C-74',
      what: 'Quick Modes that collide end with both up, and settle on one that both sides know.',
      tests: {
        [QUICK_MODE]: ['end with both up, whichever pair came of whose Quick Mode'],
        'sim/renewal.test.ts': ['begun by both at once settles on one pair and loses no packet'],
      },
    },
    {
      id: 'C-75',
      what: 'The commit bit is ignored and never set.',
      tests: { 'ike/commit-bit.test.ts': ['changes nothing, whoever sets it and wherever'] },
    },
  ],
};
