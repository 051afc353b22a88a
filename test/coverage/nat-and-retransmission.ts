import type { Chapter } from './item.ts';

const NAT = 'ike/nat-traversal.test.ts';
const NAT_D = 'natt/nat-d.test.ts';
const RETRANSMISSION = 'ike/retransmission.test.ts';

export const NAT_TRAVERSAL: Chapter = {
  title: 'NAT traversal',
  items: [
    {
      id: 'C-93',
      what: 'The vendor ids of RFC 3947 and drafts 02 and 03 go out best first; the answer picks the numbers.',
      tests: {
        'natt/vendor-ids.test.ts': ['are MD5 digests and go out best first (RFC 3947 §3.1)'],
        [NAT]: ['is spoken to in the numbers of %s'],
      },
    },
    {
      id: 'C-94',
      what: 'NAT-D is the hash over cookies, address and port, the destination first.',
      tests: {
        [NAT_D]: [
          'with cookies %s and %s is what a peer sent (RFC 3947 §3.2)',
          'are the destination first, then the sources (RFC 3947 §3.2)',
        ],
      },
    },
    {
      id: 'C-95',
      what: 'Whether a NAT is before us or before the peer follows from which hashes fit.',
      tests: { [NAT_D]: ['sees %s (RFC 3947 §3.2)'], [NAT]: ['is seen by both sides, each from its end'] },
    },
    {
      id: 'C-96',
      what: 'The initiator floats with its fifth message, and everything stays there.',
      tests: {
        [NAT]: ['makes the initiator float to 4500 with its fifth message, marker and all (RFC 3947 §4)'],
        'sim/renewal.test.ts': ['of phase 1 moves later exchanges to the new SA and leaves the IPsec SAs alone'],
      },
    },
    {
      id: 'C-97',
      what: 'Four zero octets before IKE on port 4500, never on 500; what else comes there is told apart.',
      tests: {
        'natt/demultiplex.test.ts': ['undoes withMarker for every message (RFC 3948 §2.2)', 'knows %s (RFC 3948 §2)'],
      },
    },
    {
      id: 'C-98',
      what: 'Keepalives by the side behind the NAT, when nothing else went out; they are no sign of life.',
      tests: {
        [NAT]: ['is kept open by the side behind it alone: one octet, 20 s after the last message (RFC 3948 §4)'],
        'natt/keepalive.test.ts': ['are put off by anything else that goes out'],
      },
    },
    {
      id: 'C-99',
      what: 'NAT-OA in transport mode: both addresses from both sides, read with suspicion, and checksums mended by them.',
      tests: {
        'ike/transport-mode.test.ts': ['has both addresses told by both sides, in the messages that the RFC names'],
        'ike/exchange/nat-oa.test.ts': ['is the initiator’s address, then the responder’s, each as the sender sees it'],
        'esp/userspace/transport-mode.test.ts': ['has the checksums of UDP and TCP mended %s (RFC 3948 §3.1.2)'],
        'sim/transport-mode.test.ts': ['carries packets both ways %s'],
      },
    },
    {
      id: 'C-100',
      what: 'Encapsulation in UDP exactly where a NAT was found, or one side forces it.',
      tests: {
        'ike/negotiate/phase2-choice.test.ts': [
          'refuses plain ESP where a NAT was found, and ESP in UDP where none was (RFC 3947 §5.1)',
        ],
      },
    },
    {
      id: 'C-101',
      what: 'A mapping that changed is followed by authentic packets only, in one step.',
      tests: {
        'sim/nat.test.ts': [
          'makes the side before it follow the first authentic ESP packet, in one step, and lose nothing (RFC 3947 §7)',
          'makes nobody follow what is no authentic, fresh packet',
        ],
      },
    },
    {
      id: 'C-102',
      what: 'The kernel takes ESP out of UDP where its socket is told to.',
      tests: { 'linux/udp-socket.test.ts': ['may ask the kernel to take ESP in UDP'] },
    },
    {
      id: 'C-103',
      what: 'Two clients behind one NAT with one inner address: the second is refused.',
      tests: {
        'ike/two-hosts-behind-nat.test.ts': [
          'cannot have the same selectors: the second is told, the first stands (unique: %s)',
          'cannot have them by two connections either',
        ],
        'ike/template.test.ts': ['gives nobody the networks that another peer has, and tells both sides why'],
      },
    },
  ],
};

export const STEPS: Chapter = {
  title: 'Retransmission and state machine',
  items: [
    {
      id: 'C-104',
      what: 'Who begins the step sends again; a responder of Main Mode never does by itself.',
      tests: {
        [RETRANSMISSION]: [
          'makes the initiator of the step send again and never the responder of Main Mode by itself (RFC 2408 §5.1)',
        ],
      },
    },
    {
      id: 'C-105',
      what: 'A repeated message is known by its octets and answered by the same octets, sixteen times at most.',
      tests: {
        'ike/duplicates.test.ts': [
          'are known by their octets, and have no answer until one was sent',
          'are answered sixteen times and then no more',
        ],
      },
    },
    {
      id: 'C-106',
      what: 'Everything twice, and everything again later, comes to the same.',
      tests: {
        [RETRANSMISSION]: [
          'of everything does no harm: both sides come to rest and are up once',
          'of everything so far, played again in order at any point, changes nothing that stands',
        ],
      },
    },
    {
      id: 'C-107',
      what: 'A peer that was restarted comes in beside what stands, and replaces it when it has proved itself.',
      tests: {
        'sim/restart.test.ts': [
          'after both were up initiates anew, and its INITIAL-CONTACT removes what it no longer has',
        ],
      },
    },
    {
      id: 'C-108',
      what: 'A message that comes while a job is under way waits; a Quick Mode before phase 1 is proved is dropped.',
      tests: {
        [RETRANSMISSION]: ['are kept up to four, and tried in order when it ends'],
        'matrix/endpoint.test.ts': ['comes to what is written down'],
      },
    },
    {
      id: 'C-109',
      what: 'A message that does not decrypt leaves the exchange where it is.',
      tests: {
        'ike/exchange/main-mode-responder.test.ts': [
          'does not believe a fifth message one bit of which is changed, and believes the right one after it',
        ],
        'robustness/changed-messages.test.ts': [
          'changed messages cost one attempt at most, and nothing that is proved; the genuine one is taken after them',
        ],
      },
    },
  ],
};
