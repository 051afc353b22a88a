import { createDecipheriv, createHash } from 'node:crypto';
import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { type IsakmpMessage, readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { FLAG, PAYLOAD } from '../../src/ike/wire/numbers.ts';

export interface CaptureKeys {
  /** Of node:crypto, 16-octet blocks. */
  readonly cipher: string;
  readonly hash: string;
  readonly key: Uint8Array;
}

/**
 * The messages of one Main Mode and what followed it, with the bodies of the encrypted ones decrypted in place: the IV chains of
 * RFC 2409 Appendix B written down as plainly as can be, and with nothing of the engine but the codec.
 */
export function decryptedMessages(datagrams: readonly Uint8Array[], keys: CaptureKeys): readonly IsakmpMessage[] {
  const publicValues: Uint8Array[] = [];
  const lastBlocks = new Map<number, Uint8Array>();
  const firstBlock = (...parts: readonly Uint8Array[]): Uint8Array =>
    new Uint8Array(
      createHash(keys.hash)
        .update(concat(...parts))
        .digest(),
    ).subarray(0, 16);

  const ivOf = (messageId: number): Uint8Array => {
    const last = lastBlocks.get(messageId);
    if (last !== undefined) return last;
    return messageId === 0 ? firstBlock(...publicValues) : firstBlock(ivOf(0), u32Bytes(messageId));
  };

  return datagrams.map(readMessage).map((message) => {
    const { header, body } = message;
    if ((header.flags & FLAG.ENCRYPTION) === 0) {
      const ke = viewPayloads(header.nextPayload, body).payloads.find(({ type }) => type === PAYLOAD.KE);
      if (ke !== undefined) publicValues.push(ke.body);
      return message;
    }
    const decipher = createDecipheriv(keys.cipher, keys.key, ivOf(header.messageId)).setAutoPadding(false);
    const plaintext = new Uint8Array(decipher.update(body));
    lastBlocks.set(header.messageId, body.subarray(-16));
    return { ...message, body: plaintext };
  });
}
