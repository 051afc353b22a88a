import { describe, expect, it } from 'vitest';
import { notification } from '../../src/ike/exchange/informational.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { NOTIFY, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';

const isUp = (pair: PairOfEndpoints): boolean[] => pair.sides.map((side) => side.connection().isUp('net'));
const terminate = (pair: PairOfEndpoints): void => pair.command({ type: 'terminate', connection: 'link' }, pair.b);

describe('a connection that was taken down', () => {
  it('does not let its peer in, and says why, until it is allowed again', () => {
    const pair = PairOfEndpoints.up();
    terminate(pair);
    pair.runUntil(60_000);
    expect(isUp(pair)).toEqual([false, false]);
    const dropped = pair.b.named('datagram.dropped');
    expect(dropped.length).toBeGreaterThan(3);
    expect(new Set(dropped.map(({ reason, failure }) => `${reason} ${failure?.code}`))).toEqual(
      new Set(['no-connection TAKEN_DOWN']),
    );
    expect(pair.b.endpoint.snapshot(pair.now)).toMatchObject({
      halfOpen: 0,
      connections: [{ state: 'down', takenDown: true, wanted: false }],
    });
    pair.command({ type: 'allow', connection: 'link' }, pair.b);
    pair.runUntil(90_000);
    expect(isUp(pair)).toEqual([true, true]);
    expect(pair.b.endpoint.snapshot(pair.now).connections).toMatchObject([{ takenDown: false, wanted: false }]);
  });

  it('says nothing more under its ISAKMP SA, whose keys are wiped', () => {
    const pair = PairOfEndpoints.up();
    const sa = pair.b.isakmp();
    terminate(pair);
    sa.inform(notification(NOTIFY.INVALID_COOKIE, PROTOCOL.ISAKMP, new Uint8Array()));
    expect([sa.keys, sa.chainFor(1), pair.b.endpoint.outbox.take()]).toEqual([undefined, undefined, []]);
  });

  it('is brought up from here by nothing but a command: not by traffic', () => {
    const pair = PairOfEndpoints.up();
    terminate(pair);
    const before = pair.wire.length;
    pair.esp({ type: 'acquire', connection: 'link', tunnel: 'net' }, pair.b);
    expect(pair.wire).toHaveLength(before);
    pair.initiate(pair.b);
    expect(isUp(pair)).toEqual([true, true]);
  });

  it('ends what a peer had begun before, when that comes to its end', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (pair.wire.length > 3 ? [] : [datagram]);
    pair.initiate();
    terminate(pair);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(2000);
    expect(pair.b.named('phase1.ended').map(({ reason }) => reason)).toEqual(['command']);
    expect(pair.a.named('phase1.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect([isUp(pair), pair.b.endpoint.sas.size]).toEqual([[false, false], 0]);
  });

  it('leaves other connections for the same address alone', () => {
    const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      remote: { address: 'any', id: 'any' },
    });
    const pair = new PairOfEndpoints(policyOf('a'), [policyOf('b'), policyOf('b', { name: 'rest', but: anybody })]);
    terminate(pair);
    pair.initiate();
    expect(pair.b.connection('rest').isUp('net')).toBe(true);
    // Nobody there has an address of its own any more.
    expect(pair.b.named('phase1.established').map(({ sa }) => sa.connection)).toEqual(['rest']);
  });
});
