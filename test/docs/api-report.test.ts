import { beforeAll, expect, test } from 'vitest';
import { apiReports, ENTRIES, type ApiReport, type Entry } from './api-report.ts';
import { expectGenerated } from './generated.ts';

let reports: Readonly<Record<Entry, ApiReport>>;

beforeAll(() => {
  reports = apiReports();
}, 120_000);

/** Tables whose keys are a union that has a name: only that is for users, and its members are in the documents. */
const isTable = (name: string): boolean => /^[A-Z0-9_]+$/.test(name);

test.each(ENTRIES)('what %s exports is what etc says: a change of the public API is a change to review', (entry) => {
  expectGenerated(`etc/${entry}.api.md`, reports[entry].text);
});

test.each(ENTRIES)(
  'a user can name every type that the exports of %s are made of, from one of the entries',
  (entry) => {
    const named = new Set(ENTRIES.flatMap((other) => reports[other].exported));
    expect(reports[entry].forgotten.filter((name) => !named.has(name) && !isTable(name))).toEqual([]);
  },
);
