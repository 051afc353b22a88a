import { describe, expect, test } from 'vitest';
import { objectDocument, yamlDocument } from '../../src/config/document.ts';

const text = `# a comment
gateway:
  name: plant-7
  listen: [192.0.2.1,  192.0.2.2]
control:
connections:
  - name: hq
    remote: { address: "%any" }
`;

describe('places in YAML', () => {
  const document = yamlDocument(text);

  test.each([
    [['gateway', 'name'], false, 3, 9],
    [['gateway', 'name'], true, 3, 3],
    [['gateway', 'listen', 1], false, 4, 24],
    [['gateway', 'listen', 7], false, 4, 11],
    [['connections', 0], false, 7, 5],
    [['connections', 0, 'remote', 'address'], false, 8, 24],
    [['connections', 0, 'remote', 'address'], true, 8, 15],
    [['connections', 0, 'remote', 'id'], false, 8, 13],
    [['control'], false, 5, 1],
    [['nothing', 'here'], false, 2, 1],
    [[], false, 2, 1],
  ])('%j (key: %j) is at %i:%i', (path, key, line, column) => {
    expect(document.place(path, key)).toEqual({ line, column });
  });

  test('the data is what the text says', () => {
    expect(document.issues).toEqual([]);
    expect(document.data).toEqual({
      gateway: { name: 'plant-7', listen: ['192.0.2.1', '192.0.2.2'] },
      control: null,
      connections: [{ name: 'hq', remote: { address: '%any' } }],
    });
  });

  test('an empty text is nothing', () => {
    expect(yamlDocument('').data).toBeNull();
    expect(yamlDocument('').place(['x'])).toBeUndefined();
  });
});

describe('YAML that is not valid', () => {
  test.each([
    ['a: 1\na: 2\n', 2, 1, 'this key is there already'],
    ['a: *hunter2\n', 1, 4, 'an alias (*name) without its anchor (&name); text that begins with * needs quotes'],
    ['a: 1\n---\nb: 2\n', 2, 1, 'more than one document (---) in the text'],
    ['a:\n\t- 1\n', 2, 1, 'tabs are not allowed as indentation'],
    ['a: [1, 2\n', 2, 1, 'the indentation does not fit the lines above, or a bracket is not closed'],
    ['a: !hunter2\n', 1, 4, 'a tag (!name) that is not known; text that begins with ! needs quotes'],
    ['a: @hq\n', 1, 4, 'text may not begin with this character without quotes'],
    ['a: "%any\n', 2, 1, 'a closing quote, bracket, or a comma is missing'],
    ['a: b: c\n', 1, 4, 'two keys in one line, or a nested value that must begin on the next line'],
    ['? { secret: hunter2 }\n: 1\n', 1, 3, 'a list or mapping as a key; text that begins with [ or { needs quotes'],
    ['a: &b [hunter2]\n*b : 1\n', 1, 7, 'a list or mapping as a key; text that begins with [ or { needs quotes'],
    ['!!set { a, b }\n', 1, 1, 'a tag (!name) that is not known; text that begins with ! needs quotes'],
    ['!!omap [a: 1]\n', 1, 1, 'a tag (!name) that is not known; text that begins with ! needs quotes'],
  ])('%j is refused at its place, in our words', (yaml, line, column, message) => {
    const document = yamlDocument(yaml);
    expect(document.issues[0]).toEqual({ severity: 'error', code: 'YAML_SYNTAX', path: [], line, column, message });
    expect(document.data).toBeUndefined();
  });

  test('says nothing to the process, which would repeat the text', async () => {
    const warnings: unknown[] = [];
    const note = (warning: unknown): unknown => warnings.push(warning);
    process.on('warning', note);
    for (const yaml of ['? { secret: hunter2 }\n: 1\n', 'a: &b [hunter2]\n*b : 1\n']) yamlDocument(yaml);
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('aliases that multiply are refused before they do', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`);
    const document = yamlDocument(['a0: &a0 [x, x]', ...levels].join('\n'));
    expect(document.issues).toEqual([
      {
        severity: 'error',
        code: 'YAML_SYNTAX',
        path: [],
        line: 1,
        column: 1,
        message: 'aliases that stand for too much',
      },
    ]);
  });
});

test('an object has no places', () => {
  const document = objectDocument({ a: 1 });
  expect(document).toMatchObject({ data: { a: 1 }, issues: [] });
  expect(document.place(['a'])).toBeUndefined();
});
