import { concat } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { frameMessage, viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import type { Ladder, Rung } from './ladder.ts';

/** What is written over one of the ladder's messages: the chain of payloads and the type of its first. */
export interface Content {
  readonly firstType: number;
  readonly plaintext: Uint8Array;
}

/** A message of the ladder with other payloads, encrypted as it was where it was: only who has the keys can send it. */
export function sealedRung({ header, chain, datagram }: Rung, { firstType, plaintext }: Content): Datagram {
  const body = chain === undefined ? plaintext : chain.encrypt(plaintext).ciphertext;
  return { ...datagram, bytes: frameMessage({ ...header, nextPayload: firstType }, body) };
}

/** Whether a message begins with a HASH that covers what stands behind it. */
export const isInPhase2 = ({ header }: Rung): boolean =>
  header.exchangeType === EXCHANGE.QUICK_MODE || header.exchangeType === EXCHANGE.TRANSACTION;

/** What `authenticRung` puts a HASH to so that the message comes out as it is. */
export const contentOf = (rung: Rung): Content =>
  isInPhase2(rung) ? behindHash(rung) : { firstType: rung.header.nextPayload, plaintext: rung.plaintext };

/** The same with the HASH put right, so that it proves itself: in phase 2 in front of `content`, in phase 1 within it, or the signature. */
export function authenticRung(ladder: Ladder, rung: Rung, content: Content): Datagram {
  if (isInPhase2(rung)) {
    const hash = ladder.phase2Hash(rung.name, rung.header.messageId, content.plaintext);
    return sealedRung(rung, hashedContent(hash, content));
  }
  return sealedRung(rung, withPhase1Proof(ladder, rung, content));
}

/** A message of an exchange of its own, under a message id that has not been used; `authentic` puts a right HASH(1) in front. */
export function freshMessage(
  ladder: Ladder,
  template: Rung,
  { exchangeType, messageId, authentic }: { exchangeType: number; messageId: number; authentic: boolean },
  content: Content,
): Datagram {
  const { firstType, plaintext } = authentic
    ? hashedContent(ladder.phase2Hash('other', messageId, content.plaintext), content)
    : content;
  const bytes = frameMessage(
    { ...ladder.cookies, exchangeType, messageId, flags: FLAG.ENCRYPTION, nextPayload: firstType },
    ladder.chainFor(messageId).encrypt(plaintext).ciphertext,
  );
  return { ...template.datagram, bytes };
}

/** What stands behind the HASH of a message of phase 2. */
export function behindHash({ header, plaintext }: Rung): Content {
  const { payloads, rest } = viewPayloads(header.nextPayload, plaintext);
  const [hash, second] = payloads;
  const from = 4 + (hash?.body.length ?? 0);
  return { firstType: second?.type ?? PAYLOAD.NONE, plaintext: plaintext.slice(from, plaintext.length - rest.length) };
}

function hashedContent(hash: Uint8Array, { firstType, plaintext }: Content): Content {
  const front = concat(Uint8Array.of(firstType, 0, 0, 4 + hash.length), hash);
  return { firstType: PAYLOAD.HASH, plaintext: concat(front, plaintext) };
}

/** Where it is no chain of payloads any more, or nobody has said who it is from, nothing can be put right. */
function withPhase1Proof(ladder: Ladder, { from, chain, header }: Rung, content: Content): Content {
  const early = chain === undefined && header.exchangeType === EXCHANGE.MAIN_MODE;
  try {
    const { payloads } = viewPayloads(content.firstType, content.plaintext);
    if (early || !payloads.some(({ type }) => type === PAYLOAD.HASH || type === PAYLOAD.SIG)) return content;
    // In Aggressive Mode the initiator has said it in the first message.
    const id = payloads.find(({ type }) => type === PAYLOAD.ID)?.body;
    if (id === undefined && header.exchangeType === EXCHANGE.MAIN_MODE) return content;
    const idBody = id ?? ladder.said(from, PAYLOAD.ID);
    const right = payloads.map((payload) => {
      if (payload.type === PAYLOAD.HASH) return { ...payload, body: ladder.phase1Hash(from, idBody) };
      return payload.type === PAYLOAD.SIG && ladder.isSigned
        ? { ...payload, body: ladder.phase1Signature(from, idBody) }
        : payload;
    });
    return { ...content, plaintext: writeChain(right) };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return content;
  }
}
