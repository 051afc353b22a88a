import type { EspBackend } from '../backend.ts';
import type { DropCounters } from './drop-counters.ts';

/** The part of a user-space back end that depends on where its packets come from: a TUN device, or memory. */
export interface DataPlane extends Omit<EspBackend, 'name' | 'allocateSpi' | 'releaseSpi' | 'drops'> {
  readonly device: 'tun' | 'memory';
  readonly drops: DropCounters;
}
