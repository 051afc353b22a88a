import { expect, test } from 'vitest';
import { functionLines } from './functions.ts';

test('lines of functions and methods are counted, and a name that is not there is refused', () => {
  const text = 'export function f() {\n  return 1;\n}\nclass A {\n  #m() {\n\n    return 2;\n  }\n}\n';
  expect(functionLines(text, 'f')).toBe(3);
  expect(functionLines(text, 'A.#m')).toBe(4);
  expect(() => functionLines(text, 'A.n')).toThrow('no function A.n');
});
