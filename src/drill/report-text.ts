import type { Drill } from './drill.ts';
import type { DrillVerdict } from './run-drill.ts';
import { timelineOf } from './timeline.ts';
import { timeText } from './verdict.ts';

/** A run for people: the timeline, and each expectation with what was found. */
export function reportLines(drill: Drill, verdict: DrillVerdict): string[] {
  const rows = timelineOf(drill, verdict.record).map(({ at, gateway = 'network', kind, text }) => ({
    ...{ when: timeText(at), gateway },
    text: kind === 'script' ? `*** ${text}` : text,
  }));
  const [time, who] = [
    Math.max(...rows.map(({ when }) => when.length), 0),
    Math.max(...rows.map(({ gateway }) => gateway.length), 0),
  ];
  return [
    ...rows.map(({ when, gateway, text }) => `  ${when.padStart(time)}  ${gateway.padEnd(who)}  ${text}`),
    ...findingLines(verdict),
  ];
}

/** Each expectation, and what was found. */
function findingLines({ findings, broken }: DrillVerdict): string[] {
  const lines = findings.map(
    ({ met, expectation, found }) => `  ${met ? 'ok    ' : 'NOT SO'}  ${expectation}: ${found}`,
  );
  return broken === undefined ? lines : [...lines, `  BROKEN  ${broken}`];
}
