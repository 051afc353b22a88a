import { test } from 'vitest';
import { inLab, type Lab } from './lab.ts';
import { lineTitle, report, type ReportLine } from './report.ts';

/** A test in a lab of its own, whose result is a line of the report. */
export function interopTest(line: ReportLine, body: (lab: Lab) => Promise<void>): void {
  reportedTest(line, () => inLab(body));
}

/** The same where the lab is somebody else's. */
export function reportedTest(line: ReportLine, body: () => Promise<void>): void {
  test(lineTitle(line), async ({ onTestFinished }) => {
    const from = performance.now();
    onTestFinished(({ task }) => report(line, task.result?.state === 'pass', (performance.now() - from) / 1000));
    await body();
  });
}
