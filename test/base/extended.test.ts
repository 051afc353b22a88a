import { expect, test } from 'vitest';
import { extended } from '../../src/base/extended.ts';

test('has all fields of both, those of the second where both have one, and leaves the first alone', () => {
  const state = { name: 'one', kept: 1, changed: 'a' } as const;
  const next = extended(state, { name: 'two', changed: undefined, added: 3 });
  const name: 'two' = next.name;
  expect(name).toBe('two');
  expect(next).toStrictEqual({ name: 'two', kept: 1, changed: undefined, added: 3 });
  expect(state).toStrictEqual({ name: 'one', kept: 1, changed: 'a' });
});
