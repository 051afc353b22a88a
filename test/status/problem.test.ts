import { expect, test } from 'vitest';
import { IkeError } from '../../src/base/errors.ts';
import { problemOf, unknownPath } from '../../src/status/problem.ts';

test('an error of the engine is told with its code, text, advice and details (RFC 9457 §3)', () => {
  expect(problemOf(new IkeError('NO_PROPOSAL_CHOSEN', { ours: 'aes256-sha256-modp2048', offers: ['a'] }))).toEqual({
    status: 502,
    code: 'NO_PROPOSAL_CHOSEN',
    title: 'no offered proposal is acceptable',
    detail: 'NO_PROPOSAL_CHOSEN: no offered proposal is acceptable (ours aes256-sha256-modp2048)',
    advice: 'make one suite the same on both sides; the refusal lists what differs',
    details: { ours: 'aes256-sha256-modp2048', offers: ['a'] },
  });
});

test.each([
  ['UNKNOWN_NAME', 404],
  ['INVALID_ARGUMENT', 400],
  ['PEER_ADDRESS_UNKNOWN', 409],
  ['AUTHENTICATION_FAILED', 502],
  ['PEER_SILENT', 502],
  ['PAYLOAD_MALFORMED', 502],
  ['INTERNAL', 500],
] as const)('%s is answered with %i', (code, status) => {
  expect(problemOf(new IkeError(code)).status).toBe(status);
});

test('anything else is a defect', () => {
  expect(problemOf(new Error('oops'))).toEqual({
    status: 500,
    code: 'INTERNAL',
    title: 'this is a defect of sallyport',
    detail: 'oops',
  });
  expect(problemOf('oops').detail).toBe('oops');
});

test("the framework's refusal of a request is not", () => {
  expect(problemOf(Object.assign(new Error('body is too large'), { statusCode: 413 }))).toEqual({
    status: 413,
    code: 'BAD_REQUEST',
    title: 'the request is not understood',
    detail: 'body is too large',
  });
});

test('a path that is not there is named', () => {
  expect(unknownPath('GET', '/v2')).toEqual({
    status: 404,
    code: 'UNKNOWN_PATH',
    title: 'nothing is served at this path',
    detail: 'GET /v2',
  });
});
