import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { parseSelector, selectorText } from '../../src/base/selector.ts';
import type { GroupName } from '../../src/crypto/groups.ts';
import type { Phase2Suite } from '../../src/crypto/suites.ts';
import type { NegotiatedSa } from '../../src/ike/effects.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import type { Side } from './side.ts';

/** What decides whether ESP passes in one direction. */
const essence = ({ spi, suite, keys, mode, encapsulation }: NegotiatedSa) => ({
  spi,
  suite,
  keys,
  mode,
  encapsulation,
});
const installed = (side: Side, direction: NegotiatedSa['direction']): NegotiatedSa => {
  const found = side.installed.filter((sa) => sa.direction === direction);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} ${direction} SAs`);
  return only;
};
/** Both directions stand on both sides with the same keys, and the two directions have different ones. */
function expectUp(pair: PairOfEndpoints): void {
  const ends = [A, B].map((address) => ({ address, port: 500 }));
  expect([installed(pair.a, 'inbound').local, installed(pair.a, 'outbound').remote]).toEqual(ends);
  expect(essence(installed(pair.a, 'outbound'))).toEqual(essence(installed(pair.b, 'inbound')));
  expect(essence(installed(pair.a, 'inbound'))).toEqual(essence(installed(pair.b, 'outbound')));
  expect(installed(pair.a, 'inbound').keys).not.toEqual(installed(pair.a, 'outbound').keys);
  for (const side of pair.sides) expect(side.connection().isUp('net')).toBe(true);
}
/** What the side sends, installs and is told, in its order. */
const story = (side: Side): string[] =>
  side.effects.flatMap((effect) => {
    if (effect.type === 'send') return ['send'];
    if (effect.type === 'install-sa') return [`install ${effect.sa.direction}`];
    if (effect.type === 'remove-sa') return [`remove ${effect.direction}`];
    return [];
  });
const phase2Failures = (side: Side): unknown[] => side.named('phase2.failed').map(({ failure }) => failure.code);

describe('perfect forward secrecy (RFC 2409 §5.5)', () => {
  it.each<GroupName>(['modp1024', 'modp1536', 'modp2048', 'ecp256', 'ecp384', 'x25519'])(
    'comes with a KE payload of %s on both sides',
    (group) => {
      const pair = PairOfEndpoints.up({ esp: [{ cipher: 'aes128', integrity: 'sha256', group }] });
      expectUp(pair);
      for (const side of pair.sides) expect(side.named('phase2.established').map(({ pfs }) => pfs)).toEqual([group]);
    },
  );

  it('is absent without a group: no KE, one job less', () => {
    const pair = PairOfEndpoints.up();
    expectUp(pair);
    const [first] = pair.a.named('message.sent').filter(({ messageId }) => messageId !== 0);
    expect(first?.payloads).toEqual(['HASH', 'SA', 'NONCE', 'ID', 'ID']);
    const jobs = pair.b.effects.flatMap((effect) => (effect.type === 'job' ? [effect.job.kind] : []));
    expect(jobs).toEqual(['dh-exchange', 'find-psk', 'allocate-spi']);
  });

  it('is told to the peer where it is missing: NO-PROPOSAL-CHOSEN, and why on our side', () => {
    const suite: Phase2Suite = { cipher: 'aes128gcm16' };
    const pair = new PairOfEndpoints(
      policyOf('a', { esp: [suite] }),
      policyOf('b', { esp: [{ ...suite, group: 'ecp256' }] }),
    );
    pair.initiate();
    const [refused] = pair.b.named('phase2.failed');
    expect(refused?.failure.code).toBe('NO_PROPOSAL_CHOSEN');
    expect(refused?.failure.details['why']).toMatch(/PFS group none, we allow ecp256/);
  });
});

describe('ESP suites', () => {
  it('are taken by the responder’s order of preference, and both sides know which', () => {
    const [gcm, cbc]: [Phase2Suite, Phase2Suite] = [{ cipher: 'aes256gcm16' }, { cipher: 'aes128', integrity: 'sha1' }];
    const pair = new PairOfEndpoints(policyOf('a', { esp: [gcm, cbc] }), policyOf('b', { esp: [cbc] }));
    pair.initiate();
    expectUp(pair);
    expect(installed(pair.a, 'outbound').suite).toEqual(cbc);
  });

  it.each([
    { cipher: 'aes256gcm16' },
    { cipher: 'aes256', integrity: 'sha512' },
    { cipher: '3des', integrity: 'sha1' },
    { cipher: 'aes192', integrity: 'sha384' },
  ] satisfies Phase2Suite[])('have keys that are equal on both sides: %o', (suite: Phase2Suite) => {
    expectUp(PairOfEndpoints.up({ esp: [suite] }));
  });

  it('in transport mode are installed so', () => {
    const pair = PairOfEndpoints.up({ mode: 'transport', nets: [A, B] });
    expectUp(pair);
    expect(installed(pair.a, 'outbound').mode).toBe('transport');
  });
});

describe('selectors (RFC 2409 §5.5, RFC 2407 §4.6.2)', () => {
  it.each([
    ['subnets', '10.1.0.0/16', '10.2.3.0/24'],
    ['everything', '10.1.0.0/16', '0.0.0.0/0'],
    ['hosts', '10.1.0.7', '10.2.0.9'],
    ['ranges', '10.1.0.3-10.1.0.9', '10.2.0.1-10.2.0.250'],
    ['IPv6 networks', '2001:db8:1::/48', '2001:db8:2::/64'],
    ['IPv6 ranges', '2001:db8::3-2001:db8::9', '2001:db8:2::1'],
    ['one protocol and port', '10.1.0.0/24[6/0]', '10.2.0.0/24[6/443]'],
  ])('may be %s', (_, netA, netB) => {
    const pair = PairOfEndpoints.up({ nets: [netA, netB] });
    expectUp(pair);
    const texts = pair.sides.map(({ installed: all }) =>
      all.map(({ localSelector, remoteSelector }) => [selectorText(localSelector), selectorText(remoteSelector)]),
    );
    expect(texts).toEqual([
      [
        [netA, netB],
        [netA, netB],
      ],
      [
        [netB, netA],
        [netB, netA],
      ],
    ]);
  });

  it('that no tunnel has are refused with INVALID-ID-INFORMATION under the keys, both pairs told on our side', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { nets: ['10.9.0.0/24', '10.2.0.0/24'] }));
    pair.initiate();
    expect(pair.b.named('phase2.failed').map(({ failure }) => [failure.code, failure.details['refusal']])).toEqual([
      [
        'INVALID_ID_INFORMATION',
        {
          asked: { local: '10.2.0.0/24', remote: '10.1.0.0/24' },
          nearest: { tunnel: 'net', local: '10.2.0.0/24', remote: '10.9.0.0/24' },
          mirrored: false,
        },
      ],
    ]);
    expect(pair.a.named('peer.notify').map(({ notify, protected: sealed }) => [notify, sealed])).toEqual([
      ['INVALID-ID-INFORMATION', true],
    ]);
    expect(pair.a.named('phase2.failed').map(({ failure }) => [failure.code, failure.details['saidBy']])).toEqual([
      ['INVALID_ID_INFORMATION', 'peer'],
    ]);
    // Phase 1 stands, and nothing was left behind.
    for (const side of pair.sides) expect(side.isakmp().established).toBeDefined();
    expect(pair.sides.map((side) => side.installed)).toEqual([[], []]);
    expect(pair.a.removed).toEqual([{ type: 'release-spi', spi: 0x1000 }]);
  });

  it('that are the other way round are told so', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { swapSelectors: true }));
    pair.initiate();
    expect(pair.b.named('phase2.failed')[0]?.failure.details['refusal']).toMatchObject({ mirrored: true });
  });

  it('belong to the tunnel that has them, each tunnel of a connection with its own Quick Mode', () => {
    const tunnels = (own: 'a' | 'b') =>
      ['10.1.0.0/24', '10.3.0.0/24', '10.5.0.0/24'].map((net, i) => ({
        ...{
          name: `tunnel ${i}`,
          mode: 'tunnel',
          suites: [{ cipher: 'aes128gcm16' }],
          lifetime: { duration: seconds(3600) },
        },
        local: parseSelector(own === 'a' ? net : '10.2.0.0/24'),
        remote: parseSelector(own === 'a' ? '10.2.0.0/24' : net),
      })) as ReturnType<typeof policyOf>['tunnels'];
    const policy = (own: 'a' | 'b') => policyOf(own, { but: (given) => ({ ...given, tunnels: tunnels(own) }) });
    const pair = new PairOfEndpoints(policy('a'), policy('b'));
    pair.initiate();
    for (const side of pair.sides) {
      expect(side.named('phase2.established').map(({ tunnel }) => tunnel)).toEqual([
        'tunnel 0',
        'tunnel 1',
        'tunnel 2',
      ]);
      expect(side.endpoint.snapshot(pair.now).connections[0]?.state).toBe('up');
    }
    expect(new Set(pair.a.installed.map(({ spi }) => spi)).size).toBe(6);
  });
});

describe('refusals', () => {
  it('of phase 1 say what differs, to us in full and to the peer by an unprotected notify that only hints', () => {
    const pair = new PairOfEndpoints(
      policyOf('a'),
      policyOf('b', { suites: [{ cipher: 'aes256', hash: 'sha256', group: 'ecp256' }] }),
    );
    pair.initiate();
    expect(pair.b.named('phase1.failed').map(({ failure }) => [failure.code, failure.details['why']])).toEqual([
      [
        'NO_PROPOSAL_CHOSEN',
        'nearest is transform 1 to aes256-sha256-ecp256: encryption algorithm aes128, we allow aes256',
      ],
    ]);
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('NO_PROPOSAL_CHOSEN');
    expect(pair.a.named('hint').map(({ failure }) => failure.details['notify'])).toEqual(['NO-PROPOSAL-CHOSEN']);
    expect(pair.a.named('phase1.failed')).toEqual([]);
    // At the end of its patience that is what the attempt failed of.
    pair.runUntil(63_000);
    expect(pair.a.named('phase1.failed').map(({ failure }) => failure.code)).toEqual(['NO_PROPOSAL_CHOSEN']);
  });

  it('of phase 2 end the initiator’s Quick Mode at once, and the next attempt comes with back-off', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { esp: [{ cipher: 'aes256gcm16' }] }));
    pair.initiate();
    expect(phase2Failures(pair.b)).toEqual(['NO_PROPOSAL_CHOSEN']);
    expect(phase2Failures(pair.a)).toEqual(['NO_PROPOSAL_CHOSEN']);
    expect(pair.now).toBe(0);
    const inMilliseconds = pair.a.named('attempt.scheduled')[0]?.inMilliseconds;
    expect(inMilliseconds).toBeGreaterThanOrEqual(2000);
    expect(inMilliseconds).toBeLessThanOrEqual(2500);
    pair.runUntil(2500);
    expect(phase2Failures(pair.a)).toEqual(['NO_PROPOSAL_CHOSEN', 'NO_PROPOSAL_CHOSEN']);
    expect(pair.a.named('phase1.started')).toHaveLength(1);
  });
});

describe('the moments at which SAs stand', () => {
  it('are inbound before QM2 leaves and outbound at QM3, for the responder; both at QM2 for the initiator', () => {
    const pair = PairOfEndpoints.up();
    expect(story(pair.b).slice(-3)).toEqual(['install inbound', 'send', 'install outbound']);
    expect(story(pair.a).slice(-4)).toEqual(['send', 'install inbound', 'send', 'install outbound']);
  });

  it('come without QM3 where ESP arrives on the inbound SA: the peer has the second message then', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (pair.wire.length === 9 ? [] : [datagram]);
    pair.initiate();
    expect(story(pair.b).at(-1)).toBe('send');
    pair.esp({ type: 'inbound-used', pair: 1 }, pair.b);
    expect(story(pair.b).at(-1)).toBe('install outbound');
    expectUp(pair);
    // QM2 is not sent again, and a late QM3 is one message too many and nothing else.
    const [late] = pair.wire.slice(-1);
    if (late === undefined) throw new Error('no QM3');
    const before = pair.wire.length;
    pair.deliver(pair.b, pair.seen(late));
    pair.runUntil(170_000);
    expect(pair.wire.slice(before)).toEqual([]);
    expect(pair.b.drops).toEqual(['unexpected']);
  });

  it('are not moved by a report of ESP on a pair that waits for nothing of the kind', () => {
    const pair = new PairOfEndpoints();
    pair.b.holdJobs = true;
    pair.initiate();
    // Until Quick Mode has asked for its SPI.
    for (let i = 0; i < 2; i++) {
      pair.b.finishJob(pair.now);
      pair.settle();
    }
    expect(pair.b.waiting.map(({ job }) => job.kind)).toEqual(['allocate-spi']);
    pair.esp({ type: 'inbound-used', pair: 1 }, pair.b);
    pair.esp({ type: 'inbound-used', pair: 77 }, pair.b);
    pair.b.holdJobs = false;
    pair.finishJobs(pair.b);
    expectUp(pair);
  });

  it('wait for the back end: an inbound SA that it refuses ends the Quick Mode', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (pair.wire.length === 8 ? [] : [datagram]);
    pair.initiate();
    pair.onWire = (datagram) => [datagram];
    pair.esp({ type: 'failed', pair: 1, reason: 'no such cipher' }, pair.b);
    expect(pair.b.named('phase2.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['BACKEND_FAILED', { reason: 'no such cipher' }],
    ]);
    expect(story(pair.b).filter((what) => what !== 'send')).toEqual(['install inbound', 'remove inbound']);
  });
});

describe('both sides at once', () => {
  it('end with both up, whichever pair came of whose Quick Mode', () => {
    const pair = new PairOfEndpoints();
    for (const side of pair.sides)
      side.apply(side.endpoint.command({ type: 'initiate', connection: 'link' }, pair.now), pair.now);
    pair.settle();
    for (const side of pair.sides) expect(side.connection().isUp('net')).toBe(true);
    const spis = (side: Side, direction: NegotiatedSa['direction']) =>
      side.installed
        .filter((sa) => sa.direction === direction)
        .map(({ spi }) => spi)
        .sort((x, y) => x - y);
    expect(spis(pair.a, 'outbound')).toEqual(spis(pair.b, 'inbound'));
    expect(spis(pair.b, 'outbound')).toEqual(spis(pair.a, 'inbound'));
    pair.runUntil(60_000);
    for (const side of pair.sides) expect(side.connection().isUp('net')).toBe(true);
  });
});
