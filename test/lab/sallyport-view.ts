import type { ConnectionSnapshot } from '../../src/ike/snapshot.ts';
import type { Agreement } from './agreement.ts';
import { toldByCharon } from './suite-names.ts';

/** What our gateway tells of its one connection and its one tunnel. */
export interface OurView {
  /** Only while both phases are up. */
  readonly agreement: Agreement | undefined;
  /** The last thing that went wrong; a hint where nothing is certain yet. */
  readonly failure: OurFailure | undefined;
  /** Why the last SA ended. */
  readonly ended: string | undefined;
}

export interface OurFailure {
  readonly phase: 1 | 2;
  readonly code: string;
  readonly advice: string | undefined;
}

/** The part of `status --json` that the lab reads. */
interface Status {
  readonly connections: readonly (ConnectionSnapshot & { readonly lastEnd?: { readonly reason: string } })[];
}

/** Reads `status --json`. Throws where there is more than one SA of a phase: a cell has to wait until that is over. */
export function viewOf(text: string): OurView {
  const status = JSON.parse(text) as Status;
  const [connection] = status.connections;
  if (connection === undefined) throw new Error(`no connection in ${text}`);
  return { agreement: agreementOf(connection), failure: failureOf(connection), ended: connection.lastEnd?.reason };
}

function agreementOf({ phase1, tunnels }: ConnectionSnapshot): Agreement | undefined {
  const sas = phase1.filter(({ established }) => established !== undefined);
  const pairs = tunnels.flatMap((tunnel) => tunnel.pairs);
  if (sas.length > 1 || pairs.length > 1) throw new Error(`not one SA pair but ${JSON.stringify({ sas, pairs })}`);
  const [sa] = sas;
  const [pair] = pairs;
  if (sa?.established === undefined || pair === undefined) return undefined;
  const { cipher, hash, group } = sa.established;
  return {
    initiator: sa.role === 'initiator',
    initiatorCookie: sa.initiatorCookie,
    responderCookie: sa.responderCookie,
    phase1: toldByCharon(`${cipher}-${hash}-${group}`),
    phase2: toldByCharon(pair.pfs === undefined ? pair.suite : `${pair.suite}-${pair.pfs}`),
    spiIn: pair.inboundSpi,
    spiOut: pair.outboundSpi,
    encapsulated: pair.encapsulation === 'udp',
  };
}

function failureOf({ phase1, lastFailure }: ConnectionSnapshot): OurFailure | undefined {
  if (lastFailure !== undefined) {
    const { code, advice } = lastFailure.failure;
    return { phase: lastFailure.phase, code, advice };
  }
  const hint = phase1.find((sa) => sa.hint !== undefined)?.hint;
  return hint === undefined ? undefined : { phase: 1, code: hint.code, advice: hint.advice };
}
