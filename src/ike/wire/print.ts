import { hex32, toHex } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import type { IsakmpHeader } from './header.ts';
import { eachPayload, type IsakmpMessage, type PayloadView } from './message.ts';
import { exchangeName, FLAG, numberName, payloadName } from './numbers.ts';
import { type AnyPayload, readPayload } from './payload.ts';
import { hexHead, printPayload } from './print-payload.ts';

/**
 * A message for people: the header, then a line a payload with its contents indented below. For logs and `decode`.
 *
 * Never throws: what does not decode is shown by type, length and first octets, with the reason. Of an encrypted body nothing but the
 * length is shown. The lines hold no control characters, whatever the peer sent.
 */
export function printMessage(message: IsakmpMessage): readonly string[] {
  const { header, body, trailing } = message;
  const lines = [printHeader(header)];
  if ((header.flags & FLAG.ENCRYPTION) !== 0)
    lines.push(`  encrypted, first ${payloadName(header.nextPayload)}, ${octets(body.length)}`);
  else lines.push(...printChain(header.nextPayload, body));
  if (trailing > 0) lines.push(`  ${octets(trailing)} behind the message`);
  return lines;
}

/** The same for payloads that are split already: those of a decrypted message, say. Passwords of XAUTH are not shown. */
export function printPayloads(views: readonly PayloadView[]): readonly string[] {
  return views.flatMap(viewLines);
}

function printChain(first: number, body: Uint8Array): readonly string[] {
  const lines: string[] = [];
  let seen = 0;
  try {
    for (const view of eachPayload(first, body)) {
      seen += 4 + view.body.length;
      lines.push(...viewLines(view));
    }
    if (seen < body.length)
      lines.push(`  ${octets(body.length - seen)} behind the payloads: ${hexHead(body.subarray(seen))}`);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    lines.push(`  ${error.message}; what is left: ${hexHead(body.subarray(seen))}`.trimEnd());
  }
  return lines;
}

function viewLines(view: PayloadView): readonly string[] {
  const head = `  ${payloadName(view.type)}, ${octets(view.body.length)}`;
  const read = tryRead(view);
  if (IkeError.is(read)) return [`${head}: ${read.message}: ${hexHead(view.body)}`];
  const { text, below } = printPayload(read);
  return [text === '' ? head : `${head}: ${text}`, ...below.map((line) => `    ${line}`)];
}

function tryRead(view: PayloadView): AnyPayload | IkeError {
  try {
    return readPayload(view);
  } catch (error) {
    if (IkeError.is(error)) return error;
    throw error;
  }
}

/** Exchange, cookies, message id, flags and length in a line. */
export function printHeader(header: IsakmpHeader): string {
  const cookies = `${toHex(header.initiatorCookie)}:${toHex(header.responderCookie)}`;
  const version = header.minorVersion === 0 ? '' : `, version ${header.majorVersion}.${header.minorVersion}`;
  const messageId = header.messageId === 0 ? '' : `, message id ${hex32(header.messageId)}`;
  const names = flagNames(header.flags);
  const flags = names.length === 0 ? '' : `, flags ${names.join(' ')}`;
  return `${exchangeName(header.exchangeType)} ${cookies}${messageId}${flags}${version}, ${octets(header.length)}`;
}

/** The bits that are set, by their names; `FLAG(16)` where one has none. */
export function flagNames(flags: number): readonly string[] {
  const set = [1, 2, 4, 8, 16, 32, 64, 128].filter((bit) => (flags & bit) !== 0);
  return set.map((bit) => numberName(FLAG, 'FLAG', bit));
}

export const octets = (count: number): string => (count === 1 ? '1 octet' : `${count} octets`);
