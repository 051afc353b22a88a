import type { ConnectionSnapshot } from '../../src/ike/snapshot.ts';
import type { Agreement, Holdings } from './agreement.ts';
import { toldByCharon } from './suite-names.ts';

/** What our gateway tells of one connection and its tunnel. */
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
  readonly details: Readonly<Record<string, unknown>>;
}

/** The part of the status that the lab reads. */
export interface Status {
  readonly connections: readonly ConnectionSnapshot[];
}

/** Throws where there is more than one SA of a phase: a cell has to wait until that is over, or to ask for `holdingsOf`. */
export function viewOf(status: Status, name: string): OurView {
  const connection = find(status, name);
  return {
    agreement: agreementOf(connection),
    failure: failureOf(connection),
    ended: connection.lastEnd?.reason,
  };
}

export function holdingsOf(status: Status, name: string): Holdings {
  const { sas, pairs } = standing(find(status, name));
  return {
    phase1: sas.map(({ initiatorCookie, responderCookie }) => `${initiatorCookie} ${responderCookie}`).sort(),
    phase2: pairs.map(({ inboundSpi, outboundSpi }) => `${inboundSpi} ${outboundSpi}`).sort(),
  };
}

function find({ connections }: Status, name: string): ConnectionSnapshot {
  const connection = connections.find((other) => other.name === name);
  if (connection === undefined) throw new Error(`no connection ${name} in ${JSON.stringify(connections)}`);
  return connection;
}

function standing({ phase1, tunnels }: ConnectionSnapshot) {
  const sas = phase1.flatMap((sa) => (sa.established === undefined ? [] : [{ ...sa, established: sa.established }]));
  return { sas, pairs: tunnels.flatMap((tunnel) => tunnel.pairs) };
}

function agreementOf(connection: ConnectionSnapshot): Agreement | undefined {
  const { sas, pairs } = standing(connection);
  if (sas.length > 1 || pairs.length > 1) throw new Error(`not one SA pair but ${JSON.stringify({ sas, pairs })}`);
  const [sa] = sas;
  const [pair] = pairs;
  if (sa === undefined || pair === undefined) return undefined;
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
    const { code, advice, details } = lastFailure.failure;
    return { phase: lastFailure.phase, code, advice, details };
  }
  const hint = phase1.find((sa) => sa.hint !== undefined)?.hint;
  return hint === undefined ? undefined : { phase: 1, code: hint.code, advice: hint.advice, details: hint.details };
}
