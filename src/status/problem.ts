import { IKE_ERRORS, IkeError, type Fault } from '../base/errors.ts';

/** An error as the API tells it: `application/problem+json`, RFC 9457 §3. */
export interface Problem {
  readonly status: number;
  /** An `IkeErrorCode`, or one of ours: `UNKNOWN_PATH`, `BAD_REQUEST`. */
  readonly code: string;
  /** What kind of thing happened; the same for every problem of this code. */
  readonly title: string;
  /** What happened this time. */
  readonly detail: string;
  readonly advice?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const STATUS = {
  'peer-malformed': 502,
  'peer-misbehaved': 502,
  'peer-incompatible': 502,
  'auth-failed': 502,
  local: 409,
  'api-misuse': 400,
  internal: 500,
} as const satisfies Record<Fault, number>;

/** What to answer when something was thrown. */
export function problemOf(error: unknown): Problem {
  if (IkeError.is(error)) {
    const { code, fault, message, advice, details } = error;
    const status = code === 'UNKNOWN_NAME' ? 404 : STATUS[fault];
    return {
      status,
      code,
      title: IKE_ERRORS[code].text,
      detail: message,
      ...(advice === undefined ? {} : { advice }),
      details,
    };
  }
  const refused = refusedRequest(error);
  if (refused !== undefined)
    return { status: refused, code: 'BAD_REQUEST', title: 'the request is not understood', detail: textOf(error) };
  return { status: STATUS.internal, code: 'INTERNAL', title: IKE_ERRORS.INTERNAL.text, detail: textOf(error) };
}

export function unknownPath(method: string, path: string): Problem {
  return { status: 404, code: 'UNKNOWN_PATH', title: 'nothing is served at this path', detail: `${method} ${path}` };
}

/** The framework's own errors about a request carry a status of the 400s. */
function refusedRequest(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
