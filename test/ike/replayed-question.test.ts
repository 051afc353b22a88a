import { expect, it } from 'vitest';
import { firstSequence, rUThere } from '../../src/dpd/r-u-there.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { behindNat, NAT_A } from './behind-nat.ts';

it('a liveness question that is played back after a thousand others moves no peer (docs/decisions/0043)', () => {
  const pair = behindNat({ a: true });
  pair.initiate();
  const sequence = firstSequence(new SeededRandom('question'));
  const ask = (i: number): void => {
    const sa = pair.a.isakmp();
    pair.within(pair.a, () => sa.inform(payload('notification', rUThere(sa.channel.cookies, sequence + i))));
  };
  const from = pair.wire.length;
  for (let i = 0; i < 1000; i++) ask(i);
  const [recorded] = pair.wire.slice(from).filter((datagram) => pair.fromA(datagram));
  if (recorded === undefined) throw new Error('nothing was asked');
  const { local, remote } = pair.b.isakmp().channel;
  const elsewhere = { address: NAT_A, port: 4444 };
  pair.deliver(pair.b, { local, remote: elsewhere, bytes: recorded.bytes });
  expect(pair.b.drops.at(-1)).toBe('replayed-message-id');
  expect(pair.b.named('peer.moved')).toEqual([]);
  expect(pair.b.isakmp().channel.remote).toEqual(remote);
  // A new one from there does.
  pair.onWire = (datagram) => [
    pair.fromA(datagram) ? { local: elsewhere, remote: local, bytes: datagram.bytes } : datagram,
  ];
  ask(1000);
  expect(pair.b.isakmp().channel.remote).toEqual(elsewhere);
});
