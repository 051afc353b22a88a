import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { instant } from '../../src/base/instant.ts';
import {
  aggressiveModeResponder,
  type AggressiveModeResponder,
} from '../../src/ike/exchange/aggressive-mode-responder.ts';
import type { ConnectionPolicy, Phase1Exchange } from '../../src/ike/negotiate/policy.ts';
import { readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG, PAYLOAD, payloadName } from '../../src/ike/wire/numbers.ts';
import { copyOf, observe } from './exchange/observed.ts';
import { firstMessage } from './first-message.ts';
import { failures, PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';
import type { Side } from './side.ts';

const AGGRESSIVE = { exchange: 'aggressive' } as const;
const hints = (side: Side): unknown[] => side.named('hint').map(({ failure }) => failure.code);
const jobs = (side: Side): string[] =>
  side.effects.flatMap((effect) => (effect.type === 'job' ? [effect.job.kind] : []));
const nothingInstalled = (pair: PairOfEndpoints): void =>
  expect(pair.sides.map(({ installed }) => installed)).toEqual([[], []]);

/** Shows b a first message of somebody at the address of a. */
function offer(pair: PairOfEndpoints, bytes: Uint8Array): void {
  const ends = { local: { address: B, port: 500 }, remote: { address: requireIpAddress(A), port: 500 } };
  pair.b.apply(pair.b.endpoint.receive({ ...ends, bytes }, pair.now), pair.now);
}

describe('different pre-shared keys in Aggressive Mode', () => {
  const wrong = (): PairOfEndpoints => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE), {
      psks: ['one', 'another'],
    });
    pair.initiate();
    return pair;
  };

  it('are a hint to the initiator at the second message, and its failure after all retransmissions', () => {
    const pair = wrong();
    expect([hints(pair.a), pair.a.drops]).toEqual([['PSK_MISMATCH_LIKELY'], ['hash-mismatch']]);
    pair.runUntil(62_999);
    expect(failures(pair.a)).toEqual([]);
    expect(pair.a.named('message.resent')).toHaveLength(6);
    pair.runUntil(63_000);
    expect(failures(pair.a)).toEqual(['PSK_MISMATCH_LIKELY']);
    // The answer is the same each time, and not computed with again.
    expect(jobs(pair.a)).toEqual(['dh-public', 'dh-agree', 'find-psk']);
    nothingInstalled(pair);
  });

  it('leave the responder with an initiator that says no more, and no one is told anything', () => {
    const pair = wrong();
    pair.runUntil(63_000);
    expect(failures(pair.b)).toEqual(['PEER_SILENT']);
    expect(pair.b.named('message.sent').map(({ exchange }) => exchange)).toEqual(['AGGRESSIVE']);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
  });

  it('are a hint to the responder where the initiator sends its third message all the same', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE));
    pair.onWire = (datagram) => {
      if (!pair.fromA(datagram) || pair.wire.length !== 3) return pair.wire.length > 3 ? [] : [datagram];
      const bytes = datagram.bytes.slice();
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      return [{ ...datagram, bytes }];
    };
    pair.initiate();
    expect(hints(pair.b)).toEqual(['PSK_MISMATCH_LIKELY']);
    expect(failures(pair.b)).toEqual([]);
    pair.runUntil(62_999);
    expect(failures(pair.b)).toEqual([]);
    pair.runUntil(63_000);
    expect(failures(pair.b)).toEqual(['PSK_MISMATCH_LIKELY']);
  });
});

describe('an identity that no connection has', () => {
  const stranger = (policy: ConnectionPolicy): ConnectionPolicy => ({
    ...policy,
    local: { ...policy.local, id: parseIdentity('@x.example') },
  });
  const unknown = (): PairOfEndpoints => {
    const pair = new PairOfEndpoints(policyOf('a', { ...AGGRESSIVE, but: stranger }), policyOf('b', AGGRESSIVE));
    pair.initiate();
    return pair;
  };

  it('is answered as one with another key is, so that nobody can ask which identities there are', () => {
    const known = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE), { psks: ['one', 'two'] });
    known.initiate();
    const pair = unknown();
    const shape = ({ wire, b }: PairOfEndpoints) => ({
      messages: wire.map(({ bytes: { length } }) => length),
      payloads: b.named('message.sent').map(({ payloads }) => payloads),
      jobs: jobs(b),
    });
    expect(shape(pair)).toEqual(shape(known));
    expect(hints(pair.a)).toEqual(['PSK_MISMATCH_LIKELY']);
    pair.runUntil(63_000);
    known.runUntil(63_000);
    expect(shape(pair)).toEqual(shape(known));
    nothingInstalled(pair);
  });

  it('is what failed, to our own people', () => {
    const pair = unknown();
    pair.runUntil(63_000);
    expect(failures(pair.b)).toEqual(['AUTHENTICATION_FAILED']);
    expect(pair.b.connection().troubles.lastFailure?.failure.details).toEqual({
      what: 'identity',
      theirs: '@x.example',
      ours: '@a.example',
    });
  });

  it('is answered under a key of 32 octets of chance', () => {
    const steps = observe(() => void unknown());
    const step = steps.find(
      ({ machine, state }) => machine === 'aggressiveModeResponder' && state.name === 'finding-psk',
    );
    if (step === undefined) throw new Error('no key was looked for');
    const hashUnder = (octet: number): string => {
      const drawn: number[] = [];
      const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(octet, drawn.push(length) - 1);
      const { outputs } = aggressiveModeResponder.step(
        copyOf(step.state) as AggressiveModeResponder,
        copyOf(step.input),
        {
          ...step.context,
          random: { bytes },
        },
      );
      expect(drawn).toEqual([32]);
      const sent = outputs.flatMap((output) => (output.type === 'send' ? output.payloads : []));
      return toHex(sent.find(({ type }) => type === PAYLOAD.HASH)?.body ?? new Uint8Array());
    };
    expect(hashUnder(1)).toBe(hashUnder(1));
    expect(hashUnder(1)).not.toBe(hashUnder(2));
  });

  it('is the hint, and not the key, where the initiator says something that cannot be read, as charon does', () => {
    const pair = unknown();
    const second = pair.wire.find((datagram) => !pair.fromA(datagram));
    if (second === undefined) throw new Error('no second message');
    const bytes = second.bytes.slice(0, 28 + 48);
    bytes.set([PAYLOAD.HASH, 0x10, EXCHANGE.INFORMATIONAL, FLAG.ENCRYPTION, 1, 2, 3, 4, 0, 0, 0, bytes.length], 16);
    pair.deliver(pair.b, { local: second.local, remote: second.remote, bytes });
    expect(pair.b.drops).toEqual(['undecryptable']);
    expect(hints(pair.b)).toEqual(['AUTHENTICATION_FAILED']);
  });

  it('has no key: none is looked for, and that of the connection does not open it', () => {
    const pair = unknown();
    const [job] = pair.b.effects.flatMap((effect) =>
      effect.type === 'job' && effect.job.kind === 'find-psk' ? [effect.job] : [],
    );
    expect(job).toMatchObject({ connections: [], identity: parseIdentity('@x.example') });
    expect(pair.a.drops).toEqual(['hash-mismatch']);
  });

  it('and one for which there is no key fare the same', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE), {
      psks: ['one', () => []],
    });
    pair.initiate();
    expect(pair.b.named('message.sent')).toHaveLength(1);
    pair.runUntil(63_000);
    expect(failures(pair.b)).toEqual(['PSK_NOT_FOUND']);
    expect(pair.b.named('message.sent')).toHaveLength(1);
  });

  it('of the responder is refused by an initiator that expects another, under the keys that both have', () => {
    const other = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      remote: { ...policy.remote, id: parseIdentity('@y.example') },
    });
    const pair = new PairOfEndpoints(policyOf('a', { ...AGGRESSIVE, but: other }), policyOf('b', AGGRESSIVE));
    pair.initiate();
    expect(failures(pair.a)).toEqual(['AUTHENTICATION_FAILED']);
    expect(pair.a.connection().troubles.lastFailure?.failure.details).toEqual({
      what: 'identity',
      theirs: '@b.example',
      ours: '@y.example',
    });
    expect(pair.b.named('phase1.failed').map(({ failure }) => failure.details)).toMatchObject([
      { saidBy: 'peer', notify: 'AUTHENTICATION-FAILED', proved: 'yes' },
    ]);
    nothingInstalled(pair);
  });

  it('costs an initiator without a key its attempt at once', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE), { psks: [() => [], 'two'] });
    pair.initiate();
    expect(failures(pair.a)).toEqual(['PSK_NOT_FOUND']);
  });
});

describe('an exchange that the connection does not name', () => {
  it.each<[Phase1Exchange, Phase1Exchange]>([
    ['aggressive', 'main'],
    ['main', 'aggressive'],
  ])(
    '%s where it says %s is refused at the first message, with the reason, and nothing is computed',
    (theirs, ours) => {
      const pair = new PairOfEndpoints(policyOf('a', { exchange: theirs }), policyOf('b', { exchange: ours }));
      pair.initiate();
      expect(pair.b.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
        ['EXCHANGE_NOT_ALLOWED', { theirs, ours }],
      ]);
      expect(jobs(pair.b)).toEqual([]);
      expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('EXCHANGE_NOT_ALLOWED');
      // The peer hears it, as a hint.
      expect(hints(pair.a)).toEqual(['EXCHANGE_NOT_ALLOWED']);
      pair.runUntil(63_000);
      expect(failures(pair.a)).toEqual(['EXCHANGE_NOT_ALLOWED']);
    },
  );

  it('is taken where another connection of this peer names it', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), [
      policyOf('b', { name: 'in main mode', nets: ['10.5.0.0/24', '10.2.0.0/24'] }),
      policyOf('b', AGGRESSIVE),
    ]);
    pair.initiate();
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['link']);
  });

  it('is refused in a place like any other first message', () => {
    const { b } = new PairOfEndpoints(policyOf('a'), policyOf('b'), { limits: { halfOpen: 4 } });
    const ends = { local: { address: B, port: 500 }, remote: { address: requireIpAddress(A), port: 500 } };
    for (let i = 0; i < 3; i++)
      b.apply(
        b.endpoint.receive({ ...ends, bytes: firstMessage(i, { aggressive: '@a.example' }) }, instant(0)),
        instant(0),
      );
    expect(failures(b)).toEqual(['EXCHANGE_NOT_ALLOWED']);
    expect(b.drops).toEqual(['half-open-limit', 'half-open-limit']);
  });
});

describe('a group in Aggressive Mode', () => {
  const p256 = { cipher: 'aes128', hash: 'sha256', group: 'ecp256' } as const;
  const p384 = { ...p256, group: 'ecp384' } as const;

  it('is refused with what was offered where no connection has it', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE));
    offer(pair, firstMessage(1, { aggressive: '@a.example', suites: [p384] }));
    expect(failures(pair.b)).toEqual(['NO_PROPOSAL_CHOSEN']);
    expect(pair.b.named('phase1.failed')[0]?.failure.text).toContain('group ecp384, we allow ecp256');
    expect(jobs(pair.b)).toEqual([]);
  });

  it('is that of the public value, not of the first transform of a peer that mixes them', () => {
    const both = policyOf('b', { ...AGGRESSIVE, suites: [p256, p384] });
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), both);
    offer(pair, firstMessage(1, { aggressive: '@a.example', suites: [p384, p256] }));
    const [answer] = pair.b.outgoing;
    if (answer === undefined) throw new Error('no answer');
    const { header, body } = readMessage(answer.bytes);
    const { payloads } = viewPayloads(header.nextPayload, body);
    const keyExchange = payloads.find(({ type }) => payloadName(type) === 'KE');
    expect(keyExchange?.body.length).toBe(96);
  });

  it('has to be the same in all that we offer', () => {
    const pair = new PairOfEndpoints(policyOf('a', { ...AGGRESSIVE, suites: [p256, p384] }), policyOf('b', AGGRESSIVE));
    pair.initiate();
    expect(pair.wire).toEqual([]);
    expect(pair.a.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['INVALID_ARGUMENT', { what: 'groups in Aggressive Mode', have: 2 }],
    ]);
  });

  it.each([
    ['of another length', new Uint8Array(63).fill(4)],
    ['that is no point', new Uint8Array(64).fill(4)],
  ])('is no place for a public value %s: the attempt ends', (_what, publicValue) => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE));
    offer(pair, firstMessage(1, { aggressive: '@a.example', publicValue }));
    expect(failures(pair.b)).toEqual(['INVALID_KEY_INFORMATION']);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
  });
});
