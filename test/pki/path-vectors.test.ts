import { describe, expect, it } from 'vitest';
import { differenceOf, DIFFERENCES } from './differences.ts';
import { pathCases } from './path-vectors.ts';

const cases = pathCases();

describe('the path of a certificate', () => {
  it.each(cases)('$set $name', ({ name, valid, verdict }) => {
    const ours = verdict();
    const difference = differenceOf(name);
    const expected = difference?.ours ?? (valid ? 'accepted' : 'refused');
    expect(ours === 'accepted' ? 'accepted' : 'refused', ours).toBe(expected);
  });
  it('is told in 321 cases, and every difference is one', () => {
    expect(cases.map(({ set }) => set).filter((set) => set === 'limbo')).toHaveLength(97);
    expect(cases).toHaveLength(321);
    const idle = DIFFERENCES.filter(
      ({ cases: named, ours }) =>
        !cases.some(({ name, valid }) => differenceOf(name)?.cases === named && valid !== (ours === 'accepted')),
    );
    expect(idle).toEqual([]);
  });
  it('that differs from a vector differs because it must: no wildcard matches what needs none', () => {
    const agreed = cases.filter(({ name, valid }) => {
      const difference = differenceOf(name);
      return difference !== undefined && valid === (difference.ours === 'accepted');
    });
    expect(agreed.map(({ name }) => name)).toEqual([]);
  });
});
