import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { aggressiveModeInitiator } from '../../src/ike/exchange/aggressive-mode-initiator.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { readMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG, NOTIFY } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { NAT_A, behindNat, MAPPED } from './behind-nat.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf } from './policies.ts';
import type { Side } from './side.ts';

const AGGRESSIVE = { exchange: 'aggressive' } as const;
const isUp = (side: Side): boolean => side.connection().isUp('net');

/** `AGGRESSIVE: SA KE …`, with a star behind the exchange where it is encrypted. */
const said = (pair: PairOfEndpoints): string[] =>
  pair.sides.flatMap((side) =>
    side.named('message.sent').map(({ exchange, encrypted, payloads }) => {
      const who = side === pair.a ? 'a' : 'b';
      const names = payloads.filter((name) => name !== 'VENDOR-ID').join(' ');
      return `${who} ${exchange}${encrypted ? '*' : ''}: ${names}`;
    }),
  );

/** Runs something while the initiator sends its third message as `change` has it. */
function withThirdMessage(
  change: (third: { encrypted: boolean; payloads: readonly { type: number; body: Uint8Array }[] }) => object,
  work: () => void,
): void {
  const original = { ...aggressiveModeInitiator };
  Object.assign(aggressiveModeInitiator, {
    step: (...given: Parameters<(typeof aggressiveModeInitiator)['step']>) => {
      const transition = original.step(...given);
      if (transition.next.name !== 'established') return transition;
      const outputs = transition.outputs.map((output) =>
        output.type === 'send' ? { ...output, ...change(output) } : output,
      );
      return { ...transition, outputs };
    },
  });
  try {
    work();
  } finally {
    Object.assign(aggressiveModeInitiator, original);
  }
}

describe('Aggressive Mode with a pre-shared key (RFC 2409 §5.4)', () => {
  it('has three messages, the third encrypted, and INITIAL-CONTACT behind them (RFC 2407 §4.6.3)', () => {
    const pair = PairOfEndpoints.up(AGGRESSIVE);
    expect(said(pair)).toEqual([
      'a AGGRESSIVE: SA KE NONCE ID',
      'a AGGRESSIVE*: HASH NAT-D NAT-D',
      'a INFORMATIONAL*: HASH NOTIFICATION',
      'a QUICK-MODE*: HASH SA NONCE ID ID',
      'a QUICK-MODE*: HASH',
      'b AGGRESSIVE: SA KE NONCE ID HASH NAT-D NAT-D',
      'b INFORMATIONAL*: HASH NOTIFICATION',
      'b QUICK-MODE*: HASH SA NONCE ID ID',
    ]);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    for (const side of pair.sides) {
      expect(side.named('phase1.established')).toHaveLength(1);
      expect(side.named('peer.notify').map(({ notify }) => notify)).toEqual(['INITIAL-CONTACT']);
    }
  });

  it('says what it is in its first two messages: NAT traversal and DPD', () => {
    const { a, b } = PairOfEndpoints.up(AGGRESSIVE);
    const vendorIds = (side: Side): unknown => side.named('phase1.established').map((event) => event.vendorIds);
    expect(vendorIds(a)).toEqual([['NAT-T rfc3947', 'DPD']]);
    expect(vendorIds(b)).toEqual([['NAT-T rfc3947', 'NAT-T draft-03', 'NAT-T draft-02', 'NAT-T draft-02', 'DPD']]);
    const { established } = b.endpoint.snapshot(b.endpoint.now()).connections[0]?.phase1[0] ?? {};
    expect(established?.dpd).toBe(true);
  });

  it('takes a third message in clear, and goes on from the first IV of phase 1 (RFC 2409 App. B)', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE));
    withThirdMessage(
      () => ({ encrypted: false }),
      () => pair.initiate(),
    );
    expect(said(pair).slice(0, 2)).toEqual(['a AGGRESSIVE: SA KE NONCE ID', 'a AGGRESSIVE: HASH NAT-D NAT-D']);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('does not act on INITIAL-CONTACT in its own messages, to which nothing binds it (RFC 2407 §4.6.3)', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), policyOf('b', AGGRESSIVE));
    pair.initiate();
    const contact = payload('notification', {
      ...{ doi: 1, protocolId: 1, spi: new Uint8Array(0), data: new Uint8Array(0) },
      notifyType: NOTIFY.INITIAL_CONTACT,
    });
    withThirdMessage(
      ({ payloads }) => ({ payloads: [...payloads, contact] }),
      () => {
        pair.now = (pair.now + 1000) as typeof pair.now;
        pair.command({ type: 'renew', connection: 'link', phase: 1 });
      },
    );
    expect(pair.b.named('message.received').at(-1)?.payloads).toEqual(['HASH', 'NAT-D', 'NAT-D', 'NOTIFICATION']);
    expect(pair.b.named('phase1.established')).toHaveLength(2);
    expect([...pair.b.connection().pairs]).toHaveLength(1);
    expect(pair.b.connection().sas.size).toBe(2);
  });

  it('renews its SA by itself, from where that one speaks', () => {
    const pair = behindNat({ a: true }, AGGRESSIVE);
    pair.initiate();
    const before = pair.wire.length;
    pair.command({ type: 'renew', connection: 'link', phase: 1 });
    const renewal = pair.wire.slice(before).map(({ local, bytes }) => {
      const { exchangeType, flags } = readMessage(bytes.subarray(4)).header;
      return [local.port, exchangeType, flags];
    });
    expect(renewal).toEqual([
      [4500, EXCHANGE.AGGRESSIVE, 0],
      [4500, EXCHANGE.AGGRESSIVE, 0],
      [4500, EXCHANGE.AGGRESSIVE, FLAG.ENCRYPTION],
    ]);
    for (const side of pair.sides) expect(side.connection().sas.size).toBe(2);
  });
});

describe('Aggressive Mode across a NAT (RFC 3947)', () => {
  const ports = ({ local, remote }: Datagram): [number, number] => [local.port, remote.port];

  it('finds it with NAT-D in messages 2 and 3, and floats with the third (RFC 3947 §3.2, §4)', () => {
    const pair = behindNat({ a: true }, AGGRESSIVE);
    pair.initiate();
    const own = pair.wire.filter(({ local }) => local.address === A);
    expect(own.map(ports)).toEqual([[500, 500], ...Array.from({ length: 4 }, () => [4500, 4500])]);
    const detected = (side: Side): unknown[] =>
      side.named('nat.detected').map(({ localBehindNat, remoteBehindNat }) => [localBehindNat, remoteBehindNat]);
    expect(pair.sides.map(detected)).toEqual([[[true, false]], [[false, true]]]);
    expect(pair.b.isakmp().channel.remote).toEqual({ address: NAT_A, port: 4500 + MAPPED });
    for (const { installed } of pair.sides)
      expect(installed.map(({ encapsulation }) => encapsulation)).toEqual(['udp', 'udp']);
  });

  it.each([
    ['before the responder', { b: true }],
    ['before both', { a: true, b: true }],
  ])('%s', (_where, which) => {
    const pair = behindNat(which, AGGRESSIVE);
    pair.initiate();
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    for (const { installed } of pair.sides)
      expect(installed.map(({ encapsulation }) => encapsulation)).toEqual(['udp', 'udp']);
  });

  it('is pretended where that is asked for, and not looked for where NAT traversal is off', () => {
    const forced = PairOfEndpoints.up({ ...AGGRESSIVE, natt: 'force' });
    expect(forced.sides.map(isUp)).toEqual([true, true]);
    expect(forced.b.installed.map(({ encapsulation }) => encapsulation)).toEqual(['udp', 'udp']);
    const off = PairOfEndpoints.up({ ...AGGRESSIVE, natt: 'off' });
    expect(said(off).filter((line) => line.includes('NAT-D'))).toEqual([]);
    expect(off.sides.map(isUp)).toEqual([true, true]);
  });
});

describe('the connection of a first message', () => {
  const anybody = (id: string, name: string, nets: readonly [string, string]): ConnectionPolicy =>
    policyOf('b', {
      ...AGGRESSIVE,
      ...{ name, nets },
      but: (policy) => ({ ...policy, remote: { address: 'any', id: id === '%any' ? 'any' : parseIdentity(id) } }),
    });
  const connections = [
    anybody('%any', 'rest', ['10.8.0.0/24', '10.2.0.0/24']),
    anybody('@c.example', 'c', ['10.9.0.0/24', '10.2.0.0/24']),
    anybody('@a.example', 'mine', ['10.1.0.0/24', '10.2.0.0/24']),
  ];

  it('is the one that names its identity, which is looked for with its key', () => {
    const pair = new PairOfEndpoints(policyOf('a', AGGRESSIVE), connections);
    pair.initiate();
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['mine']);
    const jobs = pair.b.effects.flatMap((effect) => (effect.type === 'job' ? [effect.job] : []));
    expect(jobs.find(({ kind }) => kind === 'find-psk')).toEqual({
      ...{ kind: 'find-psk', connections: ['mine', 'rest'], local: '198.51.100.2', remote: '192.0.2.1' },
      identity: parseIdentity('@a.example'),
    });
    expect(isUp(pair.a)).toBe(true);
  });

  it('is one for anybody where none names it, with the key that is for that identity', () => {
    const key = (text: string, id: string) => ({
      ...{ psk: utf8Bytes(text), connections: ['rest'], identities: [parseIdentity(id)] },
    });
    const psks = (names: readonly string[]) =>
      names.includes('rest') ? [key('of another', '@d.example'), key('of mine', '@a.example')] : [];
    const own = policyOf('a', { ...AGGRESSIVE, nets: ['10.8.0.0/24', '10.2.0.0/24'] });
    const pair = new PairOfEndpoints(own, connections.slice(0, 2), { psks: ['of mine', psks] });
    pair.initiate();
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['rest']);
    expect(isUp(pair.a)).toBe(true);
  });

  it('has the group of its public value, where several are as near', () => {
    const suites = [{ cipher: 'aes128', hash: 'sha256', group: 'ecp384' }] as const;
    const named = policyOf('b', { ...AGGRESSIVE, name: 'ecp256', nets: ['10.7.0.0/24', '10.2.0.0/24'] });
    const pair = new PairOfEndpoints(policyOf('a', { ...AGGRESSIVE, suites }), [
      named,
      policyOf('b', { ...AGGRESSIVE, name: 'ecp384', suites }),
    ]);
    pair.initiate();
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['ecp384']);
  });
});
