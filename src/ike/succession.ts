import type { Instant } from '../base/instant.ts';
import type { EndReason } from './events.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { supersede } from './life.ts';
import { othersWithPeer } from './peer.ts';

/** What has the SAs. */
export interface SuccessionHost {
  readonly sas: ReadonlySet<IsakmpSa>;
  endSa(sa: IsakmpSa, reason: EndReason, now: Instant, tell: boolean): void;
}

/** A new ISAKMP SA stands beside the older ones with its peer. */
export function succeed(host: SuccessionHost, sa: IsakmpSa, now: Instant): void {
  const older = othersWithPeer(host.sas, sa);
  const surplus = supersede(
    older.map(({ established }) => established),
    sa.created,
    now,
  );
  for (const other of older) if (surplus.includes(other.established)) host.endSa(other, 'replaced', now, true);
}
