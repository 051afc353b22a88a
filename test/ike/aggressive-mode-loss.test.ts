import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { instant } from '../../src/base/instant.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { readMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { behindNat } from './behind-nat.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { Side } from './side.ts';

const AGGRESSIVE = { exchange: 'aggressive' } as const;
const isUp = (side: Side): boolean => side.connection().isUp('net');
const headerOf = ({ bytes, local }: Datagram) => readMessage(local.port === 4500 ? bytes.subarray(4) : bytes).header;

/** `AM1`, `AM2`, `AM3`; the exchange type for every other message. */
function nameOf(datagram: Datagram): string {
  const { exchangeType, flags, nextPayload } = headerOf(datagram);
  if (exchangeType !== EXCHANGE.AGGRESSIVE) return String(exchangeType);
  if (nextPayload !== PAYLOAD.SA) return 'AM3';
  return flags === 0 && toHex(headerOf(datagram).responderCookie) === '0000000000000000' ? 'AM1' : 'AM2';
}
const aggressive = (pair: PairOfEndpoints): string[] => pair.wire.map(nameOf).filter((name) => name.startsWith('AM'));

function losing(pair: PairOfEndpoints, lost: (datagram: Datagram) => boolean): PairOfEndpoints {
  const { onWire } = pair;
  pair.onWire = (datagram) => (lost(datagram) ? [] : onWire(datagram));
  pair.initiate();
  return pair;
}
/** The first of the messages that one of these names is. */
function once(...names: readonly string[]): (datagram: Datagram) => boolean {
  let done = false;
  return (datagram) => {
    const lost = !done && names.includes(nameOf(datagram));
    done ||= lost;
    return lost;
  };
}
const aggressivePair = (): PairOfEndpoints => new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE));

describe('the loss of one message of Aggressive Mode', () => {
  it.each(['AM1', 'AM2', 'AM3'])('%s: both sides are up within three seconds, each message acted on once', (lost) => {
    const pair = losing(aggressivePair(), once(lost));
    pair.runUntil(3000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    for (const side of pair.sides) {
      expect(side.named('phase1.established')).toHaveLength(1);
      expect(side.named('phase2.established')).toHaveLength(1);
      expect(side.named('phase1.failed')).toEqual([]);
    }
  });

  it('AM3: what the initiator sends under the new SA makes the responder repeat its second message, and that the third', () => {
    const pair = losing(aggressivePair(), once('AM3'));
    expect(pair.now).toBe(0);
    expect(aggressive(pair)).toEqual(['AM1', 'AM2', 'AM3', 'AM2', 'AM3']);
    const thirds = pair.wire.filter((datagram) => nameOf(datagram) === 'AM3').map(({ bytes }) => toHex(bytes));
    expect(thirds[1]).toBe(thirds[0]);
    expect(pair.b.drops.filter((reason) => reason === 'unexpected' || reason === 'undecryptable')).not.toEqual([]);
    expect(pair.b.named('phase1.established')).toHaveLength(1);
  });

  it('AM3 behind a NAT: the second message goes where it went before, the third comes from the NAT-T port', () => {
    const pair = losing(behindNat({ a: true }, AGGRESSIVE), once('AM3'));
    pair.runUntil(3000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    const ports = (name: string): number[] =>
      pair.wire.filter((datagram) => nameOf(datagram) === name).map(({ local }) => local.port);
    expect([ports('AM2'), ports('AM3')]).toEqual([
      [500, 500],
      [4500, 4500],
    ]);
  });

  it('AM3 overtaken by what was sent behind it: one second message too many, and nothing else', () => {
    const pair = aggressivePair();
    let held: Datagram | undefined;
    pair.onWire = (datagram) => {
      if (nameOf(datagram) === 'AM3' && held === undefined) held = datagram;
      else if (held !== undefined && nameOf(datagram) === String(EXCHANGE.QUICK_MODE)) {
        pair.onWire = (each) => [each];
        return [datagram, held];
      } else return [datagram];
      return [];
    };
    pair.initiate();
    pair.runUntil(3000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(aggressive(pair)).toEqual(['AM1', 'AM2', 'AM3', 'AM2', 'AM3']);
    expect(pair.b.named('phase1.established')).toHaveLength(1);
  });
});

describe('the second message', () => {
  it('is never sent again by a timer: the address may not be the peer’s own', () => {
    const pair = losing(aggressivePair(), (datagram) => nameOf(datagram) === 'AM2');
    pair.onWire = () => [];
    pair.runUntil(62_999);
    expect(aggressive(pair).filter((name) => name === 'AM2')).toHaveLength(1);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(1);
    pair.runUntil(63_000);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
  });

  it('is repeated once a second and sixteen times at most, whatever shows our cookie', () => {
    const pair = losing(aggressivePair(), (datagram) => nameOf(datagram) === 'AM2');
    pair.onWire = () => [];
    const second = pair.wire.find((datagram) => nameOf(datagram) === 'AM2');
    if (second === undefined) throw new Error('no second message');
    const before = pair.wire.length;
    const noise = second.bytes.slice(0, 28 + 32);
    noise.set([PAYLOAD.HASH, 0x10, EXCHANGE.QUICK_MODE, FLAG.ENCRYPTION, 1, 2, 3, 4, 0, 0, 0, noise.length], 16);
    const send = (): void => pair.deliver(pair.b, { local: second.local, remote: second.remote, bytes: noise });
    const repeats: number[] = [];
    for (let at = 0; at < 30_000; at += 250) {
      pair.now = instant(at);
      send();
      repeats.push(pair.wire.length - before);
    }
    expect(repeats.slice(0, 9)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3]);
    expect(repeats.at(-1)).toBe(16);
    expect(new Set(pair.wire.slice(before).map(({ bytes }) => toHex(bytes)))).toEqual(new Set([toHex(second.bytes)]));
  });

  it('is not repeated for what is in clear, nor once the third has come', () => {
    const pair = losing(aggressivePair(), once('AM3'));
    const before = pair.wire.length;
    pair.within(pair.a, () => pair.a.isakmp().hintToPeer(14));
    expect(pair.wire.slice(before).map(nameOf)).toEqual([String(EXCHANGE.INFORMATIONAL)]);
    const waiting = losing(aggressivePair(), (datagram) => nameOf(datagram) === 'AM2');
    const [, second] = waiting.wire;
    if (second === undefined) throw new Error('no second message');
    const [clear] = pair.wire.slice(before);
    const bytes = clear?.bytes.slice() ?? new Uint8Array();
    bytes.set(second.bytes.subarray(0, 16), 0);
    waiting.deliver(waiting.b, { local: second.local, remote: second.remote, bytes });
    expect(waiting.b.drops).toEqual(['unprotected']);
    expect(aggressive(waiting)).toEqual(['AM1', 'AM2']);
  });
});

describe('a second message that somebody else wrote', () => {
  /** Arrives before the peer's own, with something of it changed. */
  const forged = (datagram: Datagram, number: number, at = -1): Datagram => {
    const bytes = datagram.bytes.slice();
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ number;
    return { ...datagram, bytes };
  };
  /** Where in the second message the HASH is: behind SA, KE, Nr and IDir. */
  function hashAt(datagram: Datagram): number {
    const { bytes } = datagram;
    let at = 28;
    let type = bytes[16];
    while (type !== PAYLOAD.HASH) {
      type = bytes[at];
      at += ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    }
    return at + 4;
  }

  it('is not believed and ends nothing: the peer’s own is, which waits behind it', () => {
    const pair = aggressivePair();
    pair.onWire = (datagram) => {
      if (nameOf(datagram) !== 'AM2') return [datagram];
      // Another responder cookie as well.
      return [forged(forged(datagram, 1, hashAt(datagram)), 1, 8), datagram];
    };
    pair.initiate();
    expect(pair.now).toBe(0);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.a.drops).toEqual(['hash-mismatch']);
    expect(pair.a.named('phase1.started')).toHaveLength(1);
  });

  it('is taken back together with the end of retransmissions: they go on in their time', () => {
    const pair = aggressivePair();
    pair.onWire = (datagram) => {
      if (nameOf(datagram) !== 'AM2' || pair.now > 2000) return [datagram];
      return [forged(datagram, 1, hashAt(datagram))];
    };
    pair.initiate();
    pair.runUntil(2999);
    expect(pair.a.named('message.resent').map(({ exchange }) => exchange)).toEqual(['AGGRESSIVE']);
    expect(pair.a.drops).toEqual(['hash-mismatch', 'duplicate']);
    expect(isUp(pair.a)).toBe(false);
    pair.runUntil(3000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('with a value that is no point of the group is not believed either', () => {
    const pair = aggressivePair();
    pair.onWire = (datagram) => {
      if (nameOf(datagram) !== 'AM2') return [datagram];
      // The KE payload is behind the SA.
      const keyAt = 28 + (datagram.bytes[31] ?? 0) + 4;
      return [forged(datagram, 1, keyAt + 10), datagram];
    };
    pair.initiate();
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.a.drops).toEqual(['unexpected']);
  });

  it('costs a Diffie-Hellman four times for one attempt, and the next attempt is another', () => {
    const pair = aggressivePair();
    let number = 0;
    pair.onWire = (datagram) => {
      if (nameOf(datagram) !== 'AM2') return [datagram];
      return Array.from({ length: 3 }, () => forged(datagram, ++number, hashAt(datagram)));
    };
    pair.initiate();
    pair.runUntil(62_999);
    const agreed = pair.a.effects.filter((effect) => effect.type === 'job' && effect.job.kind === 'dh-agree');
    expect(agreed).toHaveLength(4);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(70_000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.a.named('phase1.started')).toHaveLength(2);
  });
});
