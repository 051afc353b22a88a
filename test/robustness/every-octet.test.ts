import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/ike/effects.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';
import { policyOf } from '../ike/policies.ts';
import type { Side } from '../ike/side.ts';

const LADDER = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'];
/** What nothing authenticates on its own: the HASHes cover it two messages later at the earliest (RFC 2409 §5). */
const CLEAR = ['MM1', 'MM2', 'MM3', 'MM4'];
const random = new SeededRandom('robustness');

/** The minor version, and the flags but for the E bit: nobody proves them and nobody acts on them (RFC 2408 §3.1). */
const meansNothing = (at: number, change: number): boolean =>
  (at === 17 && change < 0x10) || (at === 19 && (change & 1) === 0);

/** Every octet changed in three ways, and every shorter length. */
function* spoiled({ bytes, ...ends }: Datagram): Generator<Datagram & { readonly how: string; readonly at: number }> {
  for (const [at, octet] of bytes.entries()) {
    for (const change of [1, 0x80, 1 + (random.u32() % 255)]) {
      if (meansNothing(at, change)) continue;
      const changed = bytes.slice();
      changed[at] = octet ^ change;
      yield { ...ends, bytes: changed, at, how: `octet ${at} changed by ${change}` };
    }
  }
  for (let length = 0; length < bytes.length; length++)
    yield { ...ends, bytes: bytes.slice(0, length), at: 0, how: `cut to ${length} octets` };
}

/** A pair that has come as far as one message, which has left and not arrived. */
function justBefore(name: string): { pair: PairOfEndpoints; message: Datagram; to: Side } {
  const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'), {
    limits: { halfOpenPerSource: 10_000, halfOpen: 10_000 },
  });
  const count = LADDER.indexOf(name) + 1;
  pair.onWire = (datagram) => (pair.wire.length >= count ? [] : [datagram]);
  pair.initiate();
  const message = pair.wire[count - 1];
  if (message === undefined) throw new Error(`${name} was not sent`);
  return { pair, message: pair.seen(message), to: pair.fromA(message) ? pair.b : pair.a };
}
/** Everything that a side has done since a moment but telling that it did nothing. */
const deeds = (side: Side, since: number): string[] =>
  side.effects
    .slice(since)
    .map((effect) => (effect.type === 'event' ? effect.event.name : effect.type))
    .filter((what) => what !== 'datagram.dropped' && what !== 'hint' && what !== 'peer.notify');
const isUp = (pair: PairOfEndpoints): boolean =>
  pair.sides.every((side) => side.connection().isUp('net')) &&
  JSON.stringify(pair.a.installed.at(-1)?.keys) ===
    JSON.stringify(pair.b.installed.findLast(({ direction }) => direction === 'inbound')?.keys);
const defects = (pair: PairOfEndpoints): unknown[] => pair.sides.flatMap((side) => side.named('internal.error'));

/**
 * HASH_I and HASH_R cover the identity and nothing else of their messages (RFC 2409 §5): what stands behind the HASH, here
 * INITIAL-CONTACT, may be garbled by whoever can change the message. In CBC that is from the fifth block on.
 */
const UNPROVED_IN_AUTH = 28 + 4 * 16;
const mayCost = (name: string, at: number): boolean =>
  CLEAR.includes(name) || (name.startsWith('MM') && at >= UNPROVED_IN_AUTH);

describe('a spoiled message before the good one', () => {
  it.each(LADDER)(
    '%s: does nothing where it is proved, costs one attempt at most where it is not, and then all is well',
    (name) => {
      let { pair, message, to } = justBefore(name);
      let costly = 0;
      for (const { how, at, ...bad } of spoiled(message)) {
        const since = to.effects.length;
        pair.deliver(to, bad);
        const done = deeds(to, since);
        if (done.length === 0) continue;
        if (!mayCost(name, at)) throw new Error(`${how}: ${done.join(', ')}`);
        // One in twenty-three to its end, with new cookies if need be; the others are like it.
        if (costly++ % 23 === 0) expectMended(pair, message, to, how);
        ({ pair, message, to } = justBefore(name));
      }
      pair.onWire = (datagram) => [datagram];
      pair.deliver(to, message);
      expect(isUp(pair)).toBe(true);
      expect(defects(pair)).toEqual([]);
      expect(pair.sides.flatMap((side) => side.named('phase1.failed'))).toEqual([]);
      expect(costly > 0).toBe(name.startsWith('MM'));
    },
  );
});

/** The good message and time make up for it. */
function expectMended(pair: PairOfEndpoints, good: Datagram, to: Side, how: string): void {
  pair.onWire = (datagram) => [datagram];
  pair.deliver(to, good);
  pair.runUntil(75_000);
  if (!isUp(pair)) throw new Error(`${how}: not up after 75 s`);
  expect(defects(pair)).toEqual([]);
}

describe('spoiled messages to sides that are up', () => {
  it('of every kind leave every SA where it is', () => {
    const pair = PairOfEndpoints.up({}, { limits: { halfOpen: 16, halfOpenPerSource: 16 } });
    const recorded = [...pair.wire];
    const [first, second] = [pair.a, pair.b].map((side) => side.removed.length);
    for (const datagram of recorded)
      for (const { how: _how, at: _at, ...bad } of spoiled(pair.seen(datagram)))
        pair.deliver(pair.fromA(datagram) ? pair.b : pair.a, bad);
    expect(pair.sides.map((side) => side.removed.length)).toEqual([first, second]);
    expect(pair.sides.map((side) => [side.connection().sas.size, side.connection().pairs.size])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(isUp(pair)).toBe(true);
    expect(defects(pair)).toEqual([]);
    expect(pair.b.endpoint.sas.size).toBeLessThanOrEqual(17);
    // And what they made in passing is gone when its time is over.
    pair.runUntil(300_000);
    expect(pair.sides.map(({ endpoint }) => endpoint.sas.size)).toEqual([1, 1]);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
  });

  it('that are noise of any length are told by their reason and by nothing else', () => {
    const pair = PairOfEndpoints.up();
    const noise = random.fork('noise');
    const since = pair.a.effects.length;
    for (let length = 0; length < 200; length++) {
      for (const port of [500, 4500]) {
        const { local, remote } = pair.seen(pair.wire[1] ?? ({ ...pair.a.outgoing[0] } as Datagram));
        pair.deliver(pair.a, { local: { ...local, port }, remote, bytes: noise.bytes(length) });
      }
    }
    expect(deeds(pair.a, since)).toEqual([]);
    expect(pair.a.drops).toHaveLength(400);
    expect(pair.wire).toHaveLength(9);
  });
});
