/** How loud an event is, from what only a developer wants to what a person must see. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Something that happened. Readers must ignore events and fields that they do not know. `time` is milliseconds since 1970. */
export interface TimedEvent {
  readonly name: string;
  readonly time: number;
}

/** An event, and the name by which a reader who was cut off asks for what came after it. */
export interface KeptEvent {
  readonly id: string;
  readonly level: Level;
  readonly event: TimedEvent;
}
