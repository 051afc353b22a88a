import type { IkeError, IkeErrorCode } from '../base/errors.ts';

export interface ErrorJson {
  readonly code: IkeErrorCode;
  readonly text: string;
}

/** The code, and what happened in words, without the code. */
export const errorJson = ({ code, message }: IkeError): ErrorJson => ({
  code,
  text: message.replace(`${code}: `, ''),
});
