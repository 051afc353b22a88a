import type { Drill } from './drill.ts';
import { escaped } from './markup.ts';
import type { DrillVerdict } from './run-drill.ts';
import { timelineOf } from './timeline.ts';
import { timelineSvg } from './timeline-svg.ts';
import { timeText } from './verdict.ts';

/** A run to be shown. */
export interface ShownRun {
  readonly drill: Drill;
  readonly verdict: DrillVerdict;
}

/** One page with everything in it: for each drill the picture of a run, its expectations and its timeline. Light or dark as the reader likes it. */
export function htmlReport(runs: readonly ShownRun[]): string {
  const failed = runs.filter(({ verdict }) => !verdict.passed).length;
  const title = `${runs.length - failed} of ${runs.length} drills passed`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${STYLE}</style></head><body><h1>${title}</h1>
${runs.map(section).join('\n')}
</body></html>
`;
}

function section({ drill, verdict }: ShownRun): string {
  const { passed, findings, seed, broken } = verdict;
  const rows = findings.map(
    ({ met, expectation, found }) =>
      `<tr class="${met ? 'good' : 'bad'}"><td>${met ? 'ok' : 'not so'}</td><td>${escaped(expectation)}</td><td>${escaped(found)}</td></tr>`,
  );
  const entries = timelineOf(drill, verdict.record).map(
    ({ at, gateway = '', kind, text }) =>
      `<tr class="${kind}"><td>${timeText(at)}</td><td>${escaped(gateway)}</td><td>${escaped(text)}</td></tr>`,
  );
  return `<section><h2 class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'failed'}: ${escaped(drill.name)}</h2>
<p>${escaped(drill.purpose)}${seed === undefined ? '' : ` (seed ${seed})`}</p>
${broken === undefined ? '' : `<pre class="bad">${escaped(broken)}</pre>`}
${timelineSvg(drill, verdict)}
<table><tr><th></th><th>expected</th><th>found</th></tr>${rows.join('')}</table>
<details><summary>timeline</summary><table>${entries.join('')}</table></details></section>`;
}

const STYLE = `
:root { color-scheme: light dark; --line: #ccc; --lane: #eee; --up: #9cd3a8; --gone: #777; --fault: #f2c27c; --met: #b9dfc1; --unmet: #f0a0a0; --text: #222; --bad: #b00020; --good: #1b7a33; }
@media (prefers-color-scheme: dark) { :root { --line: #444; --lane: #2a2a2a; --up: #2f6b3c; --gone: #999; --fault: #8a5a12; --met: #2c4f34; --unmet: #8c2f2f; --text: #ddd; --bad: #ff8a80; --good: #81c995; } }
body { font: 15px/1.4 system-ui, sans-serif; max-width: 70rem; margin: 1rem auto; padding: 0 1rem; color: var(--text); }
svg { width: 100%; height: auto; font-size: 11px; } svg text { fill: var(--text); } .label { font-size: 10px; }
.grid { stroke: var(--line); } .lane { fill: var(--lane); } .up { fill: var(--up); } .gone { fill: var(--gone); } .fault { fill: var(--fault); }
.met { fill: var(--met); } .unmet { fill: var(--unmet); } .question { fill: #c77700; } .answer { fill: #1a73e8; } .packet { fill: #888; } .lost, .dead, .clear { fill: #d32f2f; }
table { border-collapse: collapse; font-size: 13px; } td, th { text-align: left; padding: 1px 12px 1px 0; vertical-align: top; }
.good td:first-child, h2.good { color: var(--good); } .bad td:first-child, h2.bad, pre.bad { color: var(--bad); } tr.script { font-weight: bold; }
`;
