import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { waitAfter, RETRANSMIT_SCHEDULE } from '../../src/ike/retransmit.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import type { Side } from './side.ts';

const hex = ({ bytes }: Datagram): string => toHex(bytes);
/** The nine messages in the order in which they go over a perfect link. */
const LADDER = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'];

/** A pair whose link loses the first sending of one message of the ladder. */
function losing(lost: string): PairOfEndpoints {
  const pair = new PairOfEndpoints();
  let done = false;
  pair.onWire = (datagram) => {
    if (done || pair.wire.length !== LADDER.indexOf(lost) + 1) return [datagram];
    done = true;
    return [];
  };
  return pair;
}
const isUp = (side: Side): boolean => side.connection().isUp('net');

describe('a message that gets no answer', () => {
  it('is sent again after 1, 3, 7, 15, 31 and 47 s, byte for byte, and given up after 63 s', () => {
    const pair = new PairOfEndpoints();
    const sent: [number, string][] = [];
    pair.onWire = (datagram) => {
      sent.push([pair.now, hex(datagram)]);
      return [];
    };
    pair.initiate();
    pair.runUntil(63_000);
    expect(sent.map(([at]) => at)).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 47_000]);
    expect(new Set(sent.map(([, bytes]) => bytes)).size).toBe(1);
    expect(pair.a.named('message.resent')).toHaveLength(6);
    expect(pair.a.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['PEER_SILENT', { peer: '198.51.100.2', port: 500 }],
    ]);
  });

  it('waits by its schedule, which ends', () => {
    const waits = Array.from({ length: 9 }, (_, attempt) => waitAfter(RETRANSMIT_SCHEDULE, attempt));
    expect(waits).toEqual([...[1, 2, 4, 8, 16, 16, 16].map(seconds), undefined, undefined]);
  });

  it('is not given up a moment too early, and an answer then still counts', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = () => [];
    pair.initiate();
    pair.runUntil(62_999);
    pair.onWire = (datagram) => [datagram];
    const [first] = pair.wire;
    if (first === undefined) throw new Error('nothing was sent');
    pair.deliver(pair.b, pair.seen(first));
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('is followed by new attempts with new cookies for as long as the connection is wanted', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = () => [];
    pair.initiate();
    pair.runUntil(200_000);
    const cookies = pair.a.named('phase1.started').map(({ sa }) => sa.initiatorCookie);
    expect(cookies.length).toBe(3);
    expect(new Set(cookies).size).toBe(3);
    pair.command({ type: 'terminate', connection: 'link' });
    const before = pair.wire.length;
    pair.runUntil(1_000_000);
    expect(pair.wire.length).toBe(before);
    expect(pair.a.endpoint.nextDeadline()).toBeUndefined();
  });
});

describe('the loss of one message', () => {
  it.each(LADDER)('%s: both sides are up within three seconds, each message acted on once', (lost) => {
    const pair = losing(lost);
    pair.initiate();
    pair.runUntil(3000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.sides.map(({ installed }) => installed.length)).toEqual([2, 2]);
    for (const side of pair.sides) {
      expect(side.named('phase1.established')).toHaveLength(1);
      expect(side.named('hint')).toEqual([]);
      expect(side.named('phase2.failed')).toEqual([]);
    }
  });

  it('makes the initiator of the step send again and never the responder of Main Mode by itself (RFC 2408 §5.1)', () => {
    for (const lost of ['MM2', 'MM4', 'MM6']) {
      const pair = losing(lost);
      pair.initiate();
      const sent = (): number => pair.b.named('message.sent').filter(({ exchange }) => exchange === 'MAIN-MODE').length;
      const before = sent();
      pair.onWire = () => [];
      pair.runUntil(20_000);
      expect([lost, pair.b.named('message.resent').length, sent() - before]).toEqual([lost, 0, 0]);
    }
  });

  it('of QM3 is mended by the initiator’s memory: QM2 comes again, and the same QM3 answers it', () => {
    const pair = losing('QM3');
    pair.initiate();
    expect(pair.sides.map(isUp)).toEqual([true, false]);
    pair.runUntil(1000);
    const [second, third, secondAgain, thirdAgain] = pair.wire.slice(7).map(hex);
    expect([secondAgain, thirdAgain]).toEqual([second, third]);
    expect(pair.wire).toHaveLength(11);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('of QM3 for good takes the responder’s inbound SA down again, after the schedule', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (pair.wire.length > 8 && pair.fromA(datagram) ? [] : [datagram]);
    pair.initiate();
    pair.runUntil(62_999);
    expect(pair.b.removed).toEqual([]);
    pair.runUntil(63_000);
    expect(pair.b.removed).toEqual([{ type: 'remove-sa', pair: 1, direction: 'inbound' }]);
    expect(pair.b.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['PEER_SILENT']);
  });
});

describe('a duplicate', () => {
  it('is answered from memory, byte for byte, at most sixteen times (RFC 2408 §5.1)', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (pair.wire.length <= 2 ? (pair.fromA(datagram) ? [datagram] : []) : [datagram]);
    pair.initiate();
    const [first, answer] = pair.wire;
    if (first === undefined || answer === undefined) throw new Error('no answer');
    pair.onWire = () => [];
    for (let i = 0; i < 20; i++) pair.deliver(pair.b, pair.seen(first));
    const answers = pair.wire.slice(2).map(hex);
    expect(answers).toEqual(Array.from({ length: 16 }, () => hex(answer)));
    expect(pair.b.drops).toEqual(Array.from({ length: 4 }, () => 'too-many-duplicates'));
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(1);
  });

  it('of everything does no harm: both sides come to rest and are up once', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => [datagram, datagram];
    pair.initiate();
    pair.runUntil(200_000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.sides.map(({ installed }) => installed.length)).toEqual([2, 2]);
  });

  it('of everything so far, played again in order at any point, changes nothing that stands', () => {
    const pair = new PairOfEndpoints();
    pair.initiate();
    const all = [...pair.wire];
    for (const datagram of [...all, ...all.reverse()])
      pair.deliver(pair.fromA(datagram) ? pair.b : pair.a, pair.seen(datagram));
    pair.runUntil(169_000);
    for (const datagram of all) pair.deliver(pair.fromA(datagram) ? pair.b : pair.a, pair.seen(datagram));
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.sides.map(({ installed }) => installed.length)).toEqual([2, 2]);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
  });

  it('of all that was said finds nothing to act on when the exchanges are forgotten', () => {
    const pair = new PairOfEndpoints();
    pair.initiate();
    const all = [...pair.wire];
    pair.runUntil(180_000);
    const before = pair.wire.length;
    for (const datagram of all.slice(1)) pair.deliver(pair.fromA(datagram) ? pair.b : pair.a, pair.seen(datagram));
    // Reflected too: both directions have the same keys (RFC 2409 §5.5).
    for (const datagram of all.slice(1))
      pair.deliver(pair.fromA(datagram) ? pair.a : pair.b, pair.seen(pair.seen(datagram)));
    expect(pair.wire.slice(before)).toEqual([]);
    expect(pair.sides.map(({ installed }) => installed.length)).toEqual([2, 2]);
    for (const side of pair.sides) expect(side.named('phase2.started')).toHaveLength(1);
  });
});

describe('messages that come while a job runs', () => {
  /** b waits for its Diffie-Hellman; the third message is in work. */
  function waiting(): { pair: PairOfEndpoints; third: Datagram } {
    const pair = new PairOfEndpoints();
    pair.b.holdJobs = true;
    pair.initiate();
    const third = pair.wire.at(-1);
    if (third === undefined) throw new Error('nothing was sent');
    expect(pair.b.waiting.map(({ job }) => job.kind)).toEqual(['dh-exchange']);
    return { pair, third };
  }
  const changed = (datagram: Datagram, salt: number): Datagram => {
    const bytes = datagram.bytes.slice();
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ salt;
    return { ...datagram, bytes };
  };

  it('are dropped where they are the one in work', () => {
    const { pair, third } = waiting();
    for (let i = 0; i < 3; i++) pair.deliver(pair.b, pair.seen(third));
    expect(pair.b.drops).toEqual(['duplicate', 'duplicate', 'duplicate']);
    pair.b.holdJobs = false;
    pair.finishJobs(pair.b);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('are kept up to four, and tried in order when it ends', () => {
    const { pair, third } = waiting();
    for (let salt = 1; salt <= 6; salt++) pair.deliver(pair.b, pair.seen(changed(third, salt)));
    expect(pair.b.drops).toEqual(['queue-full', 'queue-full']);
    pair.b.finishJob(pair.now);
    // Then the key is looked for, and they wait on.
    expect(pair.b.waiting.map(({ job }) => job.kind)).toEqual(['find-psk']);
    expect(pair.b.drops).toHaveLength(2);
    pair.b.holdJobs = false;
    pair.finishJobs(pair.b);
    expect(pair.b.drops.slice(2)).toEqual(Array.from({ length: 4 }, () => 'malformed'));
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('are the next message of the peer, which is not lost, and whose buffer may be used again', () => {
    const { pair } = waiting();
    // The fourth message goes out when the first job is done; a answers while b looks for the key.
    pair.b.finishJob(pair.now);
    pair.onWire = (datagram) => {
      if (!pair.fromA(datagram)) return [datagram];
      const buffer = datagram.bytes.slice();
      const { local, remote } = pair.seen(datagram);
      pair.b.apply(pair.b.endpoint.receive({ local, remote, bytes: buffer }, pair.now), pair.now);
      buffer.fill(0xee);
      return [];
    };
    pair.settle();
    expect(pair.b.waiting.map(({ job }) => job.kind)).toEqual(['find-psk']);
    pair.b.holdJobs = false;
    pair.finishJobs(pair.b);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.b.drops).toEqual([]);
  });

  it('do not move an exchange that has ended before its job: the answer is ignored, an SPI given back', () => {
    const pair = new PairOfEndpoints();
    pair.a.holdJobs = true;
    pair.initiate();
    for (let i = 0; i < 3; i++) {
      pair.a.finishJob(pair.now);
      pair.settle();
    }
    expect(pair.a.waiting.map(({ job }) => job.kind)).toEqual(['allocate-spi']);
    pair.command({ type: 'terminate', connection: 'link' });
    const before = pair.wire.length;
    pair.finishJobs(pair.a);
    expect(pair.wire.length).toBe(before);
    expect(pair.a.removed).toEqual([{ type: 'release-spi', spi: 0x1000 }]);
    expect(pair.a.named('internal.error')).toEqual([]);
  });
});
