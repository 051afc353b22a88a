import { concat, isZero, toHex } from '../../src/base/bytes.ts';
import type { Datagram, Effect } from '../../src/ike/effects.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import type { Cookies } from '../../src/natt/nat-d.ts';
import { withMarker } from '../../src/natt/demultiplex.ts';
import { authenticRung, behindHash, type Content, freshMessage, sealedRung } from './forged.ts';
import { Ladder, type RungName, RUNGS } from './ladder.ts';
import { isBelieved, type Stage } from './stage.ts';

/** One thing that happens to the side under test. */
export type Step =
  /** Octets on a port, as they are. */
  | { readonly op: 'raw'; readonly natt: boolean; readonly bytes: Uint8Array }
  /** A message whose cookies are made those of the SA, so that it is found. */
  | { readonly op: 'clear'; readonly natt: boolean; readonly bytes: Uint8Array }
  /** A message of the ladder with other payloads, encrypted as it was; `authentic` with a HASH that is right. */
  | { readonly op: 'sealed' | 'authentic'; readonly rung: RungName; readonly content: Content }
  /** A message under a message id of its own. */
  | { readonly op: 'fresh' | 'fresh-authentic'; readonly exchangeType: number; readonly content: Content }
  /** What would come next by itself. */
  | { readonly op: 'next' }
  | { readonly op: 'wait'; readonly seconds: number };

/** Lets one step happen, and returns what the victim made of it. */
export function act(stage: Stage, step: Step): readonly Effect[] {
  if (step.op === 'next') return stage.next();
  if (step.op === 'wait') return stage.wait(step.seconds);
  const authentic = step.op === 'authentic' || step.op === 'fresh-authentic';
  const said = !authentic && hasGenuineProof(step);
  const effects = stage.send(datagramOf(stage, step), authentic ? 'proved' : said ? 'said' : 'forged');
  if (!authentic && !said && 'content' in step && effects.some(isBelieved))
    throw new Error('a forged message is believed');
  return effects;
}

/**
 * Who has the encryption key and not SKEYID_a can say nothing but what was said: each message that is believed has a HASH of the ladder's,
 * or is one of its messages as it was on the wire.
 */
function hasGenuineProof(step: Exclude<Step, { op: 'next' | 'wait' }>): boolean {
  const [text, proofs] =
    'content' in step ? [toHex(step.content.plaintext), said().hashes] : [toHex(step.bytes), said().ciphertexts];
  return proofs.some((proof) => text.includes(proof));
}

/** What stands behind the HASH and is covered by it: in Main Mode, and by HASH(3), nothing is. */
function covered(ladder: Ladder, name: RungName): string {
  return name === 'QM1' || name === 'QM2' ? toHex(behindHash(ladder.rung(name)).plaintext) : '';
}

let known: { readonly hashes: readonly string[]; readonly ciphertexts: readonly string[] } | undefined;
/** With PFS and without it phase 1 is the same, so what is said in one scene may be believed in another. */
function said(): NonNullable<typeof known> {
  const ladders = [Ladder.of({ pfs: false }), Ladder.of({ pfs: true })];
  const all = <T>(of: (ladder: Ladder, name: RungName) => T): T[] =>
    ladders.flatMap((ladder) => RUNGS.slice(4).map((name) => of(ladder, name)));
  known ??= {
    hashes: all((ladder, name) => toHex(ladder.body(name, PAYLOAD.HASH)) + covered(ladder, name)),
    ciphertexts: all((ladder, name) => toHex(ladder.rung(name).datagram.bytes.subarray(28))),
  };
  return known;
}

function datagramOf(stage: Stage, step: Exclude<Step, { op: 'next' | 'wait' }>): Datagram {
  const ladder = Ladder.of(stage.spec);
  const template = ladder.rung(stage.spec.machine.endsWith('Initiator') ? 'MM2' : 'MM1');
  // Always from the peer to the victim, messages too that the victim itself has sent.
  const { bytes: _bytes, ...ends } = template.datagram;
  switch (step.op) {
    case 'raw':
      return onPort(template.datagram, step.natt, step.bytes);
    case 'clear': {
      const message = withCookies(step.bytes, stage.cookies, template.datagram.bytes);
      return onPort(template.datagram, step.natt, step.natt ? withMarker(message) : message);
    }
    case 'sealed':
      return { ...ends, bytes: sealedRung(ladder.rung(step.rung), step.content).bytes };
    case 'authentic':
      return { ...ends, bytes: authenticRung(ladder, ladder.rung(step.rung), step.content).bytes };
    case 'fresh':
    case 'fresh-authentic': {
      const { exchangeType, content } = step;
      const authentic = step.op === 'fresh-authentic';
      const about = { exchangeType, messageId: stage.freshMessageId(), authentic };
      return freshMessage(ladder, template, about, content);
    }
  }
}

/** The message with the cookies of the SA; where there is none yet, with the initiator's of `first`. */
function withCookies(bytes: Uint8Array, cookies: Cookies | undefined, first: Uint8Array): Uint8Array {
  const { initiator, responder } = cookies ?? { initiator: first.subarray(0, 8), responder: new Uint8Array(8) };
  // An initiator takes the responder's cookie from the first answer, so there any will do.
  return concat(initiator, isZero(responder) ? bytes.subarray(8, 16) : responder, bytes.subarray(16));
}

const onPort = ({ local, remote }: Datagram, natt: boolean, bytes: Uint8Array): Datagram => {
  const port = natt ? 4500 : 500;
  return { local: { ...local, port }, remote: { ...remote, port }, bytes };
};
