import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/drill/catalogue.ts';
import type { Drill } from '../../src/drill/drill.ts';
import { runDrill } from '../../src/drill/run-drill.ts';

/** `npm run test:long` runs fifteen times as many. */
const times = Number(process.env['SALLYPORT_TIMES'] ?? 1);

/** Of each drill. Two hundred gateways cost as much as all other drills. */
const seedsOf = ({ members }: Drill): number => times * (members.length > 20 ? 1 : 25);

describe('the drills that come with sallyport', () => {
  test.each(catalogue().map(({ name, drill }) => [name, drill] as const))(
    '%s passes whatever the seed',
    (name, drill) => {
      expect(drill.name).toBe(name);
      for (let seed = 1; seed <= seedsOf(drill); seed++) {
        const { passed, findings, broken } = runDrill(drill, { seed });
        const wrong = findings.filter(({ met }) => !met);
        expect({ seed, passed, wrong, broken }).toEqual({ seed, passed: true, wrong: [], broken: undefined });
      }
    },
    3_600_000,
  );
});
