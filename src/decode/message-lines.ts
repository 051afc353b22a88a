import { IkeError } from '../base/errors.ts';
import { recogniseVendorId } from '../ike/negotiate/vendor-ids.ts';
import { payloadName } from '../ike/wire/numbers.ts';
import { octets, printHeader, printPayloads } from '../ike/wire/print.ts';
import { hexHead } from '../ike/wire/print-payload.ts';
import type { DecodedMessage, DecodedPayload } from './decoder.ts';
import type { HashVerdict } from './hash-verdict.ts';

/**
 * A message of a capture for people: the header, what became of its encryption and its HASH, then a line a payload with its contents
 * indented below. The lines hold no control characters, whatever is in the capture; passwords of XAUTH are not shown.
 */
export function messageLines(decoded: DecodedMessage): readonly string[] {
  const { header, retransmissionOf, decryptedLate, fragments, error } = decoded;
  const repeats = retransmissionOf === undefined ? '' : `, the same as #${retransmissionOf}`;
  if (header === undefined) return [`no ISAKMP message: ${error?.message ?? 'too short'}${repeats}`];
  const joined =
    fragments === undefined ? '' : `, from the fragments ${fragments.map((frame) => `#${frame}`).join(' ')}`;
  const head = `${printHeader(header)}${joined}${repeats}`;
  // What a repetition says has been said.
  if (retransmissionOf !== undefined && decryptedLate !== true) return [head];
  return [head, ...protectionLines(decoded), ...decoded.payloads.flatMap(payloadLines), ...endLines(decoded)];
}

function protectionLines({ header, protection, why, hash, bodyBytes, payloads }: DecodedMessage): readonly string[] {
  if (protection === 'encrypted')
    return [`  encrypted, first ${payloadName(header?.nextPayload ?? 0)}, ${octets(bodyBytes)}: ${why ?? ''}`];
  if (protection === 'decrypted') return [`  decrypted${hashText(hash)}`];
  // In clear a hash stands in Aggressive Mode alone.
  return payloads.length === 0 || hash === undefined ? [] : [`  in clear${hashText(hash)}`];
}

function hashText(hash: HashVerdict | undefined): string {
  if (hash === undefined) return '';
  return `, hash ${hash.status}${hash.kind === undefined ? '' : ` (${hash.kind})`}`;
}

function payloadLines({ view, payload }: DecodedPayload): readonly string[] {
  const [head = '', ...below] = printPayloads([view]);
  const vendor = IkeError.is(payload) || payload.name !== 'vendor-id' ? undefined : recogniseVendorId(payload.body);
  return [vendor === undefined ? head : `${head} (${vendor})`, ...below];
}

function endLines({ protection, rest, trailing, error }: DecodedMessage): readonly string[] {
  const lines: string[] = [];
  if (error !== undefined && protection !== 'encrypted')
    lines.push(`  ${error.message}${rest.length === 0 ? '' : `; what is left: ${hexHead(rest)}`}`);
  else if (rest.length > 0 && protection === 'clear')
    lines.push(`  ${octets(rest.length)} behind the payloads: ${hexHead(rest)}`);
  if (trailing > 0) lines.push(`  ${octets(trailing)} behind the message`);
  return lines;
}
