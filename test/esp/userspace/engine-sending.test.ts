import { describe, expect, it } from 'vitest';

import { toHex } from '../../../src/base/bytes.ts';
import { instant, milliseconds } from '../../../src/base/instant.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import { HEADROOM, plainMemory, TAILROOM } from '../../../src/esp/userspace/packet.ts';
import { outboundSa } from '../sample-sa.ts';
import { echo, enginePair, TestEngine } from './engine-pair.ts';

describe('ESP engine, sending', () => {
  it('counts packets from 1 and the IV of GCM from anywhere (RFC 4303 §3.3.3, RFC 4106 §3.1)', () => {
    const { sender } = enginePair();
    const heads = Array.from({ length: 3 }, () => sender.seal(echo()).slice(0, 16));
    expect(heads.map((head) => toHex(head.subarray(0, 8)))).toEqual([
      '0000100100000001',
      '0000100100000002',
      '0000100100000003',
    ]);
    const [first = 0n, second = 0n, third = 0n] = heads.map((head) => new DataView(head.buffer).getBigUint64(8));
    expect([second - first, third - second]).toEqual([1n, 1n]);
  });
  it('moves to other endpoints without counting again from 1', () => {
    const { sender, receiver, sa } = enginePair();
    const before = sender.seal(echo());
    receiver.inbound(before);
    const elsewhere = { address: sa.remote.address, port: 30_000 };
    sender.engine.move(sa.pair, { local: sa.local, remote: elsewhere });
    receiver.engine.move(sa.pair, { local: elsewhere, remote: sa.local });
    const memory = plainMemory(HEADROOM + 84 + TAILROOM);
    memory.bytes.set(echo(), HEADROOM);
    expect(sender.engine.outbound(memory, HEADROOM, 84)).toMatchObject({ sa: { spi: 0x1001, remote: elsewhere } });
    expect(toHex(memory.bytes.subarray(HEADROOM - 12, HEADROOM - 8))).toBe('00000002');
    expect(receiver.inbound(before)).toBe('replayed');
    expect(sender.engine.counters(1)).toMatchObject({ outbound: { packets: 2, bytes: 168 } });
  });
  it('draws the IV of CBC from the generator (RFC 3602 §3)', () => {
    const { sender } = enginePair({ suite: { cipher: 'aes256', integrity: 'sha256' } });
    const ivs = Array.from({ length: 600 }, () => toHex(sender.seal(echo()).subarray(8, 24)));
    expect(new Set(ivs).size).toBe(600);
  });
  it('sends the last sequence number and nothing after it (RFC 4303 §3.3.3)', () => {
    const sender = new TestEngine('sender');
    sender.engine.installOutbound(outboundSa(), 0xffff_fffd);
    expect(toHex(sender.seal(echo()).subarray(4, 8))).toBe('fffffffe');
    expect(toHex(sender.seal(echo()).subarray(4, 8))).toBe('ffffffff');
    expect([sender.outbound(echo()), sender.outbound(echo())]).toEqual(['sequence-exhausted', 'sequence-exhausted']);
    expect(sender.events).toEqual([{ type: 'expired', pair: 1, spi: 0x1001, hard: true }]);
  });
  it('goes on past 2^32 with extended sequence numbers, and sends their lower half', () => {
    const sa = outboundSa({ suite: { cipher: 'aes128gcm16', esn: true } });
    const sender = new TestEngine('sender');
    sender.engine.installOutbound(sa, 0xffff_fffe);
    expect(['ffffffff', '00000000', '00000001']).toEqual(
      Array.from({ length: 3 }, () => toHex(sender.seal(echo()).subarray(4, 8))),
    );
  });
  it('uses the newest SA of a tunnel, and the one before when that is removed', () => {
    const sender = new TestEngine('sender');
    sender.engine.installOutbound(outboundSa({ pair: 1, spi: 0x1001 }));
    sender.engine.installOutbound(outboundSa({ pair: 2, spi: 0x2002 }));
    expect(toHex(sender.seal(echo()).subarray(0, 4))).toBe('00002002');
    sender.engine.remove(2, 'outbound');
    expect(toHex(sender.seal(echo()).subarray(0, 4))).toBe('00001001');
    sender.engine.remove(1, 'outbound');
    expect(sender.outbound(echo())).toBe('no-sa');
  });
  it('takes the tunnel with the smaller remote network', () => {
    const sender = new TestEngine('sender');
    const wide = { tunnel: 'all', remoteSelector: parseSelector('0.0.0.0/0') };
    sender.engine.installOutbound(outboundSa({ pair: 1, spi: 0x1001 }));
    sender.engine.installOutbound(outboundSa({ pair: 2, spi: 0x2002, ...wide }));
    expect(toHex(sender.seal(echo()).subarray(0, 4))).toBe('00001001');
    expect(toHex(sender.seal(echo('10.1.0.7', '10.3.0.1')).subarray(0, 4))).toBe('00002002');
  });
  it('never lends a guarded packet to a wider tunnel that is up', () => {
    const sender = new TestEngine('sender');
    const { connection, localSelector: local, remoteSelector: remote } = outboundSa();
    sender.engine.installOutbound(outboundSa({ tunnel: 'all', remoteSelector: parseSelector('0.0.0.0/0') }));
    sender.engine.guard({ connection, tunnel: 'lan', local, remote, without: 'block' });
    expect(sender.outbound(echo())).toBe('no-sa');
    sender.engine.unguard(connection, 'lan');
    expect(sender.outbound(echo())).toBeInstanceOf(Uint8Array);
  });
  it('asks for a trapped tunnel once a second, and never for a blocked one', () => {
    const sender = new TestEngine('sender');
    const { connection, tunnel, localSelector: local, remoteSelector: remote } = outboundSa();
    const acquire = { type: 'acquire', connection, tunnel };
    sender.engine.guard({ connection, tunnel, local, remote, without: 'trap' });
    for (const time of [0, 1, 999, 1000, 1999]) {
      sender.engine.tick(instant(time));
      expect(sender.outbound(echo())).toBe('no-sa');
    }
    expect(sender.events.filter((event) => event.type === 'acquire')).toEqual([acquire, acquire]);
    sender.engine.guard({ connection, tunnel, local, remote, without: 'block' });
    sender.engine.tick(instant(9000));
    sender.outbound(echo());
    expect(sender.events.filter((event) => event.type === 'acquire').length).toBe(2);
    expect(sender.drops.of('no-sa')).toBe(6);
  });
  it('drops what belongs to no tunnel', () => {
    const { sender } = enginePair();
    expect([sender.outbound(echo('10.1.0.7', '10.9.0.1')), sender.outbound(echo('10.7.0.7'))]).toEqual([
      'no-sa',
      'no-sa',
    ]);
  });
});

describe('ESP engine, lifetimes', () => {
  it('tells at nine tenths of the packets and stops at all of them, in both directions', () => {
    const { sender, receiver } = enginePair({ limits: { packets: 10 } });
    const outcomes = Array.from({ length: 12 }, () => {
      const sealed = sender.outbound(echo());
      return typeof sealed === 'string' ? sealed : receiver.inbound(sealed);
    });
    expect(outcomes).toEqual([...Array.from({ length: 10 }, () => echo()), 'expired', 'expired']);
    const soft = { type: 'expired', pair: 1, spi: 0x1001, hard: false };
    expect(sender.events).toEqual([soft, { ...soft, hard: true }]);
    expect(receiver.events).toEqual([{ type: 'inbound-used', pair: 1, spi: 0x1001 }, soft, { ...soft, hard: true }]);
  });
  it('refuses inbound packets after the limit', () => {
    const { sender, receiver } = enginePair({}, { limits: { packets: 1 } });
    const [first, second] = [sender.seal(echo()), sender.seal(echo())];
    expect([receiver.inbound(first), receiver.inbound(second)]).toEqual([echo(), 'expired']);
  });
  it('counts octets of the inner packets', () => {
    const { sender } = enginePair({ limits: { bytes: 84 * 2 } });
    expect([sender.outbound(echo()), sender.outbound(echo())].map((out) => typeof out)).toEqual(['object', 'object']);
    expect(sender.outbound(echo())).toBe('expired');
  });
  it('ends by time, if the engine has not', () => {
    const { sender } = enginePair({ limits: { time: milliseconds(100_000) } });
    for (const time of [89_000, 90_000, 99_999, 101_000]) sender.engine.tick(instant(time));
    const soft = { type: 'expired', pair: 1, spi: 0x1001, hard: false };
    expect(sender.events).toEqual([soft, { ...soft, hard: true }]);
    expect(sender.outbound(echo())).toBe('expired');
  });
});
