import type { CharonSa } from './charon.ts';
import { toldByCharon, type ToldAlgorithms } from './suite-names.ts';

/** What one side tells of the SAs that it has with the other. Two sides that agree tell the mirror image of each other. */
export interface Agreement {
  readonly initiator: boolean;
  /** Cookies and SPIs in hexadecimal, as on the wire. */
  readonly initiatorCookie: string;
  readonly responderCookie: string;
  readonly phase1: ToldAlgorithms;
  readonly phase2: ToldAlgorithms;
  readonly spiIn: string;
  readonly spiOut: string;
  readonly encapsulated: boolean;
}

export function mirrored(agreement: Agreement): Agreement {
  return { ...agreement, initiator: !agreement.initiator, spiIn: agreement.spiOut, spiOut: agreement.spiIn };
}

/** The algorithms of two suites in the terms of an agreement. */
export function algorithms(suites: {
  readonly phase1: string;
  readonly phase2: string;
}): Pick<Agreement, 'phase1' | 'phase2'> {
  return { phase1: toldByCharon(suites.phase1), phase2: toldByCharon(suites.phase2) };
}

/** What charon tells, which must be one established ISAKMP SA with one installed IPsec SA. */
export function agreementOfCharon(sas: readonly CharonSa[]): Agreement {
  const [sa] = sas;
  const [child] = sa?.children ?? [];
  if (sa?.state !== 'ESTABLISHED' || child?.state !== 'INSTALLED' || sas.length > 1 || sa.children.length > 1) {
    throw new Error(`not one SA pair but ${JSON.stringify(sas)}`);
  }
  return {
    initiator: sa.initiator,
    initiatorCookie: sa.initiatorCookie,
    responderCookie: sa.responderCookie,
    phase1: { encryption: sa.encryption, integrity: sa.integrity, group: sa.group, esn: false },
    phase2: { encryption: child.encryption, integrity: child.integrity, group: child.group, esn: child.esn },
    spiIn: child.spiIn,
    spiOut: child.spiOut,
    encapsulated: child.encapsulated,
  };
}

/** All that one side holds with another, each SA as text, in order: cookies, and SPIs with the inbound one of our gateway first. */
export interface Holdings {
  readonly phase1: readonly string[];
  readonly phase2: readonly string[];
}
