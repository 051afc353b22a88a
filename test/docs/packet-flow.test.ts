import { expect, test } from 'vitest';
import { readInProject } from '../project.ts';
import { expectGenerated } from './generated.ts';
import { functionLines, packetFlow } from './packet-flow.ts';

const BETWEEN = /(?<=<!-- packet flow: npm run docs -->\n)[^]*(?=\n<!-- \/packet flow -->)/;

test('the README says how a packet flows, with functions that exist', () => {
  expectGenerated(
    'README.md',
    readInProject('README.md').replace(BETWEEN, () => packetFlow()),
  );
});

test('lines of functions and methods are counted, and a name that is not there is refused', () => {
  const text = 'export function f() {\n  return 1;\n}\nclass A {\n  #m() {\n\n    return 2;\n  }\n}\n';
  expect(functionLines(text, 'f')).toBe(3);
  expect(functionLines(text, 'A.#m')).toBe(4);
  expect(() => functionLines(text, 'A.n')).toThrow('no function A.n');
});
