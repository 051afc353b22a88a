import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesBelow, inProject } from '../project.ts';
import { decoded, expectAgreement } from './compare.ts';

const FOLDER = 'vectors/isakmp/dissected';
const DISSECTIONS = filesBelow(FOLDER, '.txt');

test('there is a second opinion for most captures', () => {
  expect(DISSECTIONS.length).toBe(17);
});

test.each(DISSECTIONS)('we read what tshark reads: %s', async (path) => {
  const capture = path.replace(`${FOLDER}/`, 'vectors/isakmp/').replace(/\.txt$/, '');
  expectAgreement(await decoded(inProject(capture)), readFileSync(inProject(path), 'utf8'));
});
