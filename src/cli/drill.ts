import { readFileSync } from 'node:fs';
import { utf8Text } from '../base/bytes.ts';
import { catalogueFiles } from '../drill/catalogue.ts';
import type { Drill } from '../drill/drill.ts';
import { checkDrill } from '../drill/parse-drill.ts';
import { reportLines } from '../drill/report-text.ts';
import { type DrillVerdict, runDrill } from '../drill/run-drill.ts';
import { issueLines } from './check.ts';
import { tableLines } from './table-lines.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

export interface DrillOptions {
  readonly list: boolean;
  /** First and last, both included. */
  readonly seeds: readonly [number, number];
  readonly json: boolean;
}

/** `sallyport drill NAME|FILE…`: runs drills, and says what came of them and by what it is seen. */
export function drill(names: readonly string[], options: DrillOptions, terminal: Terminal): ExitStatus {
  if (options.list) return list(terminal);
  if (names.length === 0) {
    terminal.err('which drill? sallyport drill --list names those that are here, all means all of them');
    return EXIT.usage;
  }
  const known = catalogueFiles();
  const files = names.flatMap((name) =>
    name === 'all' ? known.map(({ file }) => file) : [known.find((each) => each.name === name)?.file ?? name],
  );
  const drills = files.map((file) => loadDrill(file, terminal));
  const good = drills.flatMap((each) => each ?? []);
  if (good.length < drills.length) return EXIT.usage;
  const verdicts = good.map((each) => runSeeds(each, options, terminal));
  return verdicts.every(({ passed }) => passed) ? EXIT.done : EXIT.failed;
}

/** Undefined where it cannot be used, which has been said then. */
function loadDrill(file: string, terminal: Terminal): Drill | undefined {
  let text: string;
  try {
    text = utf8Text(terminal.readFile(file));
  } catch (error) {
    terminal.err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const { drill: checked, errors } = checkDrill(text);
  for (const issue of errors) for (const line of issueLines(file, issue)) terminal.err(line);
  return checked;
}

/** Shown is the first run that fails, or the first of all. */
function runSeeds(checked: Drill, { seeds: [first, last], json }: DrillOptions, terminal: Terminal): DrillVerdict {
  const failed: DrillVerdict[] = [];
  let shown: DrillVerdict | undefined;
  for (let seed = first; seed <= last; seed++) {
    const verdict = runDrill(checked, { seed });
    if (!verdict.passed) failed.push(verdict);
    shown ??= verdict;
  }
  const verdict = failed[0] ?? shown ?? runDrill(checked, { seed: first });
  const { drill: name, purpose, passed, findings, broken, seed, mode } = verdict;
  if (json) terminal.out(JSON.stringify({ drill: name, purpose, mode, seed, passed, findings, broken }));
  else {
    terminal.out(`${passed ? 'PASSED' : 'FAILED'}  ${name}: ${purpose}`);
    for (const line of reportLines(checked, verdict)) terminal.out(line);
    const runs = last - first + 1;
    if (runs > 1)
      terminal.out(
        `  ${runs - failed.length} of ${runs} seeds passed${failed.length === 0 ? '' : `; shown is ${seed}`}`,
      );
  }
  return verdict;
}

function list(terminal: Terminal): ExitStatus {
  const rows = catalogueFiles().map(({ name, file }) => {
    const { drill: checked } = checkDrill(readFileSync(file, 'utf8'));
    return [name, 'simulated', checked?.purpose ?? ''];
  });
  for (const line of tableLines(['DRILL', 'RUNS', 'PURPOSE'], rows)) terminal.out(line);
  return EXIT.done;
}
