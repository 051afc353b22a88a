import type { Effect } from '../../src/ike/effects.ts';
import type { Failure, IkeEvent } from '../../src/ike/events.ts';
import type { Step } from '../robustness/step.ts';

/** Details of an error that say where it came up; the others are values, of which there are too many. */
const WHERE = ['what', 'missing', 'repeated', 'need', 'reason', 'message', 'position'] as const;

/** The names of what was to be seen: what a step did in a state, and by itself each place that an error came from. */
export function namesOf(state: string, step: Step, effects: readonly Effect[]): string[] {
  const kind = 'rung' in step ? `${step.op} ${step.rung}` : step.op;
  const events = effects.map((effect) => (effect.type === 'event' ? eventName(effect.event) : effect.type));
  const places = effects.flatMap((effect) => (effect.type === 'event' ? failurePlace(effect.event) : []));
  return [`${state}: ${kind}: ${[...new Set(events)].join(', ')}`, ...places.map((place) => `${kind}: ${place}`)];
}

function eventName(event: IkeEvent): string {
  const { name } = event;
  if (name === 'datagram.dropped') return `${name} ${event.reason} ${event.failure?.code ?? ''}`;
  if (name === 'peer.notify') return `${name} ${event.protected}`;
  return 'failure' in event ? `${name} ${event.failure?.code}` : name;
}

function failurePlace(event: IkeEvent): string[] {
  const failure: Failure | undefined = 'failure' in event ? event.failure : undefined;
  if (failure === undefined) return [];
  const where = WHERE.flatMap((key) => (typeof failure.details[key] === 'string' ? [failure.details[key]] : []));
  // A payload of unknown number is like any other.
  return [`${failure.code} ${where.join(' ').replaceAll(/\(\d+\)/g, '')}`];
}
