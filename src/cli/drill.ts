import { catalogue } from '../drill/catalogue.ts';
import type { Drill } from '../drill/drill.ts';
import { htmlReport } from '../drill/report-html.ts';
import { junitReport } from '../drill/report-junit.ts';
import { reportLines } from '../drill/report-text.ts';
import { type DrillVerdict, runDrill } from '../drill/run-drill.ts';
import { whyNotLive } from '../drill/why-not-live.ts';
import { loadDrills } from './drill/load-drills.ts';
import { reportingErrors } from './report-error.ts';
import { tableLines } from './table-lines.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

export interface DrillOptions {
  readonly list: boolean;
  /** With real processes in network namespaces, and not in a simulation. */
  readonly live: boolean;
  /** First and last, both included. */
  readonly seeds: readonly [number, number];
  readonly json: boolean;
  /** Files and a folder to write; absent: none. */
  readonly junit?: string;
  readonly html?: string;
  readonly pcap?: string;
}

/** All runs of a drill, and the one to look at: the first that failed, else the first. */
interface Drilled {
  readonly drill: Drill;
  readonly runs: readonly DrillVerdict[];
  readonly verdict: DrillVerdict;
}

/** `sallyport drill NAME|FILE…`: runs drills, and says what came of them and by what it is seen. */
export async function drill(names: readonly string[], options: DrillOptions, terminal: Terminal): Promise<ExitStatus> {
  if (options.list) return list(terminal);
  if (names.length === 0) {
    terminal.err('which drill? sallyport drill --list names those that are here, all means all of them');
    return EXIT.usage;
  }
  const drills = loadDrills(names, terminal);
  if (drills === undefined) return EXIT.usage;
  const drilled: Drilled[] = [];
  const status = await reportingErrors(terminal, async () => {
    for (const each of drills) {
      const runs = options.live ? await live(each, terminal) : simulated(each, options);
      tell(runs, options, terminal);
      drilled.push(runs);
    }
  });
  write(drilled, options, terminal);
  return drilled.every(({ verdict }) => verdict.passed) ? status : EXIT.failed;
}

async function live(of: Drill, terminal: Terminal): Promise<Drilled> {
  const { runLive } = await import('./drill/run-live.ts');
  const verdict = await runLive(of, terminal.interrupted);
  return { drill: of, runs: [verdict], verdict };
}

function simulated(of: Drill, { seeds: [first, last], pcap }: DrillOptions): Drilled {
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const runs = numbers.map((seed) => runDrill(of, { seed }));
  const shown = runs.find(({ passed }) => !passed) ?? runs[0];
  // The same seed is the same run: only the one that is looked at is kept with all its packets.
  const seed = shown?.seed ?? first;
  const verdict =
    shown === undefined || pcap !== undefined ? runDrill(of, { seed, capture: pcap !== undefined }) : shown;
  return { drill: of, runs, verdict };
}

function tell({ drill: of, runs, verdict }: Drilled, { json }: DrillOptions, terminal: Terminal): void {
  const { drill: name, purpose, passed, findings, broken, seed, mode } = verdict;
  const failed = runs.filter((run) => !run.passed).flatMap((run) => run.seed ?? []);
  if (json) {
    terminal.out(
      JSON.stringify({ drill: name, purpose, mode, seed, passed, runs: runs.length, failed, findings, broken }),
    );
    return;
  }
  terminal.out(`${passed ? 'PASSED' : 'FAILED'}  ${name}: ${purpose}`);
  for (const line of reportLines(of, verdict)) terminal.out(line);
  const which = failed.length === 0 ? '' : `; shown is ${seed}`;
  if (runs.length > 1) terminal.out(`  ${runs.length - failed.length} of ${runs.length} seeds passed${which}`);
}

function write(drilled: readonly Drilled[], { junit, html, pcap }: DrillOptions, terminal: Terminal): void {
  if (junit !== undefined) terminal.writeFile(junit, junitReport(drilled.map(({ runs }) => runs)));
  if (html !== undefined) terminal.writeFile(html, htmlReport(drilled));
  if (pcap === undefined) return;
  for (const { verdict } of drilled)
    for (const capture of verdict.captures) {
      const base = `${pcap}/${verdict.drill}-${capture.gateway}`;
      terminal.writeFile(`${base}.pcap`, capture.pcap);
      terminal.writeFile(`${base}.ikev1_decryption_table`, capture.ikeKeys);
      terminal.writeFile(`${base}.esp_sa`, capture.espSas);
    }
}

function list(terminal: Terminal): ExitStatus {
  const rows = catalogue().map(({ name, drill: { purpose }, drill: of }) => [
    ...[name, whyNotLive(of) === undefined ? 'simulated, live' : 'simulated', purpose],
  ]);
  for (const line of tableLines(['DRILL', 'RUNS', 'PURPOSE'], rows)) terminal.out(line);
  return EXIT.done;
}
