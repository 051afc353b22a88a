import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat } from '../../../src/base/bytes.ts';
import { instant } from '../../../src/base/instant.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import { espSuiteText } from '../../../src/crypto/esp-transforms.ts';
import { ESP_DROP_REASONS } from '../../../src/esp/backend.ts';
import type { EspSa } from '../../../src/esp/sa.ts';
import { NEXT_HEADER, writeTrailer } from '../../../src/esp/userspace/packet.ts';
import { type EspTransforms, suiteShape } from '../../../src/esp/userspace/transform.ts';
import { counterpart, outboundSa, SUITES } from '../sample-sa.ts';
import { echo, enginePair, memoryOf, TestEngine } from './engine-pair.ts';
import { TRANSFORMS } from './transforms.ts';

/** An ESP packet for the sample SA with any payload: what an authenticated peer may send. */
function crafted(
  payload: Uint8Array,
  nextHeader: number,
  sequence = 1,
  spoil?: (bytes: Uint8Array, end: number) => void,
): Uint8Array {
  const [transforms] = TRANSFORMS;
  const sa = outboundSa();
  if (transforms === undefined) throw new Error('no transforms');
  const { ivBytes, blockBytes, icvBytes } = suiteShape(sa.suite);
  const from = 8 + ivBytes;
  const memory = memoryOf(concat(new Uint8Array(from), payload, new Uint8Array(64)));
  memory.view.setUint32(0, sa.spi);
  memory.view.setUint32(4, sequence);
  const end = writeTrailer(memory.bytes, from, from + payload.length, blockBytes, nextHeader);
  spoil?.(memory.bytes, end);
  transforms.create(sa.suite, sa.keys, 'outbound').seal(memory, 0, end, 0);
  return memory.bytes.slice(0, end + icvBytes);
}

/** A sender that has sent so many packets already. */
function senderAt(sa: EspSa, sequence: number, transforms: EspTransforms): TestEngine {
  const sender = new TestEngine(`sender ${sequence}`, transforms);
  sender.engine.installOutbound(sa, sequence);
  return sender;
}

describe.each(TRANSFORMS)('ESP engine on $name', (transforms) => {
  it.each([
    { cipher: 'aes128', integrity: 'sha256' },
    { cipher: 'aes256', integrity: 'aesxcbc' },
    { cipher: 'aes128gcm16' },
    { cipher: 'aes128ccm16' },
    { cipher: 'aes128gmac' },
  ] as const)(
    'keeps its window across 2^32 with extended sequence numbers: $cipher (RFC 4303 App. A)',
    (algorithms) => {
      const sa = outboundSa({ suite: { ...algorithms, esn: true } });
      const receiver = new TestEngine('receiver', transforms);
      receiver.engine.installInbound(counterpart(sa, { replayWindow: 64 }));
      const at = (sequence: number): Uint8Array => senderAt(sa, sequence - 1, transforms).seal(echo());
      const [before, last, first, later] = [2 ** 32 - 40, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 20].map(at);
      const once = [at(2 ** 31), before, later, last, first].map((packet) => receiver.inbound(packet!));
      expect(once).toEqual(once.map(() => echo()));
      expect([last, first, later].map((packet) => receiver.inbound(packet!))).toEqual(
        once.slice(2).map(() => 'replayed'),
      );
      // What has the same lower half of another turn is another packet: its ICV says so.
      expect(receiver.inbound(at(2 ** 33 + 21))).toBe('bad-icv');
      expect(receiver.inbound(at(2 ** 32 + 21))).toEqual(echo());
    },
  );

  it('refuses extended sequence numbers without a window (RFC 4303 §3.3.3)', () => {
    const sa = counterpart(outboundSa({ suite: { cipher: 'aes128gcm16', esn: true } }), { replayWindow: 0 });
    const { engine, events } = new TestEngine('receiver', transforms);
    engine.install(sa);
    expect(events).toEqual([{ type: 'refused', pair: 1, reason: expect.stringContaining('replay window') }]);
  });

  it.each(SUITES.map((suite) => ({ text: espSuiteText(suite), suite })))(
    'carries packets of every length under $text',
    ({ suite }) => {
      const { sender, receiver } = enginePair({ suite }, {}, transforms);
      for (let size = 0; size < 40; size++) {
        const packet = echo('10.1.0.7', '10.2.0.9', size);
        expect(receiver.inbound(sender.seal(packet))).toEqual(packet);
      }
      expect(receiver.engine.counters(1)).toMatchObject({ inbound: { packets: 40, bytes: 40 * 28 + 780 } });
      expect(sender.engine.counters(1)).toMatchObject({ outbound: { packets: 40, bytes: 40 * 28 + 780 } });
    },
  );

  it.each(SUITES.map((suite) => ({ text: espSuiteText(suite), suite })))(
    'drops $text with any octet changed',
    ({ suite }) => {
      const { sender, receiver } = enginePair({ suite }, {}, transforms);
      const sealed = sender.seal(echo());
      for (const [at, octet] of sealed.entries()) {
        const changed = sealed.slice();
        changed[at] = octet ^ 0x40;
        expect(receiver.inbound(changed)).toBe(at < 4 ? 'unknown-spi' : 'bad-icv');
      }
      expect(receiver.inbound(sealed)).toEqual(echo());
      expect(receiver.events).toEqual([{ type: 'inbound-used', pair: 1, spi: 0x1001 }]);
    },
  );

  it.each(SUITES.map((suite) => ({ text: espSuiteText(suite), suite })))(
    'drops $text cut at any place',
    ({ suite }) => {
      const { sender, receiver } = enginePair({ suite }, {}, transforms);
      const sealed = sender.seal(echo());
      for (let length = 0; length < sealed.length; length++) {
        expect(['truncated', 'bad-icv']).toContain(receiver.inbound(sealed.subarray(0, length)));
      }
      expect(receiver.inbound(sealed.subarray(0, 7))).toBe('truncated');
      expect(receiver.drops.of('truncated') + receiver.drops.of('bad-icv')).toBe(sealed.length + 1);
      expect(receiver.inbound(sealed)).toEqual(echo());
    },
  );
});

describe('ESP engine, receiving', () => {
  it('refuses a packet that comes again, and counts it (RFC 4303 §3.4.3)', () => {
    const { sender, receiver } = enginePair();
    const [first, second] = [sender.seal(echo()), sender.seal(echo())];
    expect(receiver.inbound(second)).toEqual(echo());
    expect(receiver.inbound(first)).toEqual(echo());
    expect([receiver.inbound(first), receiver.inbound(second)]).toEqual(['replayed', 'replayed']);
    expect(receiver.drops.of('replayed')).toBe(2);
  });
  it('refuses what lies before the window', () => {
    const { sender, receiver } = enginePair({ replayWindow: 32 });
    const packets = Array.from({ length: 40 }, () => sender.seal(echo()));
    expect(receiver.inbound(packets[39] ?? echo())).toEqual(echo());
    expect(receiver.inbound(packets[7] ?? echo())).toBe('too-old');
    expect(receiver.inbound(packets[8] ?? echo())).toEqual(echo());
  });
  it('does not move the window for a packet that is not authentic', () => {
    const { sender, receiver } = enginePair({ replayWindow: 32 });
    const genuine = sender.seal(echo());
    const forged = genuine.slice();
    forged.set([0xff, 0xff, 0xff, 0xfe], 4);
    expect(receiver.inbound(forged)).toBe('bad-icv');
    expect(receiver.inbound(genuine)).toEqual(echo());
  });
  it('takes everything again where the replay check is off', () => {
    const { sender, receiver } = enginePair({ replayWindow: 0 });
    const sealed = sender.seal(echo());
    expect([receiver.inbound(sealed), receiver.inbound(sealed)]).toEqual([echo(), echo()]);
  });
  it('tells once that an SA is used, at its first authentic packet', () => {
    const { sender, receiver } = enginePair();
    receiver.inbound(sender.seal(echo()).fill(1, 20));
    expect(receiver.events).toEqual([]);
    receiver.inbound(sender.seal(echo()));
    receiver.inbound(sender.seal(echo()));
    expect(receiver.events).toEqual([{ type: 'inbound-used', pair: 1, spi: 0x1001 }]);
  });
  it.each([
    ['whose source is not the peer’s network', echo('10.9.0.7', '10.2.0.9')],
    ['whose destination is not ours', echo('10.1.0.7', '10.9.0.9')],
  ])('drops an inner packet %s (RFC 4301 §5.2)', (_what, packet) => {
    const wide = { localSelector: parseSelector('10.0.0.0/8'), remoteSelector: parseSelector('10.0.0.0/8') };
    const narrow = { localSelector: parseSelector('10.2.0.0/24'), remoteSelector: parseSelector('10.1.0.0/24') };
    const { sender, receiver } = enginePair(wide, narrow);
    expect(receiver.inbound(sender.seal(packet))).toBe('selector-mismatch');
  });
  it('discards a dummy packet without a word (RFC 4303 §2.6)', () => {
    const { receiver } = enginePair();
    expect(receiver.inbound(crafted(new Uint8Array(33), NEXT_HEADER.DUMMY))).toBe('dummy');
    expect(Object.values(receiver.drops.snapshot()).every((count) => count === 0)).toBe(true);
    expect(receiver.engine.counters(1)).toMatchObject({ inbound: { packets: 1, bytes: 0 } });
  });
  it('cuts padding for traffic flow confidentiality (RFC 4303 §2.7)', () => {
    const { receiver } = enginePair();
    expect(receiver.inbound(crafted(concat(echo(), new Uint8Array(100)), NEXT_HEADER.IPV4))).toEqual(echo());
  });
  it.each([
    ['with a Next Header that is no IP', crafted(echo(), 6), 'bad-next-header'],
    ['with IPv4 named IPv6', crafted(echo(), NEXT_HEADER.IPV6), 'not-ip'],
    ['shorter than it says', crafted(echo().subarray(0, -1), NEXT_HEADER.IPV4), 'not-ip'],
    ['of nothing at all', crafted(new Uint8Array(), NEXT_HEADER.IPV4), 'not-ip'],
    [
      'with padding of zeros',
      crafted(echo(), NEXT_HEADER.IPV4, 1, (bytes, end) => bytes.fill(0, end - 4, end - 2)),
      'bad-padding',
    ],
  ])('drops an authentic packet %s', (_what, packet, reason) => {
    const { receiver } = enginePair();
    expect(receiver.inbound(packet)).toBe(reason);
    expect(receiver.inbound(packet)).toBe('replayed');
  });
  it('passes congestion marks on, and drops them for who does not know them (RFC 6040 §4.2)', () => {
    const { sender, receiver } = enginePair();
    const capable = echo();
    capable[1] = 2;
    expect(receiver.inbound(sender.seal(capable), 3)).toMatchObject({ 1: 3 });
    expect(receiver.inbound(sender.seal(echo()), 3)).toBe('congestion-marked');
  });
  it('never throws, whatever comes', () => {
    const { receiver } = enginePair();
    const spi = [0, 0, 0x10, 1];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (noise, ours) => {
        const packet = ours ? Uint8Array.from([...spi, ...noise]) : noise;
        expect(ESP_DROP_REASONS).toContain(receiver.inbound(packet));
        expect(['not-ip', 'no-sa']).toContain(receiver.outbound(noise));
      }),
      { seed: 4303 },
    );
  });
});

describe('ESP engine, its tables', () => {
  it('reports drops at most once a second for each reason', () => {
    const { receiver } = enginePair();
    for (const time of [0, 10, 999, 1001, 1500, 2001]) {
      receiver.inbound(new Uint8Array(40));
      receiver.engine.tick(instant(time));
    }
    const dropped = (count: number) => ({ type: 'dropped', reason: 'unknown-spi', count });
    expect(receiver.events).toEqual([dropped(1), dropped(3), dropped(2)]);
  });
  it('refuses an SPI that another pair has', () => {
    const { receiver, sa } = enginePair();
    expect(() => receiver.engine.installInbound(counterpart(sa, { pair: 9 }))).toThrow(/SPI is in use/);
  });
  it('refuses a suite without integrity, and keys of other lengths', () => {
    const { engine } = new TestEngine('x');
    expect(() => engine.installOutbound(outboundSa({ suite: { cipher: 'aes128' } }))).toThrow(/ESP suite/);
    const keys = { encryption: new Uint8Array(16), integrity: new Uint8Array() };
    expect(() => engine.installOutbound(outboundSa({ keys }))).toThrow(/ESP key length/);
  });
  it('forgets one direction and keeps the other', () => {
    const { engine } = new TestEngine('x');
    engine.installOutbound(outboundSa());
    engine.installInbound(counterpart(outboundSa({ spi: 0x3003 })));
    engine.remove(1, 'outbound');
    engine.remove(1, 'outbound');
    expect(engine.counters(1)).toMatchObject({ inbound: { packets: 0, bytes: 0 } });
    engine.remove(1, 'inbound');
    expect(engine.counters(1)).toEqual({});
  });
});
