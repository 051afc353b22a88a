import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { identityText } from '../../../src/base/identity.ts';
import { DPD_VENDOR_ID } from '../../../src/dpd/vendor-id.ts';
import type { Job, ExchangeJobResult } from '../../../src/ike/effects.ts';
import { mainModeResponder, type MainModeResponder } from '../../../src/ike/exchange/main-mode-responder.ts';
import { readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { EXCHANGE } from '../../../src/ike/wire/numbers.ts';
import { decodePayloads } from '../../../src/ike/wire/rules.ts';
import { derived, RecordedSa, recorded, recordedPolicy, recordedPsk } from './recording.ts';

const decoded = (bytes: Uint8Array, message: 'main-mode-1' | 'main-mode-2' | 'main-mode-4') => {
  const { header, body } = readMessage(bytes);
  return decodePayloads(message, viewPayloads(header.nextPayload, body).payloads);
};
const fourth = decoded(recorded(4), 'main-mode-4');
const publicR = fourth.one('key-exchange').value.data;
const nonceR = fourth.one('nonce').value.data;

/** The responder's private value is not known, but g^xy is the same on both sides. */
function answer(job: Job): ExchangeJobResult {
  if (job.kind === 'dh-exchange') return { kind: job.kind, publicValue: publicR, gxy: fromHex(derived.gxy) };
  if (job.kind === 'find-psk')
    return { kind: job.kind, candidates: [{ psk: recordedPsk(), connections: job.connections, identities: 'any' }] };
  throw new Error(job.kind);
}

function responder(): { sa: RecordedSa; states: MainModeResponder[] } {
  const privateR = new Uint8Array(128).fill(7);
  const sa = new RecordedSa('responder', [privateR, nonceR], answer);
  const states: MainModeResponder[] = [];
  sa.sa.converse<MainModeResponder>(
    mainModeResponder,
    {
      name: 'awaiting-sa',
      candidates: [recordedPolicy('responder', ['0.0.0.0/0', '0.0.0.0/0'])],
    },
    EXCHANGE.MAIN_MODE,
    0,
    (state) => states.push(state),
  );
  return { sa, states };
}

describe('Main Mode as responder to a recorded initiator (RFC 2409 §5.4)', () => {
  it('answers the offer with its transform as it came, and DPD', () => {
    const { sa } = responder();
    sa.receive(1);
    const [second = new Uint8Array()] = sa.sent();
    const { header } = readMessage(second);
    const recordedHeader = readMessage(recorded(2)).header;
    expect({ ...header, length: 0 }).toEqual({ ...recordedHeader, length: 0 });
    const payloads = decoded(second, 'main-mode-2');
    expect(payloads.list.map(({ name }) => name)).toEqual(['sa', 'vendor-id']);
    expect(payloads.one('sa').body).toEqual(decoded(recorded(1), 'main-mode-1').one('sa').body);
    expect(payloads.one('vendor-id').value.data).toEqual(DPD_VENDOR_ID);
  });

  it('sends KE, Nr and then IDir, HASH_R as recorded, byte for byte, and believes HASH_I', () => {
    const { sa, states } = responder();
    sa.receive(1);
    sa.taken();
    sa.receive(3);
    expect(sa.sent().map(toHex)).toEqual([toHex(recorded(4))]);
    sa.receive(5);
    expect(sa.sent().map(toHex)).toEqual([toHex(recorded(6))]);
    expect(states.map(({ name }) => name)).toEqual([
      'awaiting-ke',
      'computing-secret',
      'finding-psk',
      'awaiting-auth',
      'established',
    ]);
    const last = states.at(-1);
    if (last?.name !== 'established') throw new Error(`ended as ${last?.name}`);
    const { peerId, agreement, connection } = last.outcome;
    expect(identityText(peerId)).toBe('10.0.3.1');
    expect(connection.name).toBe('rub');
    expect(agreement.suite).toEqual({ cipher: 'aes128', hash: 'sha1', group: 'modp1024' });
  });

  it('sends the fourth message before it looks for the key, so that the two take their time together', () => {
    const { sa } = responder();
    for (const number of [1, 3]) sa.receive(number);
    expect(sa.jobs.map(({ kind }) => kind)).toEqual(['dh-exchange', 'find-psk']);
    expect(sa.sent()).toHaveLength(2);
  });

  it('does not believe a fifth message one bit of which is changed, and believes the right one after it', () => {
    const { sa, states } = responder();
    for (const number of [1, 3]) sa.receive(number);
    sa.taken();
    const good = sa.received(5);
    for (let at = 28; at < good.bytes.length; at++) {
      const bytes = good.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      sa.sa.exchanges.get(0)?.receive({ ...good, ...readMessage(bytes), bytes }, sa.now);
    }
    expect(states.at(-1)?.name).toBe('awaiting-auth');
    expect(sa.sent()).toEqual([]);
    sa.receive(5);
    expect(states.at(-1)?.name).toBe('established');
  });
});
