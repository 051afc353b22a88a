import { IkeError } from '../../base/errors.ts';

/** A body that is one field and nothing else, as a view: only its length can be wrong. */
export function readOpaque(
  body: Uint8Array,
  what: string,
  min: number,
  max: number = Number.POSITIVE_INFINITY,
): Uint8Array {
  if (body.length < min) throw new IkeError('PAYLOAD_MALFORMED', { what, need: min, have: body.length });
  if (body.length > max) throw new IkeError('PAYLOAD_MALFORMED', { what, limit: max, have: body.length });
  return body;
}
