import { expect, test } from 'vitest';
import { viewOf } from './sallyport-view.ts';

const PHASE1 = {
  state: 'established',
  role: 'responder',
  initiatorCookie: '0011223344556677',
  responderCookie: '8899aabbccddeeff',
  established: { cipher: 'aes256', hash: 'sha384', group: 'ecp384' },
};
const PAIR = {
  inboundSpi: 'c0de0001',
  outboundSpi: 'c0de0002',
  suite: 'aes128gcm16',
  pfs: 'x25519',
  encapsulation: 'udp',
};

const status = (connection: object): string => JSON.stringify({ connections: [{ name: 'charon', ...connection }] });

test('gives what both phases agreed in the terms of the peer', () => {
  const text = status({ phase1: [PHASE1], tunnels: [{ name: 'lan', pairs: [PAIR] }] });
  expect(viewOf(text)).toEqual({
    agreement: {
      initiator: false,
      initiatorCookie: '0011223344556677',
      responderCookie: '8899aabbccddeeff',
      phase1: { encryption: 'AES_CBC-256', integrity: 'HMAC_SHA2_384_192', group: 'ECP_384' },
      phase2: { encryption: 'AES_GCM_16-128', integrity: undefined, group: 'CURVE_25519' },
      spiIn: 'c0de0001',
      spiOut: 'c0de0002',
      encapsulated: true,
    },
    failure: undefined,
    ended: undefined,
  });
});

test('gives no agreement while phase 2 is down, and the failure with its phase', () => {
  const failure = { code: 'NO_PROPOSAL_CHOSEN', text: 'x', advice: 'y', details: {} };
  const text = status({ phase1: [PHASE1], tunnels: [{ name: 'lan', pairs: [] }], lastFailure: { phase: 2, failure } });
  expect(viewOf(text)).toEqual({
    agreement: undefined,
    failure: { phase: 2, code: 'NO_PROPOSAL_CHOSEN', advice: 'y' },
    ended: undefined,
  });
});

test('takes a hint where nothing has failed yet', () => {
  const { established: _, ...halfOpen } = PHASE1;
  const hint = { code: 'PSK_MISMATCH_LIKELY', text: 'x', details: {} };
  expect(viewOf(status({ phase1: [{ ...halfOpen, hint }], tunnels: [] })).failure).toEqual({
    phase: 1,
    code: 'PSK_MISMATCH_LIKELY',
    advice: undefined,
  });
});

test('refuses to choose between two pairs', () => {
  const text = status({ phase1: [PHASE1], tunnels: [{ name: 'lan', pairs: [PAIR, PAIR] }] });
  expect(() => viewOf(text)).toThrow('not one SA pair');
});
