import type { PayloadView } from './message.ts';
import { type PayloadName, PAYLOADS, type PayloadValues, registeredName } from './registry.ts';

/** A payload of known name: what it says, and the octets that said it. */
export interface Payload<N extends PayloadName> {
  readonly name: N;
  readonly type: number;
  readonly value: PayloadValues[N];
  /** The body without the generic header, as received or as it goes out: HASH payloads are computed over it, never over a re-encoding. */
  readonly body: Uint8Array;
}

/** A payload whose number we do not know. */
export interface UnknownPayload {
  readonly name: 'unknown';
  readonly type: number;
  readonly body: Uint8Array;
}

export type AnyPayload = { readonly [N in PayloadName]: Payload<N> }[PayloadName] | UnknownPayload;

/** Reads one payload by its row of the registry; throws what its codec throws. A number without a row is kept as `unknown`. */
export function readPayload(view: PayloadView): AnyPayload {
  const { type, body } = view;
  const name = registeredName(type);
  if (name === undefined) return { name: 'unknown', type, body };
  return { name, type, value: PAYLOADS[name].read(body), body } as AnyPayload;
}

/** An outgoing payload. `type` is for names that have a draft's number besides the RFC's. */
export function payload<N extends PayloadName>(
  name: N,
  value: PayloadValues[N],
  type: number = PAYLOADS[name].types[0],
): Payload<N> {
  return { name, type, value, body: PAYLOADS[name].write(value) };
}
