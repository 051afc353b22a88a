import { describe, expect, it } from 'vitest';
import { sameBytes } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { readMessage, viewPayloads, writeMessage } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { NATT_VENDOR_IDS } from '../../src/natt/vendor-ids.ts';
import { behindNat, fromOutside, MAPPED, NAT_A } from './behind-nat.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import { deleteOfPair, sealed } from './sealed.ts';
import type { Side } from './side.ts';

const ports = ({ local, remote }: Datagram): [number, number] => [local.port, remote.port];
const marked = ({ bytes }: Datagram): boolean => sameBytes(bytes.subarray(0, 4), new Uint8Array(4));
const detected = (side: Side): unknown[] =>
  side
    .named('nat.detected')
    .map(({ localBehindNat, remoteBehindNat, forced, dialect }) => [localBehindNat, remoteBehindNat, forced, dialect]);
const encapsulations = (pair: PairOfEndpoints): string[][] =>
  pair.sides.map(({ installed }) => installed.map(({ encapsulation }) => encapsulation));
const UDP = [
  ['udp', 'udp'],
  ['udp', 'udp'],
];
const PLAIN = [
  ['none', 'none'],
  ['none', 'none'],
];

describe('without a NAT', () => {
  it('everything stays on port 500 without marker, and ESP is not encapsulated', () => {
    const pair = PairOfEndpoints.up();
    expect(pair.wire.map(ports)).toEqual(Array.from({ length: 9 }, () => [500, 500]));
    expect(pair.wire.some(marked)).toBe(false);
    expect(pair.sides.flatMap(detected)).toEqual([]);
    expect(encapsulations(pair)).toEqual(PLAIN);
  });
});

describe('a NAT before the initiator (RFC 3947)', () => {
  it('is seen by both sides, each from its end', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    expect(detected(pair.a)).toEqual([[true, false, false, 'rfc3947']]);
    expect(detected(pair.b)).toEqual([[false, true, false, 'rfc3947']]);
    expect(encapsulations(pair)).toEqual(UDP);
  });

  it('makes the initiator float to 4500 with its fifth message, marker and all (RFC 3947 §4)', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    const own = pair.wire.filter((datagram) => datagram.local.address === A);
    expect(own.map(ports)).toEqual([
      [500, 500],
      [500, 500],
      [4500, 4500],
      [4500, 4500],
      [4500, 4500],
    ]);
    expect(own.map(marked)).toEqual([false, false, true, true, true]);
    const answers = pair.wire.filter((datagram) => datagram.local.address === B);
    expect(answers.map(ports)).toEqual([
      [500, MAPPED + 500],
      [500, MAPPED + 500],
      [4500, MAPPED + 4500],
      [4500, MAPPED + 4500],
    ]);
  });

  it('gives the SAs the ends that ESP will have, mapped as each side sees them', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    const ends = pair.sides.map(({ installed }) => [installed[0]?.local, installed[0]?.remote]);
    expect(ends).toEqual([
      [
        { address: A, port: 4500 },
        { address: B, port: 4500 },
      ],
      [
        { address: B, port: 4500 },
        { address: NAT_A, port: MAPPED + 4500 },
      ],
    ]);
  });

  it('is kept open by the side behind it alone: one octet, 20 s after the last message (RFC 3948 §4)', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    const sent: [number, number][] = [];
    const { onWire } = pair;
    pair.onWire = (datagram) => {
      expect([datagram.local, [...datagram.bytes]]).toEqual([{ address: A, port: 4500 }, [0xff]]);
      sent.push([pair.now, datagram.bytes.length]);
      return onWire(datagram);
    };
    pair.runUntil(65_000);
    expect(sent).toEqual([
      [20_000, 1],
      [40_000, 1],
      [60_000, 1],
    ]);
    expect(pair.b.drops).toEqual(['keepalive', 'keepalive', 'keepalive']);
  });

  it('is kept open from the last message of ours on, whatever it was', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    pair.runUntil(15_000);
    pair.within(pair.a, () => pair.a.isakmp().inform(deleteOfPair(pair.a)));
    const before = pair.wire.length;
    pair.runUntil(34_999);
    expect(pair.wire).toHaveLength(before);
    pair.runUntil(35_000);
    expect(pair.wire).toHaveLength(before + 1);
  });

  it('may be left to close: an interval of 0 sends nothing', () => {
    const pair = behindNat({ a: true });
    const quiet = new PairOfEndpoints(
      policyOf('a', { but: (policy) => ({ ...policy, natt: { mode: 'auto', keepalive: seconds(0) } }) }),
      policyOf('b', { but: fromOutside }),
    );
    quiet.onWire = pair.onWire;
    quiet.initiate();
    expect(detected(quiet.a)).toHaveLength(1);
    quiet.runUntil(65_000);
    expect(quiet.wire).toHaveLength(9);
  });
});

describe('a NAT before the responder', () => {
  it('is seen by both, and the responder keeps it open', () => {
    const pair = behindNat({ b: true });
    pair.initiate();
    expect(detected(pair.a)).toEqual([[false, true, false, 'rfc3947']]);
    expect(detected(pair.b)).toEqual([[true, false, false, 'rfc3947']]);
    expect(encapsulations(pair)).toEqual(UDP);
    const before = pair.wire.length;
    pair.runUntil(20_000);
    expect(pair.wire.slice(before).map(({ local }) => local.address)).toEqual([B]);
  });

  it('with another one before the initiator is kept open from both ends', () => {
    const pair = behindNat({ a: true, b: true });
    pair.initiate();
    expect(detected(pair.a)).toEqual([[true, true, false, 'rfc3947']]);
    const before = pair.wire.length;
    pair.runUntil(20_000);
    expect(
      pair.wire
        .slice(before)
        .map(({ local }) => local.address)
        .sort(),
    ).toEqual([A, B]);
  });
});

describe('what the policy says', () => {
  it.each<[string, 'a' | 'b']>([
    ['initiator', 'a'],
    ['responder', 'b'],
  ])('forces encapsulation from the %s: the peer believes in a NAT before it, and nobody keeps it open', (_, who) => {
    const pair = new PairOfEndpoints(
      policyOf('a', who === 'a' ? { natt: 'force' } : {}),
      policyOf('b', who === 'b' ? { natt: 'force' } : {}),
    );
    pair.initiate();
    expect(encapsulations(pair)).toEqual(UDP);
    const [forcing, believing] = who === 'a' ? pair.sides : [pair.b, pair.a];
    expect(detected(forcing)).toEqual([[false, false, true, 'rfc3947']]);
    expect(detected(believing)).toEqual([[false, true, false, 'rfc3947']]);
    expect(pair.wire.slice(4).map(ports)).toEqual(Array.from({ length: 5 }, () => [4500, 4500]));
    pair.runUntil(65_000);
    expect(pair.wire).toHaveLength(9);
  });

  it.each<[string, 'a' | 'b']>([
    ['initiator', 'a'],
    ['responder', 'b'],
  ])('turns it off for the %s: no NAT-D, no float, ESP as it is', (_, who) => {
    const pair = behindNat({ a: true });
    const off = new PairOfEndpoints(
      policyOf('a', who === 'a' ? { natt: 'off' } : {}),
      policyOf('b', { but: fromOutside, ...(who === 'b' ? { natt: 'off' } : {}) }),
    );
    off.onWire = pair.onWire;
    off.initiate();
    expect(encapsulations(off)).toEqual(PLAIN);
    expect(off.sides.flatMap(detected)).toEqual([]);
    const names = off.sides.flatMap((side) => side.named('message.sent').flatMap(({ payloads }) => payloads));
    expect(names.filter((name) => name.startsWith('NAT'))).toEqual([]);
  });

  it('in transport mode asks for UDP-encapsulated transport', () => {
    const pair = behindNat({ b: true }, { mode: 'transport', nets: ['0.0.0.0/0', '0.0.0.0/0'] });
    pair.initiate();
    expect(encapsulations(pair)).toEqual(UDP);
    expect(pair.a.installed.map(({ mode }) => mode)).toEqual(['transport', 'transport']);
  });
});

describe('a peer that knows only a draft', () => {
  /** Takes NAT-T vendor ids out of a message of Main Mode, all but one. */
  function announcing(only: Uint8Array, { bytes, ...ends }: Datagram): Datagram {
    const { header, body } = readMessage(bytes);
    const isNatt = (id: Uint8Array): boolean => NATT_VENDOR_IDS.some((own) => sameBytes(own, id));
    const kept = viewPayloads(header.nextPayload, body).payloads.filter(
      (view) => view.type !== PAYLOAD.VENDOR_ID || !isNatt(view.body) || sameBytes(view.body, only),
    );
    return { ...ends, bytes: writeMessage(header, kept) };
  }

  it.each([
    ['draft-03', 1],
    ['draft-02', 2],
    ['draft-02', 3],
  ])('is spoken to in the numbers of %s', (name, index) => {
    const pair = behindNat({ a: true });
    const { onWire } = pair;
    const id = NATT_VENDOR_IDS[index] ?? new Uint8Array();
    pair.onWire = (datagram) => onWire(pair.wire.length === 1 ? announcing(id, datagram) : datagram);
    pair.initiate();
    expect(detected(pair.a)).toEqual([[true, false, false, name]]);
    expect(detected(pair.b)).toEqual([[false, true, false, name]]);
    const third = readMessage(pair.wire[2]?.bytes ?? new Uint8Array());
    const types = viewPayloads(third.header.nextPayload, third.body).payloads.map(({ type }) => type);
    expect(types).toEqual([PAYLOAD.KE, PAYLOAD.NONCE, PAYLOAD.NAT_D_DRAFT, PAYLOAD.NAT_D_DRAFT]);
    expect(encapsulations(pair)).toEqual(UDP);
    expect(pair.wire.slice(4).map(({ remote }) => remote.port % MAPPED)).toEqual([4500, 4500, 4500, 4500, 4500]);
  });

  it('or none at all is not encapsulated to, NAT or not', () => {
    const pair = behindNat({ a: true });
    const { onWire } = pair;
    pair.onWire = (datagram) => onWire(pair.wire.length === 1 ? announcing(new Uint8Array(), datagram) : datagram);
    pair.initiate();
    expect(pair.sides.flatMap(detected)).toEqual([]);
    expect(encapsulations(pair)).toEqual(PLAIN);
  });
});

describe('on the NAT-T port', () => {
  it('ESP and what is neither are not for us, and without its marker a message is no message', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    const good = { ...sealed(pair, pair.b, deleteOfPair(pair.b)), local: { address: A, port: 4500 } };
    const send = (bytes: Uint8Array): void => pair.deliver(pair.a, { ...good, bytes });
    send(good.bytes.slice(4));
    send(Uint8Array.of(0, 0, 0));
    send(Uint8Array.from({ length: 64 }, (_, i) => i + 1));
    expect(pair.a.drops).toEqual(['not-ike', 'not-ike', 'not-ike']);
    expect(pair.a.connection().pairs.size).toBe(1);
    send(good.bytes);
    expect(pair.a.connection().pairs.size).toBe(0);
  });

  it('a message is found by its cookies, wherever it comes from: NATs map anew (RFC 2408 §2.5.3)', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    const good = sealed(pair, pair.a, deleteOfPair(pair.a));
    pair.deliver(pair.b, { ...good, remote: { address: NAT_A, port: 31_337 } });
    expect(pair.b.connection().pairs.size).toBe(0);
  });
});
