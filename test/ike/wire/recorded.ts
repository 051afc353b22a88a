import { readFileSync } from 'node:fs';
import { fromHex } from '../../../src/base/bytes.ts';
import { readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { type CapturedDatagram, captured } from '../../../src/capture/udp.ts';

const VECTORS = new URL('../../../vectors/', import.meta.url);

export const readVector = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, VECTORS)));
export const readJsonVector = (path: string): unknown => JSON.parse(readFileSync(new URL(path, VECTORS), 'utf8'));

/**
 * What IKE of a datagram: on port 4500 what follows the four zero octets of RFC 3948 §2.2, and nothing where ESP or a
 * keepalive stands.
 */
export function ikeOf(datagram: CapturedDatagram): Uint8Array | undefined {
  const { payload, source, destination } = datagram;
  if (source.port !== 4500 && destination.port !== 4500) return payload;
  const marker = payload.subarray(0, 4);
  return marker.length === 4 && marker.every((octet) => octet === 0) ? payload.subarray(4) : undefined;
}

/** The ISAKMP message in a frame of a capture below vectors/isakmp. */
export function recordedMessage(path: string, frame: number): Uint8Array {
  const datagram = captured(readVector(`isakmp/${path}`)).find((each) => each.frame === frame);
  const message = datagram === undefined ? undefined : ikeOf(datagram);
  if (message === undefined) throw new Error(`${path} has no ISAKMP message in frame ${frame}`);
  return message;
}

/** The body of a payload of such a message, by its place from 0. */
export function recordedBody(path: string, frame: number, place: number): Uint8Array {
  const { header, body } = readMessage(recordedMessage(path, frame));
  const view = viewPayloads(header.nextPayload, body).payloads[place];
  if (view === undefined) throw new Error(`${path} has no payload ${place} in frame ${frame}`);
  return view.body;
}

interface Handshake {
  readonly messages: readonly { readonly request: string; readonly response: string }[];
  readonly independently_derived: { readonly decrypted: readonly { readonly plaintext: string }[] };
}

/** The one handshake that was recorded with all its secrets: Main Mode 1 to 4 as sent, and what was in 5 to 9 once decrypted. */
export function recordedHandshake(): {
  readonly clear: readonly Uint8Array[];
  readonly plaintexts: readonly Uint8Array[];
} {
  const file = readJsonVector('kdf/ikev1-recorded-handshakes.json') as { handshakes: Record<string, Handshake> };
  const handshake = file.handshakes['testMainModePSKHandshake'];
  if (handshake === undefined) throw new Error('the recorded handshake is missing');
  const clear = handshake.messages
    .slice(0, 2)
    .flatMap(({ request, response }) => [fromHex(request), fromHex(response)]);
  const plaintexts = handshake.independently_derived.decrypted.map(({ plaintext }) => fromHex(plaintext));
  return { clear, plaintexts };
}
