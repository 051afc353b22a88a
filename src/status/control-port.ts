import type { EventSource } from './event-feed.ts';
import type { GatewayStatus } from './gateway-status.ts';

/** What the control API needs of a gateway. Errors are IkeErrors, and their details hold no secret. */
export interface ControlPort extends EventSource {
  status(): Promise<GatewayStatus>;
  /** Brings a connection up; resolves when all its tunnels are, rejects with why an attempt failed. */
  up(connection: string): Promise<void>;
  /** Takes it down and keeps it so; resolves when its SAs are gone. */
  down(connection: string): Promise<void>;
  /** Negotiates successors of its SAs of one phase; resolves when they stand, rejects with why they do not. */
  rekey(connection: string, phase: 1 | 2): Promise<void>;
  /** Echo requests from the memory device's host to `destination`, and how many were answered. */
  ping(destination: string, count: number): Promise<{ readonly sent: number; readonly received: number }>;
}
