import type { Drill } from './drill.ts';
import type { DrillRecord } from './record.ts';
import { type GatewayCapture, simulate, type SimulateOptions } from './simulate.ts';
import { type Finding, findingsOf } from './verdict.ts';

/** What came of one run of a drill, and by what. */
export interface DrillVerdict {
  readonly drill: string;
  readonly purpose: string;
  readonly mode: 'simulated' | 'live';
  /** Of a simulated run: the same seed is the same run. */
  readonly seed?: number;
  readonly passed: boolean;
  readonly findings: readonly Finding[];
  /** What may never be and was, whatever the drill is about: the run ended there. */
  readonly broken?: string;
  readonly record: DrillRecord;
  /** Where they were asked for. */
  readonly captures: readonly GatewayCapture[];
}

/** Runs a drill in a simulation, where time costs nothing. Default seed 1. */
export function runDrill(drill: Drill, options: Partial<SimulateOptions> = {}): DrillVerdict {
  const { seed = 1, capture = false } = options;
  const { record, broken, captures } = simulate(drill, { seed, capture });
  const verdict = { mode: 'simulated', seed, captures: capture ? captures : [] } as const;
  return { ...verdict, ...verdictOf(drill, record, broken) };
}

/** What a run shows. */
export function verdictOf(
  drill: Drill,
  record: DrillRecord,
  broken: string | undefined,
): Omit<DrillVerdict, 'mode' | 'seed' | 'captures'> {
  const { name, purpose } = drill;
  const findings = findingsOf(drill, record);
  const passed = broken === undefined && findings.every(({ met }) => met);
  return { drill: name, purpose, passed, findings, ...(broken === undefined ? {} : { broken }), record };
}
