import { concat, isZero, toHex } from '../../src/base/bytes.ts';
import type { Datagram, Effect } from '../../src/ike/effects.ts';
import { viewPayloads } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import type { Cookies } from '../../src/natt/nat-d.ts';
import { withMarker } from '../../src/natt/demultiplex.ts';
import { authenticRung, behindHash, type Content, freshMessage, isInPhase2, sealedRung } from './forged.ts';
import { Ladder, type Rung, type RungName } from './ladder.ts';
import { SCENES } from './scenes.ts';
import type { Stage } from './stage.ts';

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
  if (!authentic && !said && 'content' in step && stage.believed) throw new Error('a forged message is believed');
  return effects;
}

/**
 * Who has the encryption key and not SKEYID_a can say nothing but what was said: each message that is believed has a HASH or a signature
 * of the ladder's, or is one of its messages as it was on the wire.
 */
function hasGenuineProof(step: Exclude<Step, { op: 'next' | 'wait' }>): boolean {
  const { proofs, ciphertexts } = said();
  const text = toHex('content' in step ? step.content.plaintext : step.bytes);
  const has = (proof: string): boolean => text.includes(proof);
  return proofs.some(has) || ('bytes' in step && ciphertexts.some(has));
}

/** The proof of a message, and what it covers of it: in phase 1, and with HASH(3), that is nothing. */
function proofOf(rung: Rung): string {
  const { payloads } = viewPayloads(rung.header.nextPayload, rung.plaintext);
  const proof = payloads.find(({ type }) => type === PAYLOAD.HASH || type === PAYLOAD.SIG)?.body;
  const covered = isInPhase2(rung) && rung.name !== 'QM3' ? behindHash(rung).plaintext : new Uint8Array();
  return toHex(proof ?? new Uint8Array()) + toHex(covered);
}

let known: { readonly proofs: readonly string[]; readonly ciphertexts: readonly string[] } | undefined;
/** Handshakes of different kinds may have phase 1 in common, so what is said in one scene may be believed in another. */
function said(): NonNullable<typeof known> {
  if (known !== undefined) return known;
  const rungs = [...new Set(SCENES.map((spec) => Ladder.of(spec)))].flatMap((ladder) => ladder.rungs);
  const encrypted = rungs.filter(({ chain }) => chain !== undefined);
  known = {
    proofs: encrypted.map(proofOf),
    ciphertexts: encrypted.map(({ datagram }) => toHex(datagram.bytes.subarray(28))),
  };
  return known;
}

function datagramOf(stage: Stage, step: Exclude<Step, { op: 'next' | 'wait' }>): Datagram {
  const ladder = Ladder.of(stage.spec);
  const template = ladder.firstFrom(stage.spec.machine.endsWith('Initiator') ? 'responder' : 'initiator');
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
      return { ...ends, bytes: sealedRung(ladder.someRung(step.rung), step.content).bytes };
    case 'authentic':
      return { ...ends, bytes: authenticRung(ladder, ladder.someRung(step.rung), step.content).bytes };
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
