import { hex32 } from '../../base/bytes.ts';
import { spanText } from '../status-lines.ts';
import type { Style } from './paint.ts';
import type { Told } from './told.ts';

type Event = Told['event'];
type Named<N extends Event['name']> = Extract<Event, { name: N }>;

/** What came of messages. */
export interface Note {
  readonly style: Style;
  readonly text: string;
}

/** What an event is worth in a story, beside the messages; most are worth nothing. */
export function notesOn(event: Event): readonly Note[] {
  const notes = NOTES[event.name] as ((event: Event) => readonly Note[]) | undefined;
  return notes?.(event) ?? [];
}

const NOTES: { readonly [N in Event['name']]?: (event: Named<N>) => readonly Note[] } = {
  'phase1.established': (event) =>
    good(
      `phase 1 is up: the peer has proved to be ${event.peerId}, holds for ${lifetime(event)}`,
      `agreed: ${event.suite}, pre-shared key`,
    ),
  'nat.detected': (event) => [{ style: 'yellow', text: natText(event) }],
  'phase2.established': (event) =>
    good(
      `the tunnel is up: SPI ${hex32(event.inboundSpi)} in, ${hex32(event.outboundSpi)} out, holds for ${lifetime(event)}`,
      `agreed: ESP ${espText(event)}`,
    ),
  'phase1.failed': ({ failure }) => bad(`phase 1 failed: ${failure.text}`),
  'phase2.failed': ({ failure }) => bad(`phase 2 failed: ${failure.text}`),
  hint: ({ failure }) => bad(`a hint, unproved: ${failure.text}`),
  'phase1.ended': ({ reason }) => [{ style: 'cyan', text: `phase 1 has ended: ${endText(reason)}` }],
  'phase2.ended': ({ reason }) => [{ style: 'cyan', text: `the tunnel has ended: ${endText(reason)}` }],
};

const good = (...texts: readonly string[]): Note[] => texts.map((text) => ({ style: 'green', text }));
const bad = (text: string): Note[] => [{ style: 'red', text }];

const endText = (reason: string): string => reason.replaceAll('-', ' ');

const lifetime = ({ lifetimeSeconds }: { readonly lifetimeSeconds: number }): string =>
  spanText(lifetimeSeconds * 1000);

function espText({ suite, pfs, encapsulation }: Named<'phase2.established'>): string {
  return `${suite}${pfs === undefined ? '' : `, fresh ${pfs} for PFS`}${encapsulation === 'udp' ? ', in UDP' : ''}`;
}

function natText({ localBehindNat, remoteBehindNat, forced, dialect }: Named<'nat.detected'>): string {
  const where = [...(localBehindNat ? ['before this gateway'] : []), ...(remoteBehindNat ? ['before the peer'] : [])];
  if (where.length === 0) return `no NAT between (NAT-T ${dialect})`;
  const found = forced ? 'NAT claimed by configuration' : 'NAT found';
  return `${found}: ${where.join(' and ')} (NAT-T ${dialect})`;
}
