import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../../src/base/address.ts';
import { fromHex, toHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { identityText, parseIdentity } from '../../../src/base/identity.ts';
import { seconds } from '../../../src/base/instant.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { Job, ExchangeJobResult } from '../../../src/ike/effects.ts';
import type { Role } from '../../../src/ike/events.ts';
import {
  aggressiveModeInitiator,
  type AggressiveModeInitiator,
} from '../../../src/ike/exchange/aggressive-mode-initiator.ts';
import {
  aggressiveModeResponder,
  type AggressiveModeResponder,
} from '../../../src/ike/exchange/aggressive-mode-responder.ts';
import type { Phase1Outcome } from '../../../src/ike/exchange/main-mode.ts';
import { CipherChain } from '../../../src/ike/keys/cipher-chain.ts';
import { phase1Iv, phase2Iv } from '../../../src/ike/keys/iv.ts';
import { hash1 } from '../../../src/ike/keys/quick-hash.ts';
import { phase1Offer } from '../../../src/ike/negotiate/phase1-offer.ts';
import type { ConnectionPolicy } from '../../../src/ike/negotiate/policy.ts';
import { readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { EXCHANGE, PAYLOAD } from '../../../src/ike/wire/numbers.ts';
import type { Payloads } from '../../../src/ike/wire/payloads.ts';
import { decodePayloads } from '../../../src/ike/wire/rules.ts';
import { openEncrypted } from '../../../src/ike/open-message.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { readInProject } from '../../project.ts';
import { recordedMessage } from '../wire/recorded.ts';
import { type Recording, RecordedSa } from './recording.ts';

const [A, B] = [requireIpAddress('192.0.2.1'), requireIpAddress('192.0.2.2')];
/** Two charons. The third message and all behind it went between ports 4500. */
const charons: Recording = {
  message: (number) => recordedMessage('charon/aggressive-psk.pcap', number),
  initiator: { address: A, port: 500 },
  responder: { address: B, port: 500 },
};
const keys = readInProject('vectors/isakmp/charon/aggressive-psk.keys.yaml');
const gxy = fromHex(/gxy: ([0-9a-f]+)/.exec(keys)?.[1] ?? '');
const psk = utf8Bytes(/psk: (.+)/.exec(keys)?.[1] ?? '');

function clear(number: 1 | 2): Payloads {
  const { header, body } = readMessage(charons.message(number));
  return decodePayloads(`aggressive-${number}`, viewPayloads(header.nextPayload, body).payloads);
}
const [first, second] = [clear(1), clear(2)];
const publicOf = (payloads: Payloads): Uint8Array => payloads.one('key-exchange').value.data;
const nonceOf = (payloads: Payloads): Uint8Array => payloads.one('nonce').value.data;

/** Neither private value is known, but g^xy is. Copies: what a job gives is wiped when it is used. */
function answer(job: Job): ExchangeJobResult {
  if (job.kind === 'dh-agree') return { kind: job.kind, gxy: gxy.slice() };
  if (job.kind === 'dh-exchange') return { kind: job.kind, publicValue: publicOf(second), gxy: gxy.slice() };
  if (job.kind === 'find-psk')
    return { kind: job.kind, candidates: [{ psk: psk.slice(), connections: job.connections, identities: 'any' }] };
  throw new Error(job.kind);
}

function policy(role: Role): ConnectionPolicy {
  const ends = {
    initiator: { address: A, id: parseIdentity('@side1.example') },
    responder: { address: B, id: parseIdentity('@side2.example') },
  };
  return {
    name: 'charon',
    local: ends[role],
    remote: ends[role === 'initiator' ? 'responder' : 'initiator'],
    exchange: 'aggressive',
    suites: [{ cipher: 'aes256', hash: 'sha1', group: 'modp1536' }],
    lifetime: { duration: seconds(28_800) },
    natt: { mode: 'auto', keepalive: seconds(20) },
    tunnels: [],
  };
}

/** The recorded third message, or ours, decrypted from the first IV of phase 1. */
function third(bytes: Uint8Array, { keys: { encryptionKey } }: Phase1Outcome): Payloads {
  const iv = phase1Iv(nativeProvider, 'sha1', 'aes256', publicOf(first), publicOf(second));
  const chain = new CipherChain({ provider: nativeProvider, cipher: 'aes256', key: encryptionKey, iv });
  const opened = openEncrypted('aggressive-3', readMessage(bytes), chain);
  if (opened.kind === 'refused') throw opened.error;
  return opened.payloads;
}

function outcomeOf(state: AggressiveModeInitiator | AggressiveModeResponder | undefined): Phase1Outcome {
  if (state?.name !== 'established') throw new Error(`ended as ${state?.name}`);
  return state.outcome;
}

describe('Aggressive Mode between two recorded charons (RFC 2409 §5.4)', () => {
  function initiator(): { readonly sa: RecordedSa; readonly states: AggressiveModeInitiator[] } {
    const sa = new RecordedSa('initiator', [], answer, charons);
    const states: AggressiveModeInitiator[] = [];
    const connection = policy('initiator');
    sa.sa.converse<AggressiveModeInitiator>(
      aggressiveModeInitiator,
      {
        name: 'awaiting-answer',
        connection,
        privateI: new Secret(new Uint8Array(32)),
        // charon offers no end, which we never do; what the HASHes cover is what it said.
        offer: phase1Offer(connection.suites, connection.lifetime),
        saBodyI: first.one('sa').body,
        idBodyI: first.one('identification').body,
        publicI: publicOf(first),
        nonceI: nonceOf(first),
      },
      EXCHANGE.AGGRESSIVE,
      0,
      (state) => states.push(state),
    );
    return { sa, states };
  }

  it('the responder is believed by its HASH_R, and HASH_I is that of the recorded third message', () => {
    const { sa, states } = initiator();
    sa.receive(2);
    expect(states.map(({ name }) => name)).toEqual(['computing-secret', 'finding-psk', 'established']);
    const outcome = outcomeOf(states.at(-1));
    expect(identityText(outcome.peerId)).toBe('@side2.example');
    const [sent = new Uint8Array()] = sa.sent();
    const [ours, recorded] = [sent.subarray(4), charons.message(3)].map((bytes) => third(bytes, outcome));
    expect(ours?.list.map(({ name }) => name)).toEqual(['hash', 'nat-d', 'nat-d']);
    expect(ours?.one('hash').value).toEqual(recorded?.one('hash').value);
    // The destination's; of its own address charon made a secret, because its ESP wanted UDP.
    expect(ours?.all('nat-d')[0]?.value).toEqual(recorded?.all('nat-d')[0]?.value);
  });

  it('the initiator is answered with the recorded HASH_R and believed, and its Quick Mode is read', () => {
    const sa = new RecordedSa('responder', [new Uint8Array(32).fill(7), nonceOf(second)], answer, charons);
    const states: AggressiveModeResponder[] = [];
    sa.sa.converse<AggressiveModeResponder>(
      aggressiveModeResponder,
      { name: 'awaiting-sa', candidates: [policy('responder')] },
      EXCHANGE.AGGRESSIVE,
      0,
      (state) => states.push(state),
    );
    sa.receive(1);
    const [sent = new Uint8Array()] = sa.sent();
    const { header, body } = readMessage(sent);
    const ours = decodePayloads('aggressive-2', viewPayloads(header.nextPayload, body).payloads);
    for (const name of ['sa', 'key-exchange', 'nonce', 'identification', 'hash'] as const)
      expect([name, toHex(ours.one(name).body)]).toEqual([name, toHex(second.one(name).body)]);
    sa.receive(3);
    expect(states.map(({ name }) => name)).toEqual(['computing-secret', 'finding-psk', 'awaiting-auth', 'established']);
    const outcome = outcomeOf(states.at(-1));
    expect(identityText(outcome.peerId)).toBe('@side1.example');
    expect(outcome.nat.encapsulate).toBe(true);

    const quick = readMessage(charons.message(4));
    const { encryptionKey: key, skeyids } = outcome.keys;
    const lastBlock = charons.message(3).slice(-16);
    const iv = phase2Iv(nativeProvider, 'sha1', 'aes256', lastBlock, quick.header.messageId);
    const chain = new CipherChain({ provider: nativeProvider, cipher: 'aes256', key, iv });
    expect(sa.sa.exchanges.get(0)?.chain?.iv).toEqual(lastBlock);
    const opened = openEncrypted('quick-mode-1', quick, chain);
    if (opened.kind === 'refused') throw opened.error;
    const { messageId } = quick.header;
    expect(opened.payloads.one('hash').value.data).toEqual(
      hash1(nativeProvider, 'sha1', skeyids.skeyidA, messageId, opened.afterFirst),
    );
    expect(quick.header.nextPayload).toBe(PAYLOAD.HASH);
  });
});
