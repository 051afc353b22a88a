import type { Chapter } from './item.ts';

const AUTHENTICATION = 'ike/authentication.test.ts';
const DISTRACTORS = 'ike/distractors.test.ts';

/** Pre-shared keys, and who may use them. */
export const IDENTITIES: Chapter = {
  title: 'Pre-shared keys and identities',
  items: [
    {
      id: 'C-49',
      what: 'The key is looked for by the address in Main Mode; the identity then picks the connection.',
      tests: {
        [AUTHENTICATION]: [
          'picks its connection among those that share the address',
          'is bound to the key: one peer’s key does not serve for another’s identity',
        ],
        [DISTRACTORS]: [
          'Main Mode chooses, of those that the key of the peer is for, the one whose identity and then whose address is the closest',
        ],
      },
    },
    {
      id: 'C-50',
      what: 'Up to sixteen keys are tried on the fifth message of Main Mode.',
      tests: {
        [AUTHENTICATION]: [
          'are all tried on the fifth message, and the one that fits decides',
          'are tried up to sixteen',
        ],
      },
    },
    {
      id: 'C-51',
      what: 'In Aggressive Mode the key is looked for by the identity.',
      tests: {
        'ike/aggressive-mode.test.ts': ['is the one that names its identity, which is looked for with its key'],
        [DISTRACTORS]: [
          'Aggressive Mode lets a peer into the closest that has a key for it, if that key is its own, and into no other',
        ],
      },
    },
    {
      id: 'C-52',
      what: 'Keys that differ are told as likely, on both sides, and end nothing before its time.',
      tests: {
        [AUTHENTICATION]: [
          'are a hint to the responder at the fifth message, and end nothing before the time of a half-open SA is over',
          'are the likely cause to the initiator too, whose fifth message gets no answer while those before it got theirs',
        ],
        'interop/refusals.test.ts': ['different pre-shared keys'],
      },
    },
    {
      id: 'C-53',
      what: 'Protocol and port of an identity of phase 1: zero in ours, not looked at in a peer’s.',
      tests: { 'robustness/phase1-identity.test.ts': ['are not looked at in a peer’s: %i/%i'] },
    },
    {
      id: 'C-54',
      what: 'An address behind a NAT is no good identity: names and `any` may stand instead.',
      tests: { [AUTHENTICATION]: ['takes a connection for it by name before one for anybody'] },
    },
    {
      id: 'C-55',
      what: 'Names are compared without regard to case and a trailing dot, other identities octet by octet.',
      tests: {
        'base/identity.test.ts': [
          'that is a name is the same without regard to case and a trailing dot (RFC 4343)',
          'that is no name is the same only octet by octet',
          'that is a distinguished name is the same as RFC 5280 §7.1 says, and fits a configured one with a star',
        ],
      },
    },
    {
      id: 'C-56',
      what: 'An identity stands in the certificate that shows it.',
      tests: { 'pki/identity-match.test.ts': ['that the certificate does not have is told beside those that it has'] },
    },
  ],
};
