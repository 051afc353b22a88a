import { type ErrorDetails, IkeError, type IkeErrorCode } from '../../src/base/errors.ts';

/** What `run` is refused with. Anything that is no IkeError, or no refusal at all, fails the test by itself. */
export function refusal(run: () => unknown): { readonly code: IkeErrorCode; readonly details: ErrorDetails } {
  try {
    run();
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return { code: error.code, details: error.details };
  }
  throw new Error('was not refused');
}
