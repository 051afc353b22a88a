import { concat } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { frameMessage, viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { FLAG, PAYLOAD } from '../../src/ike/wire/numbers.ts';
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

/** The same with the HASH put right, so that it proves itself: in Quick Mode in front of `content`, in Main Mode within it. */
export function authenticRung(ladder: Ladder, rung: Rung, content: Content): Datagram {
  if (rung.name.startsWith('QM')) {
    const hash = ladder.phase2Hash(rung.name, rung.header.messageId, content.plaintext);
    return sealedRung(rung, hashedContent(hash, content));
  }
  const role = rung.fromA ? 'initiator' : 'responder';
  return sealedRung(rung, rung.chain === undefined ? content : withPhase1Hash(ladder, role, content));
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
  const { initiatorCookie, responderCookie } = ladder.rung('MM6').header;
  const bytes = frameMessage(
    { initiatorCookie, responderCookie, exchangeType, messageId, flags: FLAG.ENCRYPTION, nextPayload: firstType },
    ladder.chainFor(messageId).encrypt(plaintext).ciphertext,
  );
  return { ...template.datagram, bytes };
}

/** What stands behind the HASH of a Quick Mode message. */
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

/** Where it is no chain of payloads any more, or has no identity, nothing can be put right. */
function withPhase1Hash(ladder: Ladder, role: 'initiator' | 'responder', content: Content): Content {
  try {
    const { payloads } = viewPayloads(content.firstType, content.plaintext);
    const id = payloads.find(({ type }) => type === PAYLOAD.ID);
    if (id === undefined) return content;
    const hash = ladder.phase1Hash(role, id.body);
    const right = payloads.map((payload) => (payload.type === PAYLOAD.HASH ? { ...payload, body: hash } : payload));
    return { ...content, plaintext: writeChain(right) };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return content;
  }
}
