import { expect, it } from 'vitest';
import { lockNamespace } from '../../src/linux/namespace-lock.ts';

it('one has it at a time, and who gives it back lets another have it', () => {
  const name = `sallyport-test-${process.pid}`;
  const unlock = lockNamespace(name);
  expect(unlock).toBeTypeOf('function');
  expect(lockNamespace(name)).toBeUndefined();
  const other = lockNamespace(`${name}-other`);
  expect(other).toBeTypeOf('function');
  unlock?.();
  const again = lockNamespace(name);
  expect(again).toBeTypeOf('function');
  for (const end of [again, other]) end?.();
});
