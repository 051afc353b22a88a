import type { Chapter } from './item.ts';

export const AROUND: Chapter = {
  title: 'Kernel, status, robustness',
  items: [
    {
      id: 'XFRM',
      what: 'By netlink.',
      tests: {
        'esp/xfrm/golden.test.ts': ['are what `ip` sends for: $command'],
        'kernel/back-end-life.test.ts': ['traffic brings up a tunnel in the kernel, and counters say what passed'],
        'kernel/choice.test.ts': [
          'ESP in the kernel is refused in words where the kernel has none, auto says them and takes user space',
          'auto takes the kernel where that has ESP, and a second gateway of the same network user space',
        ],
      },
    },
    {
      id: 'XFRM interfaces, marks',
      what: 'if_id, mark.',
      tests: {
        'kernel/modes.test.ts': ['with a mark', 'through an XFRM interface'],
        'esp/xfrm/installed-state.test.ts': [
          'a state has its mark and its XFRM interface, and its name has the mark',
          'a policy has them too, and is found by them',
        ],
      },
    },
    {
      id: 'Replay window',
      what: '0, or 32 to 4096 packets.',
      tests: {
        'esp/userspace/replay-window.test.ts': [
          'agrees with a set of everything seen, for every size and walk (RFC 4303 §3.4.3)',
        ],
      },
    },
    {
      id: 'Off-loading to hardware',
      what: 'By the kernel; where the device does not, that is said.',
      tests: {
        'kernel/modes.test.ts': ['off-loading to a device that has none is refused in words, and nothing stays'],
        'esp/xfrm/golden.test.ts': ['are what `ip` sends for: $command'],
      },
      except:
        'beta: what is sent to the kernel is what `ip` sends; it has met no device that does it, for there is none in the lab',
    },
    {
      id: 'Padding against traffic analysis',
      what: 'TFC.',
      tests: { 'esp/userspace/engine.test.ts': ['cuts padding for traffic flow confidentiality (RFC 4303 §2.7)'] },
      except: 'it is taken and not sent, because IKEv1 cannot negotiate it',
    },
    { id: 'SAs by processor, IP-TFS', what: 'Of IKEv2.', refused: 'IKEv1 cannot negotiate them' },
    {
      id: 'Status API',
      what: 'Of objects, not of text.',
      tests: { 'status/control-server.test.ts': ['tells the status'] },
    },
    {
      id: 'Events with reasons',
      what: 'Each with a code.',
      tests: { 'gateway/gateway.test.ts': ['says at once that it ended what was being brought up'] },
    },
    {
      id: 'Counters',
      what: 'What was dropped, and why.',
      tests: { 'ike/endpoint.test.ts': ['counts every drop by its reason'] },
    },
    {
      id: 'DPD in the status',
      what: 'Probes, round trips, verdict.',
      tests: {
        'ike/dead-peer.test.ts': [
          'is asked every delay with numbers that count from a random one, and stays',
          'is dead 150 s after its last sign of life with the defaults, with evidence, and holds',
        ],
      },
    },
    {
      id: 'History of errors',
      what: 'Of each tunnel, and of phase 1.',
      tests: {
        'ike/troubles.test.ts': [
          'keeps the last eight of each tunnel, and what is said again counts up',
          'outlasts what mends it, and has no end that was wanted',
        ],
      },
    },
    {
      id: 'Limits on half-open exchanges',
      what: 'In total, for each source, with a share for peers.',
      tests: { 'ike/limits.test.ts': ['of strangers take nothing from a peer whose address a connection names'] },
    },
    {
      id: 'Faults on purpose',
      what: 'Loss, delay, doubles, damage, NAT, crash.',
      tests: { 'sim/link.test.ts': ['loses, doubles, holds back and damages as often as it is told to'] },
    },
    {
      id: 'Fuzzing',
      what: 'Of every state.',
      tests: { 'fuzz/fuzz.test.ts': ['bears every input of its corpus, and new ones made from them'] },
    },
    {
      id: 'Separate privileges',
      what: 'A user with three capabilities in a tight sandbox; no process for each right.',
      tests: {
        'interop/rights.test.ts': [
          'we have the rights that the unit for systemd gives, and no others',
          'the unit leaves the gateway as little as systemd can tell',
        ],
      },
    },
  ],
};
