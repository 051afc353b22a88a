import { seconds } from '../base/instant.ts';
import type { Connection } from './connection.ts';
import type { ShortenedLife } from './exchange/responder-lifetime.ts';
import { renewalOf } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { shorten } from './life.ts';

/**
 * RESPONDER-LIFETIME in an Informational, RFC 2407 §4.6.3.1: the SA that it names ends sooner. Volume is left out, because the back
 * end counts it and has been told.
 */
export function shortenedByPeer(connection: Connection, sa: IsakmpSa, { spi, stated }: ShortenedLife): void {
  const { policy, settings, ipsec } = connection;
  const now = connection.now();
  if (stated.seconds === undefined || sa.established === undefined) return;
  const given = { duration: seconds(stated.seconds), random: settings.random };
  if (spi === undefined) return shorten(sa.established, now, { ...given, renewal: policy.renewal });
  for (const pair of ipsec.pairsOf(sa)) {
    if (pair.outboundSpi === spi) shorten(pair, now, { ...given, renewal: renewalOf(policy, pair.tunnel) });
  }
}
