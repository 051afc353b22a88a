import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { wipeDropped } from '../../../src/ike/exchange/run.ts';
import { readMessage } from '../../../src/ike/wire/message.ts';
import { EXCHANGE } from '../../../src/ike/wire/numbers.ts';
import type { ConnectionPolicy } from '../../../src/ike/negotiate/policy.ts';
import type { IsakmpSa } from '../../../src/ike/isakmp-sa.ts';
import { PairOfEndpoints } from '../pair-of-endpoints.ts';
import { policyOf } from '../policies.ts';
import type { Side } from '../side.ts';

const secret = (): Secret => new Secret(Uint8Array.of(1, 2, 3));
const octets = (of: Secret): number[] => [...of.reveal()];

describe('secrets of a state', () => {
  it('are overwritten when the next state has them no more', () => {
    const [kept, dropped, nested] = [secret(), secret(), secret()];
    wipeDropped({ name: 'one', kept, dropped, list: [{ nested }] }, { name: 'two', renamed: kept });
    expect([kept, dropped, nested].map(octets)).toEqual([
      [1, 2, 3],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('stay where they are borrowed, at any depth', () => {
    const [own, lent] = [secret(), secret()];
    wipeDropped({ own, outbound: { phase1: { keys: { lent } } } }, { name: 'established' }, new Set(['phase1']));
    expect([own, lent].map(octets)).toEqual([
      [0, 0, 0],
      [1, 2, 3],
    ]);
  });
});

/** Copies of every key of the ISAKMP SA that a side holds. */
function keysOf(side: Side): number[][] {
  const keys = heldBy(side)?.established?.keys;
  if (keys === undefined) return [];
  return [...Object.values(keys.skeyids), keys.encryptionKey].map((key) => [...key.reveal()]);
}
const heldBy = (side: Side): IsakmpSa | undefined => side.endpoint.connections.get('link')?.isakmp;

/** Expects somebody else at the other end. */
const expectingItself = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  remote: { ...policy.remote, id: policy.local.id },
});

describe('the keys of an ISAKMP SA', () => {
  it('are the same after Quick Mode as before it, on both sides', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'));
    const before: number[][][] = [];
    pair.onWire = (datagram) => {
      const { exchangeType } = readMessage(datagram.bytes).header;
      if (exchangeType === EXCHANGE.QUICK_MODE && before.length === 0) before.push(keysOf(pair.a), keysOf(pair.b));
      return [datagram];
    };
    pair.initiate();
    expect(before[0]).toHaveLength(5);
    expect(before[0]?.every((key) => key.some((octet) => octet !== 0))).toBe(true);
    expect(before[1]).toEqual(before[0]);
    expect([keysOf(pair.a), keysOf(pair.b)]).toEqual(before);
  });

  it('are the same after a Quick Mode that was refused', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { swapSelectors: true }));
    let before: number[][] = [];
    pair.onWire = (datagram) => {
      if (before.length === 0) before = keysOf(pair.a);
      return [datagram];
    };
    pair.initiate();
    expect(pair.a.named('phase2.failed')).toHaveLength(1);
    expect(before).toHaveLength(5);
    expect([keysOf(pair.a), keysOf(pair.b)]).toEqual([before, before]);
  });

  it('are overwritten where the peer is refused under them, in Aggressive Mode too', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', { exchange: 'aggressive', but: expectingItself }),
      policyOf('b', { exchange: 'aggressive' }),
    );
    pair.onWire = () => [];
    pair.initiate();
    const [sa] = pair.a.connection().sas;
    const [first] = pair.wire;
    if (sa === undefined || first === undefined) throw new Error('nothing was begun');
    pair.onWire = (datagram) => [datagram];
    pair.deliver(pair.b, pair.seen(first));
    expect(pair.a.named('phase1.failed').map(({ failure }) => failure.code)).toEqual(['AUTHENTICATION_FAILED']);
    expect(sa.keys?.encryptionKey.reveal()).toEqual(new Uint8Array(16));
  });

  it.each(['main', 'aggressive'] as const)('are overwritten when the SA ends, on both sides: %s', (exchange) => {
    const pair = new PairOfEndpoints(policyOf('a', { exchange }), policyOf('b', { exchange }));
    pair.initiate();
    const keys = [pair.a, pair.b].map((side) => heldBy(side)?.established?.keys.encryptionKey);
    pair.command({ type: 'terminate', connection: 'link' });
    expect([heldBy(pair.a), heldBy(pair.b)]).toEqual([undefined, undefined]);
    expect(keys.map((key) => key?.reveal().every((octet) => octet === 0))).toEqual([true, true]);
  });
});
