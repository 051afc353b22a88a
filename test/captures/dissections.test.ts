import { expect, test } from 'vitest';
import { existsInProject, filesBelow, inProject, readInProject } from '../project.ts';
import { decoded, expectAgreement } from './compare.ts';

const FOLDER = 'vectors/isakmp/dissected';
const DISSECTIONS = filesBelow(FOLDER, '.txt');

test('there is a second opinion for most captures', () => {
  expect(DISSECTIONS.length).toBe(19);
});

test.each(DISSECTIONS)('we read what tshark reads: %s', async (path) => {
  const capture = path.replace(`${FOLDER}/`, 'vectors/isakmp/').replace(/\.txt$/, '');
  // Those that tshark was given the keys of.
  const keys = capture.replace(/\.\w+$/, '.keys.yaml');
  const known = existsInProject(keys) ? readInProject(keys) : '';
  expectAgreement(await decoded(inProject(capture), known), readInProject(path));
});
