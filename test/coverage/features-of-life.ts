import type { Chapter } from './item.ts';

const REKEYS = 'interop/rekeys.test.ts';

export const LIFE: Chapter = {
  title: 'NAT, fragmentation, liveness, life of SAs',
  items: [
    {
      id: 'RFC 3947',
      what: 'NAT traversal in both roles.',
      tests: {
        'ike/nat-traversal.test.ts': [
          'makes the initiator float to 4500 with its fifth message, marker and all (RFC 3947 §4)',
        ],
      },
    },
    {
      id: 'Drafts 02 and 03',
      what: 'Their numbers, where a peer has nothing else.',
      tests: { 'ike/nat-traversal.test.ts': ['is spoken to in the numbers of %s'] },
    },
    {
      id: 'Drafts 00 and 01',
      what: 'Another hash, port 500.',
      tests: { 'natt/vendor-ids.test.ts': ['name %s by the text that was hashed'] },
      refused: 'known by name only: nobody has spoken them for twenty years',
    },
    {
      id: 'Encapsulation that is forced',
      what: 'And turned off.',
      tests: {
        'ike/nat-traversal.test.ts': [
          'forces encapsulation from the %s: the peer believes in a NAT before it, and nobody keeps it open',
        ],
      },
    },
    {
      id: 'Keepalive',
      what: 'By the side behind the NAT.',
      tests: { 'natt/keepalive.test.ts': ['are due when nothing has gone out for the interval'] },
    },
    {
      id: 'Mapping that changes',
      what: 'Followed by authentic packets, ESP and IKE.',
      tests: {
        'sim/nat.test.ts': [
          'makes the side before it follow the first authentic ESP packet, in one step, and lose nothing (RFC 3947 §7)',
          'makes it follow an authentic IKE message, and answer there',
        ],
      },
    },
    {
      id: 'Own address that changes',
      what: 'The connection moves, in place or anew; a link that goes and comes back ends nothing.',
      tests: {
        'ike/roaming.test.ts': [
          'has everything with a peer that cannot follow ended and negotiated anew from the other one',
          'follows the first authentic message: the SAs go along as they are (RFC 3947 §7)',
          'is not dead: we are cut off, and two questions that can be sent come before any verdict',
        ],
        'interop/own-address.test.ts': [
          'our address changes: negotiated anew from the other one within seconds',
          'our address changes: charon follows us, and the ISAKMP SA stays',
          'our link goes down and comes back: nothing ends, and nobody is dead',
          'two uplinks: one connection goes where the route goes, one stays on its own',
        ],
        'kernel/back-end-life.test.ts': [
          'a link that goes down takes the routes of tunnels with it, and they are there again when it comes back',
        ],
      },
    },
    {
      id: 'IKE fragmentation',
      what: 'Of Cisco and Microsoft; where not both sides announce it, IP has large messages.',
      tests: {
        'ike/fragmentation.test.ts': [
          'bring up a tunnel where both sides announce them, and no packet is longer than it may be',
          'one that is lost: the whole message is sent again, and what arrived of the first sending counts',
        ],
      },
    },
    {
      id: 'DPD, asked',
      what: 'R-U-THERE is answered.',
      tests: { 'interop/dpd.test.ts': ["we answer charon's R-U-THERE over several intervals"] },
    },
    {
      id: 'DPD, asking',
      what: 'And what becomes of the dead.',
      tests: {
        'dpd/liveness.test.ts': [
          'is asked after the delay and every delay from then on, and is dead at delay and timeout',
        ],
        'interop/dead-peers.test.ts': [
          'charon is killed: dead at its time, and hold lets nothing out',
          'charon is killed: with clear, packets leave in clear, until it is back',
          'charon is killed and comes back: with restart, the tunnel does too',
        ],
        'kernel/trouble.test.ts': [
          'ESP that comes keeps charon alive where IKE is lost; without it charon is dead, and hold guards until it is back',
          'with clear a dead peer leaves no policy, and packets go in clear until the tunnel is back',
        ],
      },
    },
    {
      id: 'Delete',
      what: 'Sent and taken.',
      tests: { 'interop/endings.test.ts': ['charon deletes phase 1 and our status says so'] },
    },
    {
      id: 'INITIAL-CONTACT',
      what: 'Sent and taken, under the keys.',
      tests: {
        'ike/informational.test.ts': [
          'is said by both sides at their first contact, and by neither while they hold an SA',
        ],
      },
    },
    {
      id: 'Lifetimes in seconds',
      what: 'Of both phases.',
      tests: {
        'ike/lifetimes.test.ts': [
          'is the shorter of both sides’, and the initiator learns it from RESPONDER-LIFETIME (RFC 2407 §4.5.4, §4.6.3.1)',
        ],
      },
    },
    {
      id: 'Lifetimes in kilobytes',
      what: 'Of phase 2.',
      tests: {
        'sim/volume.test.ts': [
          'are counted by both ESP back ends, and the successor is there before the volume is used up: no packet is lost',
        ],
      },
    },
    {
      id: 'RESPONDER-LIFETIME',
      what: 'Sent in the answer of Quick Mode, taken there and in an Informational.',
      tests: {
        'ike/responder-lifetime.test.ts': [
          'stands in the answer of a responder that keeps an SA for less than was offered, and the initiator keeps it no longer',
        ],
      },
    },
    {
      id: 'Renewal',
      what: 'Margin and chance.',
      tests: {
        'sim/renewal.test.ts': ['of phase 2 a hundred times in a row loses not one packet'],
        [REKEYS]: ['phase 2 negotiated anew many times under traffic, and not one echo lost'],
      },
    },
    {
      id: 'A new phase 1 under the same pairs',
      what: 'Make before break.',
      tests: {
        'sim/renewal.test.ts': ['of phase 1 moves later exchanges to the new SA and leaves the IPsec SAs alone'],
        [REKEYS]: ['both sides negotiate phase 1 anew at once, and not one echo is lost'],
      },
    },
    {
      id: 'Uniqueness',
      what: 'replace, keep, never.',
      tests: {
        'ike/unique.test.ts': [
          'takes the place of itself, and where it was it is told so',
          'is turned away where the policy is to keep what stands',
          'stands beside itself where several may have one identity',
        ],
      },
    },
    {
      id: 'Commit bit',
      what: 'Ignored, never set.',
      refused: 'RFC 2408 §3.1 leaves it unprotected: anybody could delay a tunnel',
    },
    {
      id: 'Retransmission',
      what: 'After 1, 2, 4 … 16 seconds, 63 in all.',
      tests: {
        'ike/retransmission.test.ts': [
          'is sent again after 1, 3, 7, 15, 31 and 47 s, byte for byte, and given up after 63 s',
        ],
      },
    },
    {
      id: 'The third message of Quick Mode lost',
      what: 'Said again.',
      tests: {
        'ike/retransmission.test.ts': [
          'of QM3 is mended by the initiator’s memory: QM2 comes again, and the same QM3 answers it',
        ],
        [REKEYS]: ['the third message of Quick Mode lost twice'],
      },
    },
    {
      id: 'Narrowing',
      what: 'Networks smaller than asked for.',
      tests: { 'ike/negotiate/tunnel-match.test.ts': ['does not narrow, and tells both pairs (RFC 2409 §5.5)'] },
      refused: 'RFC 2409 §5.5 has none; what is up has to be what was configured',
    },
    {
      id: 'IPv6, inside and outside',
      what: 'Each in each other.',
      tests: {
        'interop/ipv6.test.ts': ['IPv6 in IPv4', 'IPv4 in IPv6', 'IPv6 in IPv6'],
        'interop/selectors.test.ts': ['everything behind the peer in IPv6, neighbours not'],
      },
    },
    {
      id: 'Hub and spokes',
      what: 'Nothing goes from tunnel to tunnel, unless both connections forward.',
      tests: {
        'esp/userspace/between-tunnels.test.ts': ['is dropped and counted %s'],
        'interop/hub-and-spokes.test.ts': [
          'a hub that does not forward keeps its spokes apart',
          'a hub that forwards connects its spokes',
        ],
      },
    },
    {
      id: 'Several selectors in one SA',
      what: 'As IKEv2.',
      refused: 'RFC 2409 §5.5 has one pair; each tunnel has its own',
    },
    {
      id: 'On demand',
      what: 'Traffic brings a tunnel up.',
      tests: { 'esp/tun.test.ts': ['asks for the tunnel and sends nothing in clear'] },
    },
    {
      id: 'After a peer’s Delete',
      what: 'restart or hold.',
      tests: {
        'ike/after-delete.test.ts': ['hold is followed by nothing until traffic asks'],
      },
    },
    {
      id: 'Attempts that wait',
      what: 'Twice as long each time.',
      tests: { 'ike/attempts.test.ts': ['follow each other after 2, 4, 8 … 300 s and up to a quarter more'] },
    },
  ],
};
