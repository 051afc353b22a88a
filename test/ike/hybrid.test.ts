import { describe, expect, it } from 'vitest';
import { IkeError } from '../../src/base/errors.ts';
import { toHex } from '../../src/base/bytes.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { certified, withId } from './certificates.ts';
import { asGateway, asUser, hybridPair } from './hybrid-pair.ts';
import type { PairOfEndpoints } from './pair-of-endpoints.ts';

const exchangeOf = ({ bytes, local }: Datagram): number | undefined => bytes[local.port === 4500 ? 22 : 18];
const halfOpen = (pair: PairOfEndpoints): number => pair.b.endpoint.snapshot(pair.now).halfOpen;
/** Nothing of XAUTH reaches b. */
const mute = (pair: PairOfEndpoints): void => {
  pair.onWire = (datagram) => (pair.fromA(datagram) && exchangeOf(datagram) === EXCHANGE.TRANSACTION ? [] : [datagram]);
};

describe('Hybrid Authentication (draft-ietf-ipsec-isakmp-hybrid-auth-05)', () => {
  it('proves the gateway by its certificate and the peer as a user, and only then comes phase 2', () => {
    const pair = hybridPair();
    pair.initiate();
    pair.runUntil(250);
    expect(toHex(pair.wire[0]?.bytes ?? new Uint8Array())).toContain('8003fadd');
    expect(pair.a.named('user.accepted').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.b.named('user.authenticated').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.sides.map((side) => side.installed.length)).toEqual([2, 2]);
    expect(halfOpen(pair)).toBe(0);
  });

  it.each([
    ['main', 'a', '8003fadd'],
    ['main', 'b', '8003fade'],
    ['aggressive', 'a', '8003fadd'],
    ['aggressive', 'b', '8003fade'],
  ] as const)('is spoken in %s mode, where %s begins', (exchange, beginner, method) => {
    const pair = hybridPair(asUser(exchange), asGateway('any', exchange));
    pair.initiate(pair[beginner]);
    pair.runUntil(3000);
    expect(toHex(pair.wire[0]?.bytes ?? new Uint8Array())).toContain(method);
    expect(pair.b.named('user.authenticated').map(({ user }) => user)).toEqual(['alice']);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(halfOpen(pair)).toBe(0);
  });

  it.each([
    ['main', 'a'],
    ['main', 'b'],
    ['aggressive', 'a'],
    ['aggressive', 'b'],
  ] as const)('proves nothing in %s mode, where %s begins, before the user is known', (exchange, beginner) => {
    const pair = hybridPair(asUser(exchange), asGateway('any', exchange));
    mute(pair);
    pair.initiate(pair[beginner]);
    const [sa] = pair.b.connection().sas;
    expect(sa?.established).toBeDefined();
    expect(sa?.established?.proof).toBeUndefined();
    expect([sa?.isOpen, pair.b.installed]).toEqual([false, []]);
    expect(halfOpen(pair)).toBe(beginner === 'a' ? 1 : 0);
  });

  it('gives the place of a peer that has shown no user to another when there are none left', () => {
    const pair = hybridPair();
    mute(pair);
    pair.initiate();
    const [sa] = pair.b.connection().sas;
    if (sa === undefined) throw new Error('no ISAKMP SA');
    pair.within(pair.b, () => sa.abandon(new IkeError('LIMIT_REACHED', { what: 'half-open exchanges' }), pair.now));
    expect(halfOpen(pair)).toBe(0);
    expect(pair.b.connection().sas.size).toBe(0);
  });

  it('leaves a peer that has shown no user in its half-open place, without proof, and refuses it phase 2', () => {
    const pair = hybridPair();
    mute(pair);
    pair.initiate();
    const [sa] = pair.b.connection().sas;
    expect(sa?.established).toBeDefined();
    expect(sa?.established?.proof).toBeUndefined();
    expect(halfOpen(pair)).toBe(1);
    const [early] = pair.a.connection().sas;
    if (early === undefined) throw new Error('no ISAKMP SA');
    pair.within(pair.a, () => pair.a.connection().ipsec.start(early, pair.now));
    expect(pair.b.drops).toContain('unexpected');
    expect(pair.b.installed).toEqual([]);
  });

  it('ends it when the time of its place is over, and gives the place back', () => {
    const pair = hybridPair();
    mute(pair);
    pair.initiate();
    pair.onWire = (datagram) => (pair.fromA(datagram) ? [] : [datagram]);
    pair.runUntil(200_000);
    expect(halfOpen(pair)).toBe(0);
    expect(pair.b.connection().sas.size).toBe(0);
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('PEER_SILENT');
  });

  it('refuses a wrong password, and gives the place back', () => {
    const pair = hybridPair();
    pair.a.users = { alice: 'looking glass' };
    pair.initiate();
    expect(pair.sides.map((side) => side.connection().troubles.lastFailure?.failure.code)).toEqual([
      'USER_REFUSED',
      'USER_REFUSED',
    ]);
    expect(pair.b.connection().sas.size).toBe(0);
    expect(halfOpen(pair)).toBe(0);
  });

  it('does not take a gateway whose certificate is not for it', () => {
    const pair = hybridPair(asUser(), withId(asGateway(), '@a.example'));
    pair.initiate();
    pair.runUntil(1000);
    expect(pair.a.named('user.accepted')).toEqual([]);
    expect(pair.a.installed).toEqual([]);
  });

  it('is not taken by a gateway that wants certificates of both, nor asked of it', () => {
    const plain: ConnectionPolicy = { ...certified('b', ['rsa']), user: { side: 'remote', names: 'any' } };
    const pair = hybridPair(asUser(), plain);
    pair.initiate();
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('NO_PROPOSAL_CHOSEN');
    expect(pair.b.connection().sas.size).toBe(0);
  });

  it('refuses an identity that no connection is for, under the keys', () => {
    const pair = hybridPair(withId(asUser(), '@c.example'));
    pair.initiate();
    expect(pair.b.connection().troubles.lastFailure?.failure.code).toBe('AUTHENTICATION_FAILED');
    expect(pair.b.named('user.authenticated')).toEqual([]);
  });

  /** The encryption of the last transform that is offered: nobody chooses that one, but the HASH covers the whole offer. */
  const rewriteOffer = (pair: PairOfEndpoints): void => {
    pair.onWire = (datagram) => {
      const at = toHex(datagram.bytes).lastIndexOf('80010007') / 2;
      const bytes = datagram.bytes.slice();
      if (datagram === pair.wire[0]) bytes[at + 3] = 0xff;
      return [{ ...datagram, bytes }];
    };
  };
  it.each([
    ['main', 'a'],
    ['aggressive', 'b'],
  ] as const)(
    'says of a HASH that is wrong that messages differ, and nothing of pre-shared keys: %s, begun by %s',
    (exchange, beginner) => {
      const suites = [
        { cipher: 'aes128', hash: 'sha256', group: 'ecp256' },
        { cipher: 'aes256', hash: 'sha256', group: 'ecp256' },
      ] as const;
      const pair = hybridPair({ ...asUser(exchange), suites }, { ...asGateway('any', exchange), suites });
      rewriteOffer(pair);
      pair.initiate(pair[beginner]);
      expect(pair.sides.map(({ drops }) => drops)).toEqual([[], ['hash-mismatch']]);
      const hints = pair.sides.map((side) => side.named('hint').map(({ failure }) => failure.code));
      expect(hints).toEqual([[], ['PHASE1_HASH_MISMATCH']]);
      expect(pair.sides.map(({ installed }) => installed)).toEqual([[], []]);
    },
  );
});
