import { describe, expect, it } from 'vitest';
import { differences, distance } from '../../../src/ike/negotiate/traits.ts';

const OURS = { protocol: 'ESP', 'encryption algorithm': 'aes256', integrity: 'sha256' } as const;

describe('distance', () => {
  it('is 0 for a match, whatever the order of the traits', () => {
    expect(distance({ integrity: 'sha256', 'encryption algorithm': 'aes256', protocol: 'ESP' }, OURS)).toBe(0);
  });
  it('counts every trait of ours that theirs has not', () => {
    expect(distance({ ...OURS, integrity: 'sha1' }, OURS)).toBe(1);
    expect(distance({ protocol: 'AH' }, OURS)).toBe(3);
    expect(distance({ protocol: 'ESP' }, OURS)).toBe(2);
  });
});

describe('differences', () => {
  it('gives them in the order of the traits', () => {
    expect(differences({ ...OURS, 'encryption algorithm': 'des', integrity: 'md5' }, OURS)).toEqual([
      { what: 'encryption algorithm', theirs: 'des', ours: ['aes256'] },
      { what: 'integrity', theirs: 'md5', ours: ['sha256'] },
    ]);
  });
  it('says nothing about what a transform of another protocol cannot have', () => {
    expect(differences({ protocol: 'AH' }, OURS)).toEqual([{ what: 'protocol', theirs: 'AH', ours: ['ESP'] }]);
  });
});
