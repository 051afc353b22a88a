import { describe, expect, it } from 'vitest';
import { IkeError } from '../../../src/base/errors.ts';
import { parseIdentity } from '../../../src/base/identity.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { provePreSharedKey } from '../../../src/ike/auth/pre-shared-key.ts';

const peer = parseIdentity('@peer.example');
const expected = Uint8Array.from({ length: 20 }, (_, i) => i);

const refusal = (received: Uint8Array): unknown => {
  try {
    return provePreSharedKey(nativeProvider, peer, expected, received);
  } catch (error) {
    return IkeError.is(error) ? [error.code, error.details] : error;
  }
};

describe('proof by a pre-shared key (RFC 2409 §5.4)', () => {
  it('is given for the very HASH that we compute, and names the identity that it covers', () => {
    const proof = provePreSharedKey(nativeProvider, peer, expected, expected.slice());
    expect(proof.identity).toEqual(peer);
  });

  it('keeps the identity when the datagram that it came in is used again', () => {
    const data = peer.data.slice();
    const proof = provePreSharedKey(nativeProvider, { idType: peer.idType, data }, expected, expected.slice());
    data.fill(0);
    expect(proof.identity).toEqual(peer);
  });

  it.each([
    ['one bit of it differs', expected.map((octet, i) => (i === 19 ? octet ^ 0x80 : octet))],
    ['it is cut short', expected.slice(0, 19)],
    ['it is empty', new Uint8Array()],
    ['it goes on', Uint8Array.from([...expected, 0])],
  ])('is refused where %s', (_, received) => {
    expect(refusal(received)).toEqual(['AUTHENTICATION_FAILED', { what: 'HASH payload' }]);
  });
});
