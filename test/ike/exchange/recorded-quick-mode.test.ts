import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { IkeError } from '../../../src/base/errors.ts';
import { Secret } from '../../../src/base/secret.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import type { NegotiatedSa } from '../../../src/ike/effects.ts';
import type { Role } from '../../../src/ike/events.ts';
import { provePreSharedKey } from '../../../src/ike/auth/pre-shared-key.ts';
import { preSharedKeyKeys } from '../../../src/ike/exchange/phase1-keys.ts';
import type { ProvedOutcome } from '../../../src/ike/exchange/main-mode.ts';
import { quickModeInitiator, type QuickModeInitiator } from '../../../src/ike/exchange/quick-mode-initiator.ts';
import { quickModeResponder, type QuickModeResponder } from '../../../src/ike/exchange/quick-mode-responder.ts';
import { readMessage } from '../../../src/ike/wire/message.ts';
import { EXCHANGE } from '../../../src/ike/wire/numbers.ts';
import { readSa } from '../../../src/ike/wire/sa.ts';
import { slowKeymat } from '../keys/slow-keys.ts';
import { decryptedBodies, derived, RecordedSa, recorded, recordedPolicy, recordedPsk } from './recording.ts';

const MESSAGE_ID = 0x259cf133;
const [inboundSpi, outboundSpi] = [0xb75ad16c, 0xc6bf8b4d];
const SA = 1;
const NONCE = 10;
const [nonceI = new Uint8Array()] = decryptedBodies(7, NONCE);
const [nonceR = new Uint8Array()] = decryptedBodies(8, NONCE);

/** An ISAKMP SA in the state in which the recorded Main Mode left it. */
function established(role: Role, selectors: readonly [string, string], drawn: readonly Uint8Array[]): RecordedSa {
  const spi = role === 'initiator' ? inboundSpi : outboundSpi;
  const sa = new RecordedSa(role, drawn, ({ kind }) => {
    if (kind !== 'allocate-spi') throw new Error(kind);
    return { kind, spi };
  });
  const { initiatorCookie, responderCookie } = readMessage(recorded(6)).header;
  const said = (number: number, from: number, length: number) => recorded(number).slice(from, from + length);
  const connection = recordedPolicy(role, selectors);
  const [suite] = connection.suites;
  if (suite === undefined) throw new Error('no suite');
  const { keys } = preSharedKeyKeys(nativeProvider, suite, new Secret(recordedPsk()), {
    cookies: { initiator: initiatorCookie, responder: responderCookie },
    // Behind the header come KE, 4 + 128 octets, and the nonce, 4 and its own.
    publicI: said(3, 32, 128),
    publicR: said(4, 32, 128),
    nonceI: said(3, 164, 8),
    nonceR: said(4, 164, 32),
    gxy: new Secret(fromHex(derived.gxy)),
  });
  const peerId = role === 'initiator' ? connection.remote.id : connection.local.id;
  if (peerId === 'any') throw new Error('no identity');
  const hash = Uint8Array.of(1);
  sa.sa.channel.cookies = { initiator: initiatorCookie, responder: responderCookie };
  sa.sa.established = {
    connection,
    agreement: { suite, method: 'psk', lifetime: connection.lifetime, proposalNumber: 0, transformNumber: 1 },
    keys,
    nat: { dialect: undefined, localBehindNat: false, remoteBehindNat: false, encapsulate: false },
    peer: { dialect: undefined, dpd: true, unity: false, fragmentSize: undefined, vendorIds: [] },
    proof: provePreSharedKey(nativeProvider, peerId, hash, hash),
    peerId,
    initialContact: false,
    place: sa.sa.channel.remote,
    lastBlock: recorded(6).slice(-16),
    ...{ role, renewAt: undefined, endReason: 'expired', order: '', provedAt: sa.now },
    since: sa.now,
    expires: sa.now,
  };
  return sa;
}

/** RFC 2409 §5.5, the slow way: AES-128 takes 16 octets, HMAC-SHA-1 the 20 behind them. */
function slowKeys(spi: number): NegotiatedSa['keys'] {
  const { skeyid_d: skeyidD } = derived;
  const source = { gxy: '', protocol: '03', spi: spi.toString(16), ni: toHex(nonceI), nr: toHex(nonceR) };
  const all = fromHex(slowKeymat('sha1', skeyidD, source, 36));
  return { encryption: all.slice(0, 16), integrity: all.slice(16) };
}
const expectKeys = (sa: RecordedSa): void => {
  expect(sa.installed.map(({ direction, spi, keys }) => ({ direction, spi, keys }))).toEqual(
    sa.installed.map(({ direction, spi }) => ({ direction, spi, keys: slowKeys(spi) })),
  );
};

function provedOf({ sa }: RecordedSa): ProvedOutcome {
  const { established: phase1 } = sa;
  if (phase1?.proof === undefined) throw new Error('no phase 1');
  return { ...phase1, proof: phase1.proof };
}

/** The initiator of the recording, as it was when it had sent QM1. The responder narrowed, so only that pair can be agreed on. */
function asked(selectors: readonly [string, string]): { sa: RecordedSa; states: QuickModeInitiator[] } {
  const sa = established('initiator', selectors, []);
  const phase1 = provedOf(sa);
  const [tunnel] = phase1.connection.tunnels;
  const chain = sa.sa.chainFor(MESSAGE_ID)?.decrypt(readMessage(recorded(7)).body).next;
  const [offer = new Uint8Array()] = decryptedBodies(7, SA);
  if (tunnel === undefined) throw new Error('no tunnel');
  const states: QuickModeInitiator[] = [];
  sa.sa.converse<QuickModeInitiator>(
    quickModeInitiator,
    {
      ...{ name: 'awaiting-answer', phase1, tunnel, renews: false, messageId: MESSAGE_ID, pair: 1 },
      ...{ inboundSpi, offer: readSa(offer), nonceI, privateI: undefined },
    },
    EXCHANGE.QUICK_MODE,
    MESSAGE_ID,
    (state) => states.push(state),
    chain,
  );
  return { sa, states };
}

describe('Quick Mode as initiator against a recorded responder (RFC 2409 §5.5)', () => {
  it('believes HASH(2), installs both directions and sends HASH(3) as recorded, byte for byte', () => {
    const { sa, states } = asked(['10.0.3.1', '10.1.0.0/24']);
    sa.receive(8);
    const effects = sa.taken();
    expect(states.map(({ name }) => name)).toEqual(['established']);
    expect(effects.flatMap((effect) => (effect.type === 'send' ? [toHex(effect.datagram.bytes)] : []))).toEqual([
      toHex(recorded(9)),
    ]);
    expect(sa.installed.map(({ direction, spi }) => [direction, spi])).toEqual([
      ['inbound', inboundSpi],
      ['outbound', outboundSpi],
    ]);
    expectKeys(sa);
  });

  it('refuses the networks that the responder narrowed to where they are not those asked for, with both pairs', () => {
    const { sa, states } = asked(['0.0.0.0/0', '0.0.0.0/0']);
    sa.receive(8);
    const last = states.at(-1);
    if (last?.name !== 'failed') throw new Error(`ended as ${last?.name}`);
    expect(IkeError.is(last.error) && [last.error.code, last.error.details]).toEqual([
      'INVALID_ID_INFORMATION',
      { ours: '0.0.0.0/0 to 0.0.0.0/0', theirs: '10.0.3.1 to 10.1.0.0/24' },
    ]);
    expect(sa.taken()).toContainEqual({ type: 'release-spi', spi: inboundSpi });
    expect(sa.installed).toEqual([]);
  });
});

describe('Quick Mode as responder to a recorded initiator (RFC 2409 §5.5)', () => {
  it('believes HASH(1), installs inbound before it answers, and believes HASH(3)', () => {
    const sa = established('responder', ['0.0.0.0/0', '0.0.0.0/0'], [nonceR]);
    const phase1 = provedOf(sa);
    const states: QuickModeResponder[] = [];
    const converse = (state: QuickModeResponder, chain = sa.sa.chainFor(MESSAGE_ID)): void => {
      const moved = (next: QuickModeResponder): unknown => states.push(next);
      sa.sa.converse<QuickModeResponder>(quickModeResponder, state, EXCHANGE.QUICK_MODE, MESSAGE_ID, moved, chain);
    };
    converse({ name: 'awaiting-offer', phase1, messageId: MESSAGE_ID, pair: 1, claimed: [] });
    sa.receive(7);
    expect(sa.taken().map(({ type }) => type)).toEqual(['event', 'install-sa', 'send', 'event']);
    const answered = states.at(-1);
    if (answered?.name !== 'awaiting-confirmation') throw new Error(`is ${answered?.name}`);
    // Our QM2 differs from the recorded one, whose last block QM3 is chained to.
    const chain = sa.sa.chainFor(MESSAGE_ID)?.decrypt(readMessage(recorded(7)).body).next;
    converse(answered, chain?.decrypt(readMessage(recorded(8)).body).next);
    sa.receive(9);
    sa.taken();
    expect(states.map(({ name }) => name)).toEqual(['allocating-spi', 'awaiting-confirmation', 'established']);
    expect(sa.installed.map(({ direction, spi }) => [direction, spi])).toEqual([
      ['inbound', outboundSpi],
      ['outbound', inboundSpi],
    ]);
    expectKeys(sa);
  });
});
