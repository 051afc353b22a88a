import { escaped } from './markup.ts';
import type { DrillVerdict } from './run-drill.ts';

/** Runs of one drill: all that were made, of which some may have failed. */
export type DrillRuns = readonly DrillVerdict[];

/** JUnit's XML, as build servers read it: a suite for each drill, a case for each of its expectations, which fails where it failed in any run. */
export function junitReport(drills: readonly DrillRuns[]): string {
  const suites = drills.map(suite).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="sallyport drill">\n${suites}</testsuites>\n`;
}

function suite(runs: DrillRuns): string {
  const [first] = runs;
  if (first === undefined) return '';
  const name = escaped(first.drill);
  const cases = first.findings.map(({ expectation }, i) => {
    const failures = runs.flatMap(({ findings, seed }) =>
      findings[i]?.met === false ? [`${seedText(seed)}${findings[i].found}`] : [],
    );
    return { name: expectation, failures };
  });
  const broken = runs.flatMap((run) => (run.broken === undefined ? [] : [`${seedText(run.seed)}${run.broken}`]));
  const all = [...cases, { name: 'what must never be', failures: broken }];
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  const lines = all.map((one) => `    ${testCase(name, one)}\n`).join('');
  return `  <testsuite name="${name}" tests="${all.length}" failures="${failed}">\n${lines}  </testsuite>\n`;
}

const seedText = (seed: number | undefined): string => (seed === undefined ? '' : `seed ${seed}: `);

function testCase(
  drill: string,
  { name, failures }: { readonly name: string; readonly failures: readonly string[] },
): string {
  const head = `<testcase classname="${drill}" name="${escaped(name)}"`;
  if (failures.length === 0) return `${head}/>`;
  return `${head}><failure message="${escaped(failures[0] ?? '')}">${escaped(failures.join('\n'))}</failure></testcase>`;
}
