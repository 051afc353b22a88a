import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { passesBothWays, twoGateways } from './two-gateways.ts';

describe('INITIAL-CONTACT (RFC 2407 §4.6.3.3)', () => {
  it('is not said by one who began without an SA and has one by the time it proves itself', () => {
    const { world, a, b, link } = twoGateways('one attempt overtakes the other');
    let first = true;
    link.back.onPath = (packet) => (first ? ((first = false), []) : [packet]);
    b.initiate('link');
    world.run(seconds(0.1));
    a.initiate('link');
    world.run(seconds(30));
    expect([...a.told('phase1.established'), ...b.told('phase1.established')]).toHaveLength(4);
    expect([...a.told('phase2.ended'), ...b.told('phase2.ended')]).toEqual([]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('of a peer that was restarted removes what it no longer has', () => {
    const { world, a, b } = twoGateways('restarted peer');
    a.initiate('link');
    world.run(seconds(1));
    b.crash();
    b.start();
    b.initiate('link');
    world.run(seconds(1));
    expect(a.told('phase2.ended').map(({ reason }) => reason)).toEqual(['initial-contact']);
    expect(a.told('phase1.ended').map(({ reason }) => reason)).toEqual(['initial-contact']);
    expect(a.esp.installed.map(({ direction }) => direction).toSorted()).toEqual(
      b.esp.installed.map(({ direction }) => direction).toSorted(),
    );
    expect(passesBothWays(world, a, b)).toBe(true);
  });
});
