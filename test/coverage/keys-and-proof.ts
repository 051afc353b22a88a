import type { Chapter } from './item.ts';

const SKEYID = 'ike/keys/skeyid.test.ts';
const ENCRYPTION_KEY = 'ike/keys/encryption-key.test.ts';
const KEYMAT = 'ike/keys/keymat.test.ts';
const IV = 'ike/keys/iv.test.ts';
const CHAIN = 'ike/keys/cipher-chain.test.ts';
const AUTHENTICATION = 'ike/authentication.test.ts';

export const KEYS: Chapter = {
  title: 'Key material',
  items: [
    {
      id: 'C-25',
      what: 'SKEYID by the method: of the pre-shared key, or of the nonces and g^xy.',
      tests: {
        [SKEYID]: [
          'computes the keys of the recorded session $name',
          'with signatures SKEYID is keyed by the nonces and covers g^xy (RFC 2409 §5)',
        ],
      },
      except: 'RSA encryption (methods 4 and 5), which is an oracle: CVE-2018-0131 and its like',
    },
    {
      id: 'C-26',
      what: 'SKEYID_d, _a and _e, each over the one before it and one octet.',
      tests: { [SKEYID]: ['computes the keys of the recorded session $name'] },
    },
    {
      id: 'C-27',
      what: 'g^xy and public values are as long as the modulus; of a point of a curve it is x.',
      tests: {
        'crypto/modp.test.ts': [
          'pads a public value that is shorter than the prime on the left (RFC 2409 §5)',
          'pads a shared secret that is shorter than the prime on the left (RFC 2409 §5)',
        ],
        'crypto/ecp.test.ts': ['keeps the leading zeros of a short secret (RFC 5903 §7)'],
        [SKEYID]: ['a leading zero octet of g^xy counts'],
      },
    },
    {
      id: 'C-28',
      what: 'Public values that are none are refused; one without its leading zeros is taken.',
      tests: {
        'crypto/modp.test.ts': [
          'refuses a public value of %s (RFC 6989 §2.1)',
          'takes a public value whose leading zeros were stripped as the same number',
        ],
        'crypto/ecp.test.ts': ['refuses %s as no point of the curve (RFC 6989 §2.3)'],
        'crypto/x25519.test.ts': ['refuses %s, which is of small order (RFC 7748 §6.1)'],
        'robustness/known-bugs.test.ts': [
          'CVE-2015-3240 (libreswan): a public value that is none, in Main Mode and in Quick Mode',
        ],
      },
    },
    {
      id: 'C-29',
      what: 'A key longer than SKEYID_e is K1 | K2 | …; a weak one of DES is passed over.',
      tests: {
        [ENCRYPTION_KEY]: [
          'for $cipher with $hash is what RFC 2409 App. B says',
          'for DES is the first eight octets that are no weak key (RFC 2409 App. B)',
        ],
      },
    },
    {
      id: 'C-30',
      what: 'The prf is HMAC of the hash; a transform that names another prf is refused.',
      tests: {
        'crypto/prf.test.ts': ['prf is HMAC-%s over its parts behind each other (RFC 2409 §4)'],
        'ike/negotiate/phase1-choice.test.ts': [
          'refuses a transform with an attribute that we do not know, such as a PRF',
        ],
      },
    },
    {
      id: 'C-31',
      what: 'KEYMAT for each SPI, encryption first, each direction with the SPI of its receiver.',
      tests: {
        [KEYMAT]: [
          'is K1 | K2 | … cut to length, with and without g(qm)^xy (RFC 2409 §5.5)',
          'the two directions of a pair have different keys, as their SPIs differ (RFC 2409 §5.5)',
          'takes this much of KEYMAT: encryption first, then integrity',
        ],
      },
    },
    {
      id: 'C-32',
      what: 'Without PFS there is no g(qm)^xy in KEYMAT, and no KE in the message.',
      tests: {
        [KEYMAT]: ['is K1 | K2 | … cut to length, with and without g(qm)^xy (RFC 2409 §5.5)'],
        'ike/quick-mode.test.ts': ['is absent without a group: no KE, one job less'],
      },
    },
    {
      id: 'C-33',
      what: 'All cases of NIST but those of SHA-224, which IKE has no number for.',
      tests: { [SKEYID]: ['of NIST’s cases only those of SHA-224 are left out'] },
    },
  ],
};

export const IVS: Chapter = {
  title: 'IV and message id',
  items: [
    {
      id: 'C-34',
      what: 'The IV of phase 1 is a hash of both public values; then the last block, in either direction.',
      tests: {
        [IV]: ['phase 1 begins with the IV of the recorded session $name (RFC 2409 App. B)'],
        [CHAIN]: ['the next IV is the last block of ciphertext, in either direction'],
      },
    },
    {
      id: 'C-35',
      what: 'A later exchange begins with a hash of the last block of phase 1 and its message id.',
      tests: { [IV]: ['an Informational begins with the IV of the recorded session (RFC 2409 App. B)'] },
    },
    {
      id: 'C-36',
      what: 'Each message id has a chain of its own.',
      tests: {
        'ike/keys/recorded-handshake.test.ts': [
          'decrypt to what was decrypted independently, the IV passing from each to the next (RFC 2409 App. B)',
        ],
        'decode/reference.test.ts': ['strongSwan with itself: everything is verified with the pre-shared key and g^xy'],
      },
    },
    {
      id: 'C-37',
      what: 'The chain moves only when a message proved itself.',
      tests: { [CHAIN]: ['moves only where the caller keeps `next`: garbage and retransmissions leave it'] },
    },
    {
      id: 'C-38',
      what: 'As many Quick Modes at once as a number that is ours, each with its chain.',
      tests: {
        'ike/limits.test.ts': ['are served up to a number at a time'],
        'sim/loss.test.ts': ['come up so with PFS, slow jobs and several tunnels at once'],
      },
    },
    {
      id: 'C-39',
      what: 'Message ids are of chance, not zero, and taken once, whatever for.',
      tests: {
        'ike/message-ids.test.ts': [
          'takes an id once, whatever it was for (RFC 2408 §3.1)',
          'draws ids that are not zero and new',
        ],
        'ike/informational.test.ts': ['is not taken twice under one message id, nor under one of ours, reflected'],
      },
    },
    {
      id: 'C-40',
      what: 'A Quick Mode under message id 0 is refused.',
      tests: { 'ike/wire/rules.test.ts': ['refuses %s: %s'] },
    },
  ],
};

export const PROOF: Chapter = {
  title: 'Authentication hash and signature',
  items: [
    {
      id: 'C-41',
      what: 'HASH_I and HASH_R cover SAi_b, the initiator’s offer.',
      tests: {
        'ike/keys/phase1-hash.test.ts': [
          'HASH_I covers g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b (RFC 2409 §5)',
          'HASH_R covers g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b (RFC 2409 §5)',
        ],
      },
    },
    {
      id: 'C-42',
      what: 'Hashes are over the octets that came, never over what we would have written.',
      tests: {
        'ike/wire/payload.test.ts': ['keep the body as it was received, even where writing it again would differ'],
      },
    },
    {
      id: 'C-43',
      what: 'RSA signatures: PKCS #1 v1.5 over the bare HASH.',
      tests: { 'crypto/native-rsa.test.ts': ['has the bare hash behind its padding, as RFC 2409 §5.1 demands'] },
    },
    {
      id: 'C-44',
      what: 'The block of an RSA signature is built and compared whole.',
      tests: { 'crypto/native-rsa.test.ts': ['is refused with any octet changed, cut off or added'] },
    },
    {
      id: 'C-45',
      what: 'ECDSA 9, 10, 11: curve and hash by the method, r and s of fixed length.',
      tests: {
        'pki/ecdsa.test.ts': [
          '%s is that of RFC 4754 §8',
          'CVE-2013-2944 (strongSwan): does not verify where it is empty, all zero, of another length, or by a key of another curve or kind',
        ],
      },
    },
    {
      id: 'C-46',
      what: 'The proof is of the method that was agreed.',
      tests: {
        'ike/negotiate/authentication.test.ts': [
          'leaves only the connections that allow it: a pre-shared key never stands in for a certificate',
        ],
      },
    },
    {
      id: 'C-47',
      what: 'The third message of Aggressive Mode may be in clear or encrypted; its use with a pre-shared key has to be named.',
      tests: {
        'ike/aggressive-mode.test.ts': [
          'takes a third message in clear, and goes on from the first IV of phase 1 (RFC 2409 App. B)',
        ],
      },
    },
    {
      id: 'C-48',
      what: 'Proofs are compared in constant time; who is unknown and who has the wrong key get the same answer.',
      tests: {
        'crypto/provider.test.ts': ['tells equal octets from others, whatever the lengths'],
        [AUTHENTICATION]: [
          'are none: PSK_NOT_FOUND on either side, and the peer learns no more than AUTHENTICATION-FAILED',
        ],
      },
    },
  ],
};
