import { milliseconds } from '../../src/base/instant.ts';
import type { LinkQuality } from '../../src/sim/link.ts';

/** Worse than any that is still in use: of two packets that belong together, half arrive. */
export const BAD_LINK: Partial<LinkQuality> = {
  latency: milliseconds(40),
  jitter: milliseconds(120),
  loss: 0.3,
  duplication: 0.1,
  reordering: 0.1,
};
