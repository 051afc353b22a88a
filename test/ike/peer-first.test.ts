import { expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';

const standing = (pair: PairOfEndpoints): number[] => pair.sides.map((side) => side.connection().pairs.size);

it('a peer that connects while our own attempt waits leaves one pair, and what was begun here adds none', () => {
  const pair = new PairOfEndpoints();
  pair.onWire = (datagram) => (pair.fromA(datagram) ? [] : [datagram]);
  pair.initiate(pair.a);
  pair.runUntil(3000);
  pair.onWire = (datagram) => [datagram];
  pair.initiate(pair.b);
  expect(standing(pair)).toEqual([1, 1]);
  pair.runUntil(300_000);
  expect(standing(pair)).toEqual([1, 1]);
  expect(pair.a.named('phase2.failed')).toEqual([]);
});

it('a peer that connects and begins no phase 2 is left two seconds for it, and then it is begun here', () => {
  const pair = new PairOfEndpoints();
  const begun = ({ bytes }: Datagram): string => toHex(bytes.slice(0, 8));
  let ours: string | undefined;
  // Our own attempt waits for good.
  pair.onWire = (datagram) => (begun(datagram) === (ours ??= begun(datagram)) ? [] : [datagram]);
  pair.initiate(pair.a);
  pair.within(pair.b, () => pair.b.connection().caller.call(pair.now));
  expect(pair.sides.map((side) => side.named('phase1.established').length)).toEqual([1, 1]);
  pair.runUntil(1999);
  expect(pair.a.named('phase2.started')).toEqual([]);
  pair.runUntil(2000);
  expect(standing(pair)).toEqual([1, 1]);
});
