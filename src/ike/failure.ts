import { IkeError } from '../base/errors.ts';
import type { Failure } from './events.ts';

/** An error as events and snapshots show it. Details are copied only as far as they are plain: an error never holds a secret. */
export function failureOf(error: IkeError): Failure {
  const { code, message, advice, details } = error;
  return { code, text: message, details, ...(advice === undefined ? {} : { advice }) };
}
