import { durationOf, type ZodModule } from '../config/leaves.ts';
import { milliseconds, seconds } from '../base/instant.ts';
import { EVENT_LEVELS, type IkeEvent } from '../ike/events.ts';

const LONGEST = seconds(7 * 86_400);
const EVENT_NAMES = Object.keys(EVENT_LEVELS) as IkeEvent['name'][];

/** What an expectation is about: exactly one of these keys. */
export const SUBJECTS = ['event', 'never', 'state', 'clear', 'answered'] as const;

/** Something that has to be so, at a moment or in a time. */
export function expectationSchema(z: ZodModule) {
  const time = durationOf(z, milliseconds(0), LONGEST);
  const count = z.int().min(0);
  return z.strictObject({
    on: z.string().optional().describe('At which gateway; with `count`, at each of them'),
    to: z.string().optional().describe('Of its connection with this one. Default: with all'),
    from: z.string().optional().describe('With `answered`: where the traffic begins'),
    event: z.enum(EVENT_NAMES).optional().describe('This is told'),
    never: z.enum(EVENT_NAMES).optional().describe('This is not told'),
    where: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('With these fields; a dot goes into one: `lastSign.kind: esp`'),
    times: z
      .union([
        count,
        z.strictObject({ least: count.optional().describe('At least'), most: count.optional().describe('At most') }),
      ])
      .optional()
      .describe('So often, or `{ least, most }`. Default: at least once'),
    most: count.optional().describe('With `per`: no more often'),
    per: durationOf(z, milliseconds(1), LONGEST).optional().describe('In any so long a time'),
    state: z.enum(['up', 'down']).optional().describe('Whether its tunnels are all up, or all down'),
    clear: z.enum(['none', 'some']).optional().describe('Whether packets of its tunnels leave in clear'),
    answered: z.enum(['all', 'some', 'none']).optional().describe('What of the traffic that is sent then is answered'),
    at: time.optional().describe('At this moment'),
    by: time.optional().describe('Until then'),
    after: time.optional().describe('From then on'),
    between: z
      .tuple([time, time])
      .optional()
      .describe('In this time; with `state`, all of it. Default: the whole drill'),
  });
}

export const WINDOW_KEYS = ['at', 'by', 'after', 'between'] as const;
