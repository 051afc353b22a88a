import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/ike/effects.ts';
import type { PairOfEndpoints } from './pair-of-endpoints.ts';
import { pairWith, withModeConfig, withUsers } from './users.ts';

type Fate = (datagram: Datagram) => readonly Datagram[];

/** XAUTH and Mode Config, with a fate of its own for the datagram that is the nth to be sent. */
function played(mode: 'pull' | 'push', nth: number, fate: Fate): PairOfEndpoints {
  const pair = pairWith([withUsers('a'), withModeConfig('a', mode)], [withUsers('b'), withModeConfig('b', mode)]);
  let count = 0;
  pair.onWire = (datagram) => (count++ === nth ? fate(datagram) : [datagram]);
  pair.initiate();
  pair.runUntil(120_000);
  return pair;
}

/** Six messages of Main Mode, four of XAUTH, two of Mode Config, three of Quick Mode. */
const MESSAGES = Array.from({ length: 15 }, (_, i) => i);

describe.each(['pull', 'push'] as const)('XAUTH and Mode Config, %s', (mode) => {
  it('take fifteen messages with the two phases', () => {
    expect(played(mode, 99, () => []).wire.slice(0, 15)).toHaveLength(15);
  });

  it.each(MESSAGES)('come through where message %i of all is lost', (nth) => {
    const pair = played(mode, nth, () => []);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.b.named('user.authenticated').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.b.connection().leases.size).toBe(1);
  });

  it.each(MESSAGES)('come through where message %i of all comes twice, and nothing happens twice', (nth) => {
    const pair = played(mode, nth, (datagram) => [datagram, datagram]);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.b.named('user.authenticated')).toHaveLength(1);
    expect(pair.a.named('user.accepted')).toHaveLength(1);
    expect(pair.a.named('settings.received')).toHaveLength(1);
  });
});
