import type { Chapter } from './item.ts';

export const IDENTITIES_AND_CERTIFICATES: Chapter = {
  title: 'Identities and certificates',
  items: [
    {
      id: 'Types of identity',
      what: 'Addresses, FQDN, user FQDN, KEY_ID and distinguished names.',
      tests: {
        'base/identity.test.ts': ['%s has the type and octets of RFC 2407 §4.6.2'],
        'interop/identities.test.ts': ['KEY_ID of text', 'KEY_ID in hexadecimal', 'distinguished names', 'USER_FQDN'],
      },
    },
    {
      id: 'Networks of Quick Mode',
      what: 'Addresses, subnets and ranges, protocol and port.',
      tests: { 'ike/negotiate/identification.test.ts': ['%s is type %d in the shortest form, and back'] },
    },
    {
      id: 'Patterns of distinguished names',
      what: 'Stars, and order where asked.',
      tests: {
        'ike/signatures.test.ts': [
          'is one that names it rather than one with a star, and that rather than one for anybody',
          'has a name in another order, or with less in it, only where that is asked for, in both roles',
        ],
      },
    },
    {
      id: 'Identity in the certificate',
      what: 'Subject or subjectAltName.',
      tests: { 'pki/identity-match.test.ts': ['that the certificate does not have is told beside those that it has'] },
    },
    {
      id: 'CERT 4, X.509',
      what: 'Sent and taken.',
      tests: { 'pki/certificate-payload.test.ts': ['are sent with encoding 4, each in a payload of its own'] },
    },
    {
      id: 'CERT 1, PKCS #7',
      what: 'Taken.',
      tests: { 'pki/certificate-payload.test.ts': ['are read out of PKCS #7 with an %s key (encoding 1)'] },
    },
    {
      id: 'CERT 7, CRL',
      what: 'In band.',
      tests: {
        'pki/certificate-payload.test.ts': [
          'are read once each; what is no certificate, or has another encoding, is left out',
        ],
      },
      refused: 'RFC 4945 §3.3.3 has nobody send them, and a peer has no interest in showing the one that names it',
    },
    {
      id: 'CERTREQ',
      what: 'Sent and honoured.',
      tests: { 'ike/signatures.test.ts': ['go along where they are asked for, in both directions'] },
    },
    {
      id: 'Intermediate authorities',
      what: 'Sent and taken.',
      tests: { 'pki/verify-peer.test.ts': ['may come in any order, twice, among others, and with the authority'] },
    },
    {
      id: 'CRLs',
      what: 'From files.',
      tests: { 'pki/revocation.test.ts': ['with the certificate on it ends it, soft or hard, and says which one'] },
    },
    {
      id: 'OCSP',
      what: 'Asked for each certificate.',
      refused:
        'nothing is fetched in phase 1: a gateway that must reach the world before its tunnel is up may never be (CVE-2022-40617)',
    },
    {
      id: 'Key usage, RFC 4945',
      what: 'What a certificate may be used for.',
      tests: {
        'pki/verify-peer.test.ts': ['must be allowed to sign, where it says what it is for (RFC 4945 §5.1.3.2)'],
      },
    },
    {
      id: 'Authorities by connection',
      what: 'Who vouches for whom.',
      tests: {
        'gateway/certificates.test.ts': [
          'refuse a peer of an authority that vouches for others, where the connection names its own',
        ],
        'config/certificates.test.ts': [
          'may have authorities of the connection, instead of those for all, and not beside the certificate of the peer',
        ],
      },
    },
  ],
};
