import type { ConfigCode } from './config-error.ts';

/** Why a text is not what it should be. */
export interface Refusal {
  readonly code: ConfigCode;
  readonly message: string;
  readonly hint?: string;
}

/** What came out of reading one value of a configuration. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const read = <T>(value: T): Reading<T> => ({ ok: true, value });

export function refuse(
  code: ConfigCode,
  message: string,
  hint?: string,
): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: hint === undefined ? { code, message } : { code, message, hint } };
}
