import { type ErrorDetails, IkeError, type IkeErrorCode } from '../../../src/base/errors.ts';

/** The code and details of the IkeError that `run` throws. Any other exception passes through, and none is an error. */
export function refused(run: () => unknown): { readonly code: IkeErrorCode; readonly details: ErrorDetails } {
  try {
    run();
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return { code: error.code, details: error.details };
  }
  throw new Error('nothing was refused');
}
