import { describe, expect, it } from 'vitest';
import { assertNever, codeOfNotify, IKE_ERRORS, IkeError, type IkeErrorCode } from '../../src/base/errors.ts';

const codes = Object.keys(IKE_ERRORS) as IkeErrorCode[];

describe('IkeError', () => {
  it('has its fault, notify and advice from the table, and its details in the message', () => {
    const error = new IkeError('NO_PROPOSAL_CHOSEN', { offered: 'des-md5', count: 2, list: ['not shown'] });
    const { name, code, fault, notify, details, message, advice } = error;
    expect({ name, code, fault, notify, details, message, advice }).toEqual({
      name: 'IkeError',
      code: 'NO_PROPOSAL_CHOSEN',
      fault: 'peer-incompatible',
      notify: 14,
      details: { offered: 'des-md5', count: 2, list: ['not shown'] },
      message: 'NO_PROPOSAL_CHOSEN: no offered proposal is acceptable (offered des-md5, count 2)',
      advice: 'make one suite the same on both sides; the refusal lists what differs',
    });
  });
  it('keeps its cause, and without details adds nothing to the text', () => {
    const cause = new Error('why');
    const error = new IkeError('INTERNAL', {}, { cause });
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('INTERNAL: this is a defect of sallyport');
    expect([error.notify, error.advice]).toEqual([undefined, undefined]);
  });
  it('is known by its brand, also from another copy of the package, and nothing else is one', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('sallyport.IkeError'), { value: true });
    expect([new IkeError('INTERNAL'), foreign].map((value) => IkeError.is(value))).toEqual([true, true]);
    expect(
      [new Error('x'), undefined, null, 'IkeError', { code: 'INTERNAL' }].map((value) => IkeError.is(value)),
    ).toEqual(Array(5).fill(false));
  });
});

describe('the table of errors', () => {
  it.each(codes)('%s begins in lower case or with a name and does not end as a sentence does', (code) => {
    const spec: { text: string; advice?: string } = IKE_ERRORS[code];
    for (const text of [spec.text, ...(spec.advice === undefined ? [] : [spec.advice])]) {
      expect(text).toMatch(/^([a-z]|SPI |HASH )/);
      expect(text).not.toMatch(/[.!]$|failed to/);
    }
  });
  it('has the numbers of Notify Message Types of errors, RFC 2408 §3.14.1', () => {
    const numbers = codes.flatMap((code) => new IkeError(code).notify ?? []);
    expect(numbers.filter((n) => n < 1 || n > 30)).toEqual([]);
  });
  it('says what a notify means, and REFUSED_BY_PEER for one that it does not know', () => {
    expect([14, 16, 18, 24, 8192].map(codeOfNotify)).toEqual([
      'NO_PROPOSAL_CHOSEN',
      'PAYLOAD_MALFORMED',
      'INVALID_ID_INFORMATION',
      'AUTHENTICATION_FAILED',
      'REFUSED_BY_PEER',
    ]);
  });
});

describe('assertNever', () => {
  it('throws INTERNAL with what should not be', () => {
    expect(() => assertNever({ kind: 'new' } as never)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', details: { what: 'unreachable', value: '{"kind":"new"}' } }),
    );
  });
});
