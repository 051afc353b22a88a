import { describe, expect, it } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import type { Role } from '../../src/ike/events.ts';
import { isReplaced, type Life, settle, settlesAt } from '../../src/ike/life.ts';

const life = (order: string, role: Role, proved: boolean): Life => ({
  role,
  since: instant(0),
  expires: instant(3_600_000),
  renewAt: undefined,
  endReason: 'expired',
  order,
  provedAt: proved ? instant(0) : undefined,
});
const LATER = instant(94_000);

describe('of SAs that a collision left', () => {
  it('the first in their order stays in use and the others are set aside, whoever began them', () => {
    const lives = [life('3', 'initiator', true), life('1', 'responder', true), life('2', 'responder', true)];
    expect(settle(lives, instant(93_999))).toEqual([]);
    expect(settle(lives, LATER).map(({ order }) => order)).toEqual(['2', '3']);
    expect(lives.map(isReplaced)).toEqual([true, false, true]);
  });

  it('none is set aside for one that the peer may not have', () => {
    const lives = [life('1', 'initiator', false), life('2', 'initiator', true), life('3', 'initiator', true)];
    expect(settle(lives, LATER).map(({ order }) => order)).toEqual(['3']);
    expect(settlesAt(lives)).toBeUndefined();
  });

  it('none is set aside before the peer is known to have any, and then at once', () => {
    const lives = [life('1', 'initiator', false), life('2', 'initiator', false)];
    expect(settle(lives, LATER)).toEqual([]);
    for (const one of lives) one.provedAt = instant(64_000);
    expect(settlesAt(lives)).toBe(LATER);
    expect(settle(lives, LATER).map(({ order }) => order)).toEqual(['2']);
  });
});
