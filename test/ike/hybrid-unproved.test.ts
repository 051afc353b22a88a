import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { statusAttributes } from '../../src/ike/auth/xauth.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { espDelete, isakmpDelete, notification } from '../../src/ike/exchange/informational.ts';
import { initialContactNotification } from '../../src/ike/exchange/initial-contact.ts';
import { type TransactionInitiator, transactionInitiator } from '../../src/ike/exchange/transaction-initiator.ts';
import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import { lifetimeAttributes, PHASE1_LIFE } from '../../src/ike/negotiate/lifetime.ts';
import { settingsQuestion } from '../../src/ike/negotiate/network-settings.ts';
import type { ConnectionPolicy, Phase1Exchange } from '../../src/ike/negotiate/policy.ts';
import { isProved } from '../../src/ike/peer.ts';
import { type DataAttribute, writeAttributes } from '../../src/ike/wire/attributes.ts';
import { CONFIGURATION_TYPE, EXCHANGE, NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { seconds } from '../../src/base/instant.ts';
import { asGateway, asUser, hybridPair } from './hybrid-pair.ts';
import type { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A } from './policies.ts';
import { withModeConfig } from './users.ts';

const ELSEWHERE = requireIpAddress('203.0.113.3');
const exchangeOf = ({ bytes, local }: Datagram): number | undefined => bytes[local.port === 4500 ? 22 : 18];

/** An ISAKMP SA of one side under which the user has not been shown. */
function unproved(side: PairOfEndpoints['a']): IsakmpSa {
  const found = [...side.connection().sas].find(({ isOpen }) => !isOpen);
  if (found?.established === undefined) throw new Error('no ISAKMP SA without a user');
  return found;
}

type Change = (policy: ConnectionPolicy) => ConnectionPolicy;
const same: Change = (policy) => policy;

interface Scene {
  readonly exchange?: Phase1Exchange;
  readonly user?: string;
  readonly a?: Change;
  readonly b?: Change;
  /** Whether the second phase 1 comes from another address. */
  readonly elsewhere?: boolean;
  /** Whether it says INITIAL-CONTACT. */
  readonly forgetful?: boolean;
}

/**
 * A user's tunnel stands. Then somebody comes with the same identity to the end of phase 1, with an engine that is ours: its keys are
 * good and it knows all that the user's peer knows of the SAs, but for the password, of which it says nothing.
 */
function intruded({ exchange = 'main', user = 'alice', a = same, b = same, elsewhere, forgetful }: Scene = {}) {
  const mine: ConnectionPolicy = { ...asUser(exchange), user: { side: 'local', name: user, alone: true } };
  const pair = hybridPair(a(mine), b(asGateway('any', exchange)));
  pair.a.users = { [user]: 'wonderland' };
  pair.b.users = { [user]: 'wonderland' };
  pair.initiate();
  pair.runUntil(20_000);
  expect(pair.b.connection().pairs.size).toBe(1);
  let speaks = false;
  pair.onWire = (datagram) => {
    if (pair.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION && !speaks) return [];
    if (elsewhere !== true) return [datagram];
    const { local, remote } = datagram;
    if (local.address === A) return [{ ...datagram, local: { ...local, address: ELSEWHERE } }];
    return [remote.address === ELSEWHERE ? { ...datagram, remote: { ...remote, address: A } } : datagram];
  };
  if (forgetful === true) Object.assign(pair.a.endpoint, { holds: () => false });
  pair.command({ type: 'renew', connection: 'link', phase: 1 });
  const [theirs, ours] = [unproved(pair.a), unproved(pair.b)];
  const standing = pair.b.isakmp();
  const before = held(pair);
  return {
    pair,
    ours,
    standing,
    say: (content: Parameters<IsakmpSa['inform']>[0]) => pair.within(pair.a, () => theirs.inform(content)),
    /** Asks or sets something, as a Transaction of its own: the attributes of the answer. */
    transact: (cfgType: number, attributes: readonly DataAttribute[]): readonly DataAttribute[] | undefined => {
      speaks = true;
      const { established: phase1 } = theirs;
      if (phase1 === undefined) throw new Error('no keys');
      const messageId = theirs.messageIds.fresh('transaction');
      let end: TransactionInitiator | undefined;
      pair.within(pair.a, () => {
        const question = { cfgType, identifier: 7, attributes };
        const state = { name: 'ready', phase1, messageId, question, about: 'anything' } as const;
        const moved = (next: TransactionInitiator): void => void (end = next);
        const exchange = theirs.converse(transactionInitiator, state, EXCHANGE.TRANSACTION, messageId, moved);
        exchange.input({ type: 'begin' }, pair.now);
      });
      return end?.name === 'answered' && end.answer.about === 'anything' ? end.answer.attributes : undefined;
    },
    nothingChanged: () => expect(held(pair)).toEqual(before),
  };
}

/** What b holds for the user. */
const held = ({ b, now }: PairOfEndpoints) => {
  const { pairs, leases, attempts } = b.connection();
  const sas = [...b.connection().sas].filter(({ isOpen }) => isOpen);
  return {
    pairs: [...pairs.values()].map(({ pair, expires, renewAt, remote }) => ({ pair, expires, renewAt, remote })),
    sas: sas.map(({ channel, established }) => [channel.remote, established?.expires, established?.renewAt]),
    removed: b.removed,
    ended: b.named('phase2.ended'),
    leases: leases.size,
    wanted: attempts.wanted,
    lastEnd: b.endpoint.snapshot(now).connections[0]?.lastEnd,
  };
};

describe.each(['main', 'aggressive'] as const)('a peer that only claims an identity, %s', (exchange) => {
  // A user who is called as the one who is not known is no way round.
  it.each(['alice', 'unknown'])('deletes nothing of %s, whose identity it claims', (user) => {
    const { pair, ours, standing, say, nothingChanged } = intruded({ exchange, user });
    for (const { outboundSpi, inboundSpi } of pair.b.connection().pairs.values()) {
      say(espDelete(outboundSpi));
      say(espDelete(inboundSpi));
    }
    say(isakmpDelete(standing.channel.cookies));
    nothingChanged();
    expect(pair.b.connection().sas.has(ours)).toBe(true);
  });

  it.each(['alice', 'unknown'])('shortens and replaces no SA of %s', (user) => {
    const { pair, standing, say, nothingChanged } = intruded({ exchange, user });
    const attributes = writeAttributes(lifetimeAttributes({ duration: seconds(60) }, PHASE1_LIFE));
    const { initiator, responder } = standing.channel.cookies;
    say(notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ISAKMP, concat(initiator, responder), attributes));
    for (const { outboundSpi } of pair.b.connection().pairs.values()) {
      say(notification(NOTIFY.RESPONDER_LIFETIME, PROTOCOL.ESP, u32Bytes(outboundSpi), attributes));
      say(notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, u32Bytes(outboundSpi)));
    }
    nothingChanged();
  });

  it('is not believed that it has nothing else (INITIAL-CONTACT), in phase 1 or behind it', () => {
    const begun = intruded({ exchange });
    begun.say(initialContactNotification(begun.ours.channel.cookies));
    begun.nothingChanged();
    const inPhase1 = intruded({ exchange, forgetful: true });
    inPhase1.nothingChanged();
  });

  it.each(['replace', 'keep'] as const)('takes nobody’s place, unique: %s', (unique) => {
    const b: Change = (policy) => ({ ...policy, unique, remote: { ...policy.remote, address: 'any' } });
    const { ours, nothingChanged } = intruded({ exchange, b, elsewhere: true });
    expect(ours.channel.remote.address).toBe(ELSEWHERE);
    nothingChanged();
  });

  it('gets no address, whatever it asks and says', () => {
    const { pair, ours, transact, nothingChanged } = intruded({
      exchange,
      a: withModeConfig('a', 'pull'),
      b: withModeConfig('b', 'pull'),
    });
    const answer = transact(CONFIGURATION_TYPE.REQUEST, settingsQuestion(pair.b.connection().policy.tunnels));
    expect(answer?.filter(({ value }) => value instanceof Uint8Array && value.length > 0) ?? []).toEqual([]);
    expect(ours.established?.assigned).toBeUndefined();
    nothingChanged();
    expect(pair.b.named('settings.assigned')).toHaveLength(1);
  });

  it('is not a user because it says so itself', () => {
    const { pair, ours, transact, nothingChanged } = intruded({ exchange });
    transact(CONFIGURATION_TYPE.SET, statusAttributes(true));
    expect([isProved(ours), ours.isOpen, ours.established?.user]).toEqual([false, false, undefined]);
    expect(pair.b.named('user.authenticated')).toHaveLength(1);
    nothingChanged();
  });

  it('ends and wakes no wish of ours to be up by a Delete of its own SA, whose place is free again', () => {
    for (const onPeerDelete of ['hold', 'restart'] as const)
      for (const wanted of [true, false]) {
        const pair = hybridPair(asUser(exchange), { ...asGateway('any', exchange), onPeerDelete });
        pair.onWire = (datagram) =>
          pair.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION ? [] : [datagram];
        pair.initiate();
        const { attempts } = pair.b.connection();
        if (wanted) attempts.want();
        expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(1);
        const theirs = unproved(pair.a);
        pair.within(pair.a, () => theirs.inform(isakmpDelete(theirs.channel.cookies)));
        expect([pair.b.connection().sas.size, attempts.wanted, attempts.next]).toEqual([0, wanted, undefined]);
        expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
        expect(pair.b.endpoint.snapshot(pair.now).connections[0]?.lastEnd).toBeUndefined();
      }
  });

  it('is no acquaintance, and holds a half-open place for each time until that time is over', () => {
    const { pair } = intruded({ exchange });
    pair.command({ type: 'renew', connection: 'link', phase: 1 });
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(1);
    pair.onWire = () => [];
    pair.runUntil(100_000);
    expect(pair.b.endpoint.snapshot(pair.now).halfOpen).toBe(0);
    expect(pair.b.connection().sas.size).toBe(1);
    expect(held(pair).pairs).toHaveLength(1);
  });

  it('takes the room of no peer of a connection that may have few', () => {
    const pair = hybridPair(asUser(exchange), { ...asGateway('any', exchange), maxPeers: 1 });
    pair.onWire = (datagram) =>
      pair.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION ? [] : [datagram];
    pair.initiate();
    const { local, remote } = unproved(pair.a).channel;
    const [from, to] = [
      { ...local, port: 500 },
      { ...remote, port: 500 },
    ];
    for (let more = 0; more < 3; more++)
      pair.within(pair.a, () => pair.a.connection().startPhase1({ local: from, remote: to }, pair.now));
    expect(pair.b.named('phase1.ended')).toEqual([]);
    expect([pair.b.connection().sas.size, pair.b.endpoint.snapshot(pair.now).halfOpen]).toEqual([4, 4]);
  });
});
