import { expect, it } from 'vitest';
import { FLAG } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';

/** The flags of an ISAKMP header, RFC 2408 §3.1. */
const FLAGS = 19;
const flagsOf = ({ bytes }: { readonly bytes: Uint8Array }): number => bytes[FLAGS] ?? 0;

it('changes nothing, whoever sets it and wherever', () => {
  const pair = new PairOfEndpoints();
  pair.onWire = (datagram) => {
    const bytes = datagram.bytes.slice();
    bytes[FLAGS] = flagsOf(datagram) | FLAG.COMMIT;
    return [{ ...datagram, bytes }];
  };
  pair.initiate();
  expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  expect(pair.wire).toHaveLength(9);
  expect(pair.wire.filter((datagram) => (flagsOf(datagram) & FLAG.COMMIT) !== 0)).toEqual([]);
});
