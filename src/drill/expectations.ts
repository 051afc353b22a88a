import { type Duration, milliseconds } from '../base/instant.ts';
import { durationText } from '../config/durations.ts';
import type { Expectation, Span } from './drill.ts';
import type { DrillFile } from './schema.ts';

type ExpectationFile = DrillFile['expect'][number];

/** An expectation with its span of time and in words. */
export function expectationOf(file: ExpectationFile, duration: Duration): Expectation {
  const span = spanOf(file, duration);
  const when = whenText(file);
  const { on = '', from = '', to = '', state, clear, answered } = file;
  const of = file.to === undefined ? '' : ` to ${to}`;
  if (state !== undefined)
    return { kind: 'state', on, to: file.to, state, span, text: `${on}: tunnel${of} ${state}${when}` };
  if (clear !== undefined) {
    const text = `${on}: ${clear === 'none' ? 'no' : 'some'} packet leaves in clear${when}`;
    return { kind: 'clear', on, clear, span, text };
  }
  if (answered !== undefined)
    return {
      kind: 'answered',
      from,
      to,
      answered,
      span,
      text: `${from} to ${to}: ${answered} of the traffic answered${when}`,
    };
  return { ...eventOf(file, of, when), span };
}

function eventOf(
  file: ExpectationFile,
  of: string,
  when: string,
): Omit<Extract<Expectation, { kind: 'event' }>, 'span'> {
  const { on = '', event = file.never ?? 'internal.error', where = {}, per } = file;
  const [least, most] = timesOf(file);
  const fields = Object.entries(where).map(([key, value]) => ` ${key}=${String(value)}`);
  const rate = per === undefined ? '' : ` per ${durationText(per)}`;
  const text = `${on}: ${event}${of}${fields.join('')} ${timesText(least, most)}${rate}${when}`;
  return { kind: 'event', on, to: file.to, event, where, least, most, per, text };
}

function timesOf({ never, times, most, per }: ExpectationFile): readonly [number, number] {
  if (never !== undefined) return [0, 0];
  if (per !== undefined) return [0, most ?? 0];
  if (typeof times === 'number') return [times, times];
  return [times?.least ?? (times?.most === undefined ? 1 : 0), times?.most ?? Number.POSITIVE_INFINITY];
}

function timesText(least: number, most: number): string {
  if (most === 0) return 'never';
  if (least === most) return least === 1 ? 'once' : `${least} times`;
  if (most === Number.POSITIVE_INFINITY) return least === 1 ? 'at least once' : `at least ${least} times`;
  return least === 0 ? `at most ${most} times` : `${least} to ${most} times`;
}

function spanOf({ at, by, after, between }: ExpectationFile, end: Duration): Span {
  if (at !== undefined) return { from: at, to: at };
  if (by !== undefined) return { from: milliseconds(0), to: by };
  if (after !== undefined) return { from: after, to: end };
  const [from, to] = between ?? [milliseconds(0), end];
  return { from, to };
}

function whenText({ at, by, after, between }: ExpectationFile): string {
  if (at !== undefined) return ` at ${durationText(at)}`;
  if (by !== undefined) return ` by ${durationText(by)}`;
  if (after !== undefined) return ` after ${durationText(after)}`;
  return between === undefined ? '' : ` between ${durationText(between[0])} and ${durationText(between[1])}`;
}
