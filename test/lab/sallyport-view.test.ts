import { expect, test } from 'vitest';
import { holdingsOf, type Status, viewOf } from './sallyport-view.ts';

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

/** As it comes from a gateway, with no more in it than is read. */
const statusOf = (connection: object): Status =>
  JSON.parse(JSON.stringify({ connections: [{ name: 'charon', ...connection }] })) as Status;

test('gives what both phases agreed in the terms of the peer', () => {
  const status = statusOf({ phase1: [PHASE1], tunnels: [{ name: 'lan', pairs: [PAIR] }] });
  expect(viewOf(status, 'charon')).toEqual({
    agreement: {
      initiator: false,
      initiatorCookie: '0011223344556677',
      responderCookie: '8899aabbccddeeff',
      phase1: { encryption: 'AES_CBC-256', integrity: 'HMAC_SHA2_384_192', group: 'ECP_384', esn: false },
      phase2: { encryption: 'AES_GCM_16-128', integrity: undefined, group: 'CURVE_25519', esn: false },
      spiIn: 'c0de0001',
      spiOut: 'c0de0002',
      encapsulated: true,
    },
    failure: undefined,
    ended: undefined,
  });
});

test('gives no agreement while phase 2 is down, and the failure with its phase', () => {
  const failure = { code: 'NO_PROPOSAL_CHOSEN', text: 'x', advice: 'y', details: { ours: 'z' } };
  const status = statusOf({
    phase1: [PHASE1],
    tunnels: [{ name: 'lan', pairs: [] }],
    lastFailure: { phase: 2, failure },
  });
  expect(viewOf(status, 'charon')).toEqual({
    agreement: undefined,
    failure: { phase: 2, code: 'NO_PROPOSAL_CHOSEN', advice: 'y', details: { ours: 'z' } },
    ended: undefined,
  });
});

test('takes a hint where nothing has failed yet', () => {
  const { established: _, ...halfOpen } = PHASE1;
  const hint = { code: 'PSK_MISMATCH_LIKELY', text: 'x', details: {} };
  expect(viewOf(statusOf({ phase1: [{ ...halfOpen, hint }], tunnels: [] }), 'charon').failure).toEqual({
    phase: 1,
    code: 'PSK_MISMATCH_LIKELY',
    advice: undefined,
    details: {},
  });
});

test('refuses to choose between two pairs', () => {
  const status = statusOf({ phase1: [PHASE1], tunnels: [{ name: 'lan', pairs: [PAIR, PAIR] }] });
  expect(() => viewOf(status, 'charon')).toThrow('not one SA pair');
});

test('gives all that is held, where there is more than one of it', () => {
  const other = { ...PAIR, inboundSpi: 'c0de0000' };
  const status = statusOf({ phase1: [PHASE1], tunnels: [{ name: 'lan', pairs: [PAIR, other] }] });
  expect(holdingsOf(status, 'charon')).toEqual({
    phase1: ['0011223344556677 8899aabbccddeeff'],
    phase2: ['c0de0000 c0de0002', 'c0de0001 c0de0002'],
  });
});
