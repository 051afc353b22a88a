import { type Duration, milliseconds } from '../base/instant.ts';
import { durationText } from '../config/durations.ts';
import { EVENT_LEVELS, type IkeEvent } from '../ike/events.ts';
import type { Action, Drill, Step } from './drill.ts';
import type { DrillRecord, Sent } from './record.ts';
import { statesOf } from './states.ts';

/** Something to show of a run. */
export interface TimelineEntry {
  readonly at: Duration;
  readonly kind: 'script' | 'question' | 'answer' | 'event' | 'state' | 'traffic' | 'clear';
  /** Which gateway; undefined for what happens to the network. */
  readonly gateway: string | undefined;
  readonly text: string;
}

/** What happened, in its order: what the script did, what the gateways told and what became of the traffic. */
export function timelineOf(drill: Drill, record: DrillRecord): TimelineEntry[] {
  const states = statesOf(drill, record).filter(({ at, state }) => at > 0 || state === 'up');
  const entries: TimelineEntry[] = [
    ...drill.script.flatMap(stepEntries),
    ...record.told.flatMap(({ at, gateway, event }) => eventEntry(at, gateway, event)),
    ...states.map(({ at, gateway, peer, state }) => ({
      ...{ at, gateway, kind: 'state' as const },
      text: `tunnel to ${peer} ${state}`,
    })),
    ...turnsOf(record.sent),
    ...record.clear
      .slice(0, 1)
      .map(({ at, gateway }) => ({ ...{ at, gateway, kind: 'clear' as const }, text: 'a packet leaves in clear' })),
  ];
  return entries.filter(({ at }) => at <= drill.duration).toSorted((a, b) => a.at - b.at);
}

function stepEntries({ at, until, action }: Step): TimelineEntry[] {
  const gateway = gatewayOf(action);
  const text = actionText(action);
  const begun: TimelineEntry = { at, kind: 'script', gateway, text };
  return until === undefined ? [begun] : [begun, { at: until, kind: 'script', gateway, text: `over: ${text}` }];
}

function gatewayOf({ of }: Action): string | undefined {
  if (typeof of === 'string') return of;
  return 'gateway' in of ? of.gateway : undefined;
}

/** `cut from a to b, only ack`. */
export function actionText({ kind, of }: Action): string {
  if (typeof of === 'string') return `${kind} ${of}`;
  const fields = Object.entries(of).map(([key, value]) => {
    const isTime = key === 'by' || key === 'every';
    return ` ${key} ${isTime && typeof value === 'number' ? durationText(milliseconds(value)) : String(value)}`;
  });
  return `${kind}${fields.join('')}`;
}

/** Events that have more to say than their names. */
const TEXTS: { readonly [Name in IkeEvent['name']]?: (event: Extract<IkeEvent, { readonly name: Name }>) => string } = {
  'dpd.asked': ({ peer, by }) => `asks ${peer}${by === 'phase1' ? ' by a new phase 1' : ''}`,
  'dpd.acknowledged': ({ sequence }) => `is answered: ${sequence}`,
  'peer.dead': ({ name, peer, unanswered, lastSign, action }) =>
    `${name}: ${peer}, ${unanswered} questions unanswered, last sign ${lastSign.kind} ${durationText(milliseconds(lastSign.agoMilliseconds))} ago; ${action}`,
  'phase1.ended': ({ name, reason }) => `${name}: ${reason}`,
  'phase2.ended': ({ name, reason }) => `${name}: ${reason}`,
  'phase1.failed': ({ name, failure }) => `${name}: ${failure.text}`,
  'phase2.failed': ({ name, failure }) => `${name}: ${failure.text}`,
  hint: ({ name, failure }) => `${name}: ${failure.text}`,
  'attempt.scheduled': ({ name, inMilliseconds }) => `${name} in ${durationText(milliseconds(inMilliseconds))}`,
};

function eventEntry(at: Duration, gateway: string, event: IkeEvent): TimelineEntry[] {
  const text = textOf(event);
  const kind = event.name === 'dpd.asked' ? 'question' : event.name === 'dpd.acknowledged' ? 'answer' : 'event';
  const isShown = text !== undefined || EVENT_LEVELS[event.name] !== 'debug';
  return isShown ? [{ at, gateway, kind, text: text ?? event.name }] : [];
}

function textOf<Name extends IkeEvent['name']>(event: Extract<IkeEvent, { readonly name: Name }>): string | undefined {
  return TEXTS[event.name as Name]?.(event);
}

/** Where traffic that was answered is no longer, and the other way round. */
function turnsOf(sent: readonly Sent[]): TimelineEntry[] {
  const last = new Map<string, boolean>();
  return sent.flatMap(({ at, from, to, answered }) => {
    const flow = `${from} to ${to}`;
    if (last.get(flow) === answered) return [];
    last.set(flow, answered);
    return [
      {
        at,
        kind: 'traffic' as const,
        gateway: from,
        text: `traffic ${flow} is ${answered ? 'answered' : 'not answered'}`,
      },
    ];
  });
}
