import type { Duration } from '../base/instant.ts';
import { groupsOf } from '../base/group-by.ts';
import { durationText } from '../config/durations.ts';
import type { IkeEvent } from '../ike/events.ts';
import { type Drill, type Expectation, membersOf, type Span } from './drill.ts';
import type { DrillRecord, Told } from './record.ts';
import { statesOf, type StateChange } from './states.ts';

/** An expectation, and whether it came to be so. */
export interface Finding {
  readonly expectation: string;
  readonly met: boolean;
  /** What was found, in words. */
  readonly found: string;
  readonly span: Span;
}

type Of<Kind extends Expectation['kind']> = Extract<Expectation, { readonly kind: Kind }>;
type Found = Pick<Finding, 'met' | 'found'>;

/** Holds what happened to what was expected. */
export function findingsOf(drill: Drill, record: DrillRecord): Finding[] {
  const seen: Seen = {
    record,
    told: groupsOf(record.told, ({ gateway, event }) => `${gateway} ${event.name}`),
    states: groupsOf(statesOf(drill, record), ({ gateway }) => gateway),
  };
  return drill.expectations.map((expectation) => {
    const { text, span } = expectation;
    return { expectation: text, span, ...judged(drill, seen, expectation) };
  });
}

/** A record, to be looked at by gateway. */
interface Seen {
  readonly record: DrillRecord;
  /** By gateway and name of the event. */
  readonly told: ReadonlyMap<string, readonly Told[]>;
  readonly states: ReadonlyMap<string, readonly StateChange[]>;
}

function judged(drill: Drill, seen: Seen, expectation: Expectation): Found {
  switch (expectation.kind) {
    case 'event':
      return allOf(drill, expectation.on, (gateway) => eventFound(seen, gateway, expectation));
    case 'state':
      return allOf(drill, expectation.on, (gateway) => stateFound(seen, gateway, expectation));
    case 'clear':
      return allOf(drill, expectation.on, (gateway) => clearFound(seen, gateway, expectation));
    case 'answered':
      return answeredFound(drill, seen, expectation);
  }
}

/** The first gateway that does not do as all of them should; with several that all do, the last one speaks for them. */
function allOf(drill: Drill, name: string, judge: (gateway: string) => Found): Found {
  const members = membersOf(drill, name).map((member) => ({ name: member.name, ...judge(member.name) }));
  const one = members.find((member) => !member.met) ?? members.at(-1);
  if (one === undefined) return { met: false, found: 'no such gateway' };
  return { met: one.met, found: members.length > 1 ? `${one.name}: ${one.found}` : one.found };
}

function eventFound({ told }: Seen, gateway: string, expectation: Of<'event'>): Found {
  const { event, to, where, span, least, most, per } = expectation;
  const same = (told.get(`${gateway} ${event}`) ?? []).filter((entry) => isOf(entry.event, to));
  const fitting = same.filter((entry) =>
    Object.entries(where).every(([key, value]) => fieldOf(entry.event, key) === value),
  );
  const inside = fitting.filter(({ at }) => isIn(at, span));
  if (per !== undefined) {
    const worst = densest(inside, per);
    return { met: worst <= most, found: `at most ${worst} in ${durationText(per)}, ${inside.length} in all` };
  }
  const met = inside.length >= least && inside.length <= most;
  if (inside.length > 0)
    return { met, found: `${inside.length === 1 ? '' : `${inside.length} times, `}at ${timesText(inside)}` };
  if (fitting.length > 0) return { met, found: `not then, but at ${timesText(fitting)}` };
  return { met, found: same.length > 0 ? `only with other fields, at ${timesText(same)}` : 'not at all' };
}

function stateFound({ states }: Seen, gateway: string, { to, state, span }: Of<'state'>): Found {
  const own = (states.get(gateway) ?? []).filter(({ peer }) => to === undefined || peer === to);
  const peers = [...new Set(own.map(({ peer }) => peer))];
  for (const peer of peers) {
    const changes = own.filter((change) => change.peer === peer);
    const before = changes.findLast(({ at }) => at <= span.from);
    const bad = [before, ...changes.filter(({ at }) => at > span.from && at <= span.to)].find(
      (change) => change?.state !== state,
    );
    if (bad !== undefined) return { met: false, found: `${bad.state} with ${peer} since ${timeText(bad.at)}` };
  }
  return {
    met: peers.length > 0,
    found: `${state} with ${peers.length === 1 ? (peers[0] ?? '') : `${peers.length} peers`}`,
  };
}

function clearFound({ record: { clear } }: Seen, gateway: string, { span, ...expectation }: Of<'clear'>): Found {
  const leaked = clear.filter((entry) => entry.gateway === gateway && isIn(entry.at, span));
  const met = leaked.length > 0 === (expectation.clear === 'some');
  return { met, found: leaked.length === 0 ? 'none' : `${leaked.length}, at ${timesText(leaked)}` };
}

function answeredFound(drill: Drill, { record: { sent } }: Seen, { from, to, answered, span }: Of<'answered'>): Found {
  const isAmong = (name: string, member: string) => membersOf(drill, name).some((each) => each.name === member);
  const inside = sent.filter((packet) => isIn(packet.at, span) && isAmong(from, packet.from) && isAmong(to, packet.to));
  const count = inside.filter((packet) => packet.answered).length;
  const met = { all: count === inside.length && count > 0, some: count > 0, none: count === 0 && inside.length > 0 }[
    answered
  ];
  const lost = inside.filter((packet) => !packet.answered);
  const which = count > 0 && lost.length > 0 ? `; not those at ${timesText(lost)}` : '';
  return { met, found: `${count} of ${inside.length}${which}` };
}

/** The most of them that lie within any so long a time. */
function densest(entries: readonly Told[], per: Duration): number {
  let worst = 0;
  let first = 0;
  for (const [last, { at }] of entries.entries()) {
    while ((entries[first]?.at ?? at) <= at - per) first++;
    worst = Math.max(worst, last - first + 1);
  }
  return worst;
}

/** Whether an event is of the connection with this gateway; one that names none is of every one. */
function isOf(event: IkeEvent, to: string | undefined): boolean {
  if (to === undefined) return true;
  const connection = 'connection' in event ? event.connection : 'sa' in event ? event.sa.connection : undefined;
  return connection === undefined || connection === to;
}

/** What stands in a field; a dot goes into it. */
function fieldOf(event: IkeEvent, key: string): unknown {
  let value: unknown = event;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

const isIn = (at: Duration, { from, to }: Span): boolean => at >= from && at <= to;

const SHOWN = 3;
function timesText(entries: readonly { readonly at: Duration }[]): string {
  const shown = entries.slice(0, SHOWN).map(({ at }) => timeText(at));
  return `${shown.join(', ')}${entries.length > SHOWN ? ' …' : ''}`;
}

/** Seconds with three digits behind the point. */
export const timeText = (at: Duration): string => `${(at / 1000).toFixed(3)} s`;
