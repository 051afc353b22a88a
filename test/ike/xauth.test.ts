import { describe, expect, it } from 'vitest';
import { toHex, utf8Bytes } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import type { PairOfEndpoints } from './pair-of-endpoints.ts';
import { pairWith, withUsers } from './users.ts';

const exchangeOf = ({ bytes, local }: Datagram): number | undefined => bytes[local.port === 4500 ? 22 : 18];

/** The datagrams of an exchange that went over the link, by who sent them. */
const sent = (pair: PairOfEndpoints, exchange: number): string =>
  pair.wire
    .filter((datagram) => exchangeOf(datagram) === exchange)
    .map((datagram) => (pair.fromA(datagram) ? 'a' : 'b'))
    .join('');

describe('XAUTH after Main Mode with a pre-shared key (draft-beaulieu-ike-xauth-02)', () => {
  it('asks, is answered, says OK and is acknowledged, and only then comes phase 2', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.initiate();
    expect(sent(pair, EXCHANGE.QUICK_MODE)).toBe('');
    pair.runUntil(249);
    expect(sent(pair, EXCHANGE.QUICK_MODE)).toBe('');
    pair.runUntil(250);
    expect(sent(pair, EXCHANGE.TRANSACTION)).toBe('baba');
    expect(pair.b.named('user.authenticated').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.a.named('user.accepted').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    const order = pair.wire.map(exchangeOf);
    expect(order.indexOf(EXCHANGE.QUICK_MODE)).toBeGreaterThan(order.lastIndexOf(EXCHANGE.TRANSACTION));
  });

  it.each([
    ['a', 65001],
    ['b', 65002],
  ] as const)('agrees on the method that says whom it asks, where %s begins', (beginner, method) => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    const side = pair[beginner];
    pair.initiate(side);
    const offer = pair.wire[0]?.bytes ?? new Uint8Array();
    expect(toHex(offer)).toContain(`8003${method.toString(16)}`);
    expect(pair.b.named('user.authenticated')).toHaveLength(1);
    expect(pair.sides.map(({ drops }) => drops.filter((reason) => reason !== 'unexpected'))).toEqual([[], []]);
    pair.runUntil(3000);
    expect(pair.sides.map((each) => each.connection().isUp('net'))).toEqual([true, true]);
  });

  it('uses a message id for each of the two transactions, and one identifier for both', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.initiate();
    const ids = pair.a.events.flatMap((event) =>
      event.name === 'message.received' && event.exchange === 'TRANSACTION' ? [event.messageId] : [],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['a wrong password', { alice: 'looking glass' }, 'any'],
    ['a user that there is not', { alice: 'wonderland' }, ['bob']],
  ] as const)('refuses %s: both sides say why, and nothing of the SA is left', (_, users, names) => {
    const pair = pairWith([withUsers('a')], [withUsers('b', names)]);
    pair.a.users = users;
    pair.initiate();
    expect(pair.b.named('user.refused').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.b.named('user.authenticated')).toEqual([]);
    const failures = pair.sides.map((side) => side.connection().troubles.lastFailure?.failure.code);
    expect(failures).toEqual(['USER_REFUSED', 'USER_REFUSED']);
    expect(pair.sides.map((side) => side.connection().sas.size)).toEqual([0, 0]);
    expect(sent(pair, EXCHANGE.QUICK_MODE)).toBe('');
    expect(pair.a.named('attempt.scheduled')).toHaveLength(1);
  });

  it('says nothing of what the check has said to a user who may not come here, right password or not', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b', ['bob'])]);
    pair.a.users = { alice: 'wonderland' };
    pair.initiate();
    expect(pair.a.connection().troubles.lastFailure?.failure.details).toEqual({ user: 'alice', saidBy: 'peer' });
  });

  it('refuses phase 2 before the user is known, even from a peer that does not wait', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    // b never gets the answer to its question.
    pair.onWire = (datagram) =>
      pair.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION ? [] : [datagram];
    pair.initiate();
    const [early] = pair.a.connection().sas;
    if (early === undefined) throw new Error('no ISAKMP SA');
    pair.within(pair.a, () => pair.a.connection().ipsec.start(early, pair.now));
    expect(pair.b.drops).toContain('unexpected');
    expect(pair.b.named('phase2.started')).toEqual([]);
    expect(pair.b.installed).toEqual([]);
  });

  it('ends the SA of a peer that does not answer, when it has been asked seven times', () => {
    const silent = pairWith([withUsers('a')], [withUsers('b')]);
    silent.onWire = (datagram) =>
      silent.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION ? [] : [datagram];
    silent.initiate();
    silent.onWire = (datagram) => (silent.fromA(datagram) ? [] : [datagram]);
    silent.runUntil(100_000);
    expect(silent.b.connection().sas.size).toBe(0);
    expect(silent.b.connection().troubles.lastFailure?.failure.code).toBe('PEER_SILENT');
    expect(silent.b.events.filter(({ name }) => name === 'message.resent')).toHaveLength(6);
  });

  it('gives up a peer that agreed on XAUTH and never asks', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.onWire = (datagram) =>
      !pair.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION ? [] : [datagram];
    pair.initiate();
    pair.onWire = (datagram) => (pair.fromA(datagram) ? [datagram] : []);
    pair.runUntil(61_000);
    expect(pair.a.connection().troubles.lastFailure?.failure.code).toBe('USER_NOT_ASKED');
  });

  it('does not answer who asks for a user where none is configured: XAUTH is not spoken there', () => {
    const pair = pairWith([], [withUsers('b')]);
    pair.initiate();
    // The methods differ, so they do not even get to it.
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('NO_PROPOSAL_CHOSEN');
  });

  it('says no where the look-up fails, and does not say why to the peer', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.b.answer = (job) =>
      job.kind === 'verify-user' ? { kind: 'failed', code: 'JOB_FAILED', reason: 'directory is down' } : undefined;
    pair.initiate();
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([false, false]);
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('JOB_FAILED');
    expect(pair.b.connection().sas.size).toBe(0);
  });

  it('hands on what the look-up has to say to the user', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.b.answer = (job) =>
      job.kind === 'verify-user' ? { kind: job.kind, accepted: true, message: 'password expires soon' } : undefined;
    pair.initiate();
    expect(pair.a.named('user.accepted')).toMatchObject([{ message: 'password expires soon' }]);
  });

  it('tells the password to nobody: not in an event, an error or a snapshot', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.initiate();
    const told = pair.sides.map((side) =>
      JSON.stringify([side.events, side.endpoint.snapshot(pair.now)], (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ),
    );
    for (const text of told) expect(text).not.toContain('wonderland');
    const clear = pair.wire.map(({ bytes }) => toHex(bytes).includes(toHex(utf8Bytes('wonderland'))));
    expect(clear).not.toContain(true);
  });

  it('asks again when phase 1 is renewed', () => {
    const pair = pairWith([withUsers('a')], [withUsers('b')]);
    pair.initiate();
    pair.runUntil(1000);
    pair.command({ type: 'renew', connection: 'link', phase: 1 });
    pair.runUntil(2000);
    expect(pair.b.named('user.authenticated')).toHaveLength(2);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  });
});
