import type { Chapter } from './item.ts';

const RENEWAL = 'sim/renewal.test.ts';
const REKEYS = 'interop/rekeys.test.ts';
const KERNEL_LIFE = 'kernel/back-end-life.test.ts';
const BY_TRAFFIC = 'traffic brings up a tunnel in the kernel, and counters say what passed';
const DELETED =
  'a tunnel that the peer has deleted comes back by the next packet, and one that was taken down does not';
const KILLED =
  'what a killed gateway has left in the kernel keeps the traffic back, and is put in order by the next one';
const GOLDEN = 'esp/xfrm/golden.test.ts';
const AS_IP_DOES = 'are what `ip` sends for: $command';
const FRAGMENTATION_TESTS = 'ike/fragmentation.test.ts';

export const LIVES: Chapter = {
  title: 'Lifetimes and renewal',
  items: [
    {
      id: 'C-110',
      what: 'The shorter lifetime holds; none is a reason to refuse.',
      tests: {
        'ike/lifetimes.test.ts': [
          'is the shorter of both sides’, and the initiator learns it from RESPONDER-LIFETIME (RFC 2407 §4.5.4, §4.6.3.1)',
        ],
        'ike/negotiate/phase1-choice.test.ts': ['never fails because of a lifetime'],
      },
    },
    {
      id: 'C-111',
      what: 'No lifetime in phase 2 means 28800 seconds; a kilobyte has 1024 octets.',
      tests: {
        'ike/negotiate/phase2-choice.test.ts': [
          'takes a missing lifetime as 28800 seconds and never fails because of one (RFC 2407 §4.5)',
        ],
      },
    },
    {
      id: 'C-112',
      what: 'Renewal before expiry, with margin and chance, first by who initiated.',
      tests: { [RENEWAL]: ['is begun by the side that initiated; the other waits for half of the margin'] },
    },
    {
      id: 'C-113',
      what: 'A new phase 1 takes over, and the old one stays until it has.',
      tests: { [RENEWAL]: ['of phase 1 moves later exchanges to the new SA and leaves the IPsec SAs alone'] },
    },
    {
      id: 'C-114',
      what: 'The old pair receives on; sending moves when the peer is known to have the new one.',
      tests: {
        [RENEWAL]: ['of phase 2 a hundred times in a row loses not one packet'],
        'ike/lifetimes.test.ts': ['replaces the older one, which still receives for 30 s what is on its way'],
        [REKEYS]: ['both sides negotiate phase 2 anew at once, and not one echo is lost'],
      },
    },
    {
      id: 'C-115',
      what: 'A renewal that fails is tried again while the SA stands, and the tunnel is brought up anew after it.',
      tests: {
        [RENEWAL]: ['under loss keeps the tunnel up or brings it back, and in the end one pair carries the packets'],
        [REKEYS]: ['phase 2 negotiated anew with a fifth of all packets lost'],
        'sim/settling.test.ts': [
          'two gateways that begin, renew and lose packets without traffic carry again, agree, and leave nothing behind',
        ],
        'sim/settling-busy.test.ts': [
          'two gateways that begin, renew and lose packets under traffic carry again, agree, and leave nothing behind',
        ],
        'ike/lost-last-message.test.ts': [
          'where it arrives, is asked about once, and the new SA takes the place of the older one',
        ],
      },
    },
  ],
};

export const FRAGMENTATION: Chapter = {
  title: 'IKE fragmentation',
  items: [
    {
      id: 'C-116',
      what: 'Payload 132: pieces of the whole message, under headers of phase 1 with message id 0.',
      tests: {
        'ike/wire/fragment.test.ts': ['refuses the number 0'],
        'ike/wire/fragmenting.test.ts': [
          'is cut into pieces that come to it again, each under a header of phase 1, with message id 0 and in clear',
        ],
      },
    },
    {
      id: 'C-117',
      what: 'Only to a peer that announced it, and taken only from one that we told.',
      tests: {
        [FRAGMENTATION_TESTS]: [
          'are not sent where %s does not announce them',
          'is dropped where nobody has announced it',
        ],
      },
    },
    {
      id: 'C-118',
      what: 'Reassembly is bounded; doubled, reordered and late fragments do not stop it.',
      tests: {
        'ike/reassembly.test.ts': [
          'are refused with more fragments than 64, or more octets than 32,768',
          'have 30 s from their first fragment, on the engine’s clock',
          'have places: a stranger’s take none of a known peer’s, and a full room refuses until one has had its time',
        ],
        'ike/wire/assembly.test.ts': [
          'come to it in every order, however often each comes',
          'CVE-2016-10396 and what mended it: one that comes late of a message that is whole does not stop the next one',
        ],
      },
    },
    {
      id: 'C-119',
      what: 'What makes an IP packet of more than 1280 octets goes out in fragments at once; the number can be chosen.',
      tests: {
        [FRAGMENTATION_TESTS]: [
          'bring up a tunnel where both sides announce them, and no packet is longer than it may be',
        ],
      },
    },
  ],
};

export const KERNEL: Chapter = {
  title: 'Hand-over to the kernel',
  items: [
    { id: 'C-120', what: 'SAs by netlink.', tests: { [GOLDEN]: [AS_IP_DOES], [KERNEL_LIFE]: [BY_TRAFFIC] } },
    { id: 'C-121', what: 'HMAC-SHA2-256 with 128 bits.', tests: { [GOLDEN]: [AS_IP_DOES] } },
    { id: 'C-122', what: 'AEADs with their salt.', tests: { [GOLDEN]: [AS_IP_DOES] } },
    {
      id: 'C-123',
      what: 'Replay windows beyond 32, ESN.',
      tests: {
        [GOLDEN]: [AS_IP_DOES],
        'esp/xfrm/installed-state.test.ts': ['a replay window of %i, with extended sequence numbers: %s'],
      },
    },
    {
      id: 'C-124',
      what: 'Policies, priorities, and the bypass of our own sockets.',
      tests: {
        'esp/xfrm/policy-table.test.ts': [
          'an SA has more to say than a guard, and each change is one update in place',
          'a narrower selector is used before a wider one',
        ],
      },
    },
    {
      id: 'C-125',
      what: 'A trap: what would go through the tunnel asks for it, and does not leave in clear.',
      tests: { 'esp/tun.test.ts': ['asks for the tunnel and sends nothing in clear'], [KERNEL_LIFE]: [BY_TRAFFIC] },
    },
    {
      id: 'C-126',
      what: 'What guards a tunnel that is down: nothing leaves in clear unless told so.',
      tests: {
        'esp/tun.test.ts': ['asks for the tunnel and sends nothing in clear', 'keeps the traffic back after a crash'],
        [KERNEL_LIFE]: [DELETED, KILLED],
      },
    },
    {
      id: 'C-127',
      what: 'Events of the kernel: acquire, expire, mapping; lost ones are made up for by asking.',
      tests: {
        [KERNEL_LIFE]: [
          BY_TRAFFIC,
          'a limit of the kernel that is near renews the SA, and no packet is lost',
          'charon renews under traffic in UDP without a packet lost, and is followed when its NAT box restarts',
          'where the kernel had more to say than could be heard, it is asked: a state that is gone is made again',
        ],
        'esp/xfrm/resynchronise.test.ts': [
          'after lost events states that are gone have expired, traps that were met ask, and policies that are gone come back',
        ],
      },
    },
    {
      id: 'C-128',
      what: 'Other endpoints do not begin the sequence numbers again.',
      tests: { 'esp/userspace/engine-sending.test.ts': ['moves to other endpoints without counting again from 1'] },
    },
    {
      id: 'C-129',
      what: 'After a crash, what stands in the kernel is found and put in order.',
      tests: {
        [KERNEL_LIFE]: [KILLED],
        'esp/xfrm/policy-table.test.ts': [
          'what an earlier process left blocks where it needed a state, is changed in place, and goes where nobody wants it',
        ],
      },
    },
    {
      id: 'C-130',
      what: 'Socket options and netlink without a native add-on of our own.',
      tests: {
        'linux/udp-socket.test.ts': [
          'gives a descriptor that dgram takes',
          'gives IKE and keepalives to the first of two sockets on a port, ESP to the second (RFC 3948 §2.2)',
        ],
      },
    },
  ],
};
