import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/drill/catalogue.ts';
import { runDrill } from '../../src/drill/run-drill.ts';

/** Of each drill; `npm run test:long` runs fifteen times as many. */
const SEEDS = 20 * Number(process.env['SALLYPORT_TIMES'] ?? 1);

describe('the drills that come with sallyport', () => {
  test.each(catalogue().map(({ name, drill }) => [name, drill] as const))(
    '%s passes whatever the seed',
    (name, drill) => {
      expect(drill.name).toBe(name);
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { passed, findings, broken } = runDrill(drill, { seed });
        const wrong = findings.filter(({ met }) => !met);
        expect({ seed, passed, wrong, broken }).toEqual({ seed, passed: true, wrong: [], broken: undefined });
      }
    },
    3_600_000,
  );
});
