import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { identityText } from '../../../src/base/identity.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import type { Job, ExchangeJobResult } from '../../../src/ike/effects.ts';
import { mainModeInitiator, type MainModeInitiator } from '../../../src/ike/exchange/main-mode-initiator.ts';
import { readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { EXCHANGE } from '../../../src/ike/wire/numbers.ts';
import { decodePayloads } from '../../../src/ike/wire/rules.ts';
import { privateI, RecordedSa, recorded, recordedPolicy, recordedPsk } from './recording.ts';

const clear = (number: number, message: 'main-mode-1' | 'main-mode-3') => {
  const { header, body } = readMessage(recorded(number));
  return decodePayloads(message, viewPayloads(header.nextPayload, body).payloads);
};
const nonceI = clear(3, 'main-mode-3').one('nonce').value.data;

function answer(job: Job): ExchangeJobResult {
  if (job.kind === 'dh-public')
    return { kind: job.kind, publicValue: nativeProvider.publicValue(job.group, job.privateValue) };
  if (job.kind === 'dh-agree')
    return { kind: job.kind, gxy: nativeProvider.agree(job.group, job.privateValue, job.peerPublic) };
  if (job.kind === 'find-psk')
    return { kind: job.kind, candidates: [{ psk: recordedPsk(), connections: job.connections, identities: 'any' }] };
  throw new Error(job.kind);
}

/** The initiator of the recording, as it was when it had sent its first message. */
function afterFirstMessage(): { sa: RecordedSa; states: MainModeInitiator[] } {
  const sa = new RecordedSa('initiator', [privateI, nonceI], answer);
  const states: MainModeInitiator[] = [];
  const offer = clear(1, 'main-mode-1').one('sa');
  sa.sa.converse<MainModeInitiator>(
    mainModeInitiator,
    {
      name: 'awaiting-sa',
      connection: recordedPolicy('initiator', ['0.0.0.0/0', '0.0.0.0/0']),
      offer: offer.value,
      saBodyI: offer.body,
    },
    EXCHANGE.MAIN_MODE,
    0,
    (state) => states.push(state),
  );
  return { sa, states };
}

describe('Main Mode as initiator against a recorded responder (RFC 2409 §5.4)', () => {
  it('sends KE, Ni and then IDii, HASH_I as recorded, byte for byte, and believes HASH_R', () => {
    const { sa, states } = afterFirstMessage();
    sa.receive(2);
    expect(sa.sent().map(toHex)).toEqual([toHex(recorded(3))]);
    sa.receive(4);
    expect(sa.sent().map(toHex)).toEqual([toHex(recorded(5))]);
    sa.receive(6);
    expect(sa.sent()).toEqual([]);
    const last = states.at(-1);
    if (last?.name !== 'established') throw new Error(`ended as ${last?.name}`);
    expect(states.map(({ name }) => name)).toEqual([
      'generating-key',
      'awaiting-ke',
      'computing-secret',
      'finding-psk',
      'awaiting-auth',
      'established',
    ]);
    const { peerId, peer, nat, proof, initialContact } = last.outcome;
    expect(identityText(peerId)).toBe('10.0.3.10');
    expect(proof?.valid).toBe(true);
    expect(initialContact).toBe(false);
    expect(peer).toMatchObject({ dpd: true, dialect: undefined });
    expect(nat.encapsulate).toBe(false);
  });

  it('takes the answer although its transform has another number than the one offered (RFC 2408 §4.2)', () => {
    const { sa, states } = afterFirstMessage();
    sa.receive(2);
    const agreed = states.at(-1);
    if (agreed?.name !== 'awaiting-ke') throw new Error(`is ${agreed?.name}`);
    expect(agreed.offer.proposals[0]?.transforms[0]?.number).toBe(0);
    expect(agreed.agreement).toEqual({
      suite: { cipher: 'aes128', hash: 'sha1', group: 'modp1024' },
      method: 'psk',
      lifetime: { duration: 28_800_000 },
      proposalNumber: 0,
      transformNumber: 1,
    });
  });

  it('asks for the public value, the secret and the key, each with what it knows by then', () => {
    const { sa } = afterFirstMessage();
    sa.receive(2);
    sa.receive(4);
    const { data: publicR } = clear4();
    expect(sa.jobs).toEqual([
      { kind: 'dh-public', group: 'modp1024', privateValue: privateI },
      { kind: 'dh-agree', group: 'modp1024', privateValue: privateI, peerPublic: publicR },
      { kind: 'find-psk', connections: ['rub'], local: '10.0.3.1', remote: '10.0.3.10' },
    ]);
  });

  it('does not believe a sixth message one bit of which is changed, and believes the right one after it', () => {
    const { sa, states } = afterFirstMessage();
    for (const number of [2, 4]) sa.receive(number);
    sa.taken();
    const good = sa.received(6);
    for (let at = 28; at < good.bytes.length; at++) {
      const bytes = good.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      sa.sa.exchanges.get(0)?.receive({ ...good, ...readMessage(bytes), bytes }, sa.now);
    }
    expect(states.at(-1)?.name).toBe('awaiting-auth');
    sa.receive(6);
    expect(states.at(-1)?.name).toBe('established');
  });
});

const clear4 = () => {
  const { header, body } = readMessage(recorded(4));
  return decodePayloads('main-mode-4', viewPayloads(header.nextPayload, body).payloads).one('key-exchange').value;
};
