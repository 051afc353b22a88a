import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import type { Role } from '../../src/ike/events.ts';
import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import { SaTable } from '../../src/ike/sa-table.ts';
import type { IsakmpHeader } from '../../src/ike/wire/header.ts';

const [mine, theirs, other] = ['0101010101010101', '0202020202020202', '0303030303030303'].map(fromHex) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const none = new Uint8Array(8);
const peer = { address: requireIpAddress('198.51.100.2'), port: 500 };
const elsewhere = { address: requireIpAddress('203.0.113.1'), port: 500 };

/** As much of an SA as the table looks at. */
const sa = (role: Role, initiator: Uint8Array, responder: Uint8Array): IsakmpSa =>
  ({ channel: { role, cookies: { initiator, responder }, remote: peer } }) as unknown as IsakmpSa;
const header = (initiatorCookie: Uint8Array, responderCookie: Uint8Array): IsakmpHeader =>
  ({ initiatorCookie, responderCookie }) as IsakmpHeader;
const table = (...all: IsakmpSa[]): SaTable => {
  const made = new SaTable();
  for (const one of all) made.add(one);
  return made;
};

describe('the ISAKMP SA of a message (RFC 2408 §2.5.3)', () => {
  it('is found by both cookies wherever it comes from, in either role', () => {
    const [begun, answered] = [sa('initiator', mine, theirs), sa('responder', theirs, other)];
    const found = table(begun, answered);
    expect(found.find(header(mine, theirs), elsewhere)).toBe(begun);
    expect(found.find(header(theirs, other), elsewhere)).toBe(answered);
  });

  it('takes any cookie of the responder while we know none, and no other afterwards', () => {
    expect(table(sa('initiator', mine, none)).find(header(mine, theirs), peer)).toBeDefined();
    expect(table(sa('initiator', mine, theirs)).find(header(mine, other), peer)).toBeUndefined();
    expect(table(sa('responder', theirs, mine)).find(header(other, mine), peer)).toBeUndefined();
  });

  it('is not that of the same cookies the other way round', () => {
    const found = table(sa('initiator', mine, theirs), sa('responder', theirs, other));
    expect(found.find(header(theirs, mine), peer)).toBeUndefined();
    expect(found.find(header(other, theirs), peer)).toBeUndefined();
  });

  it('is found for a repeated first message by the initiator’s cookie and where it comes from', () => {
    const answered = sa('responder', theirs, mine);
    const found = table(answered);
    expect(found.find(header(theirs, none), peer)).toBe(answered);
    expect(found.find(header(theirs, none), elsewhere)).toBeUndefined();
    expect(found.find(header(other, none), peer)).toBeUndefined();
  });

  it('is not found for our own first message, played back', () => {
    expect(table(sa('initiator', mine, none)).find(header(mine, none), peer)).toBeUndefined();
  });

  it('is forgotten altogether', () => {
    const answered = sa('responder', theirs, mine);
    const found = table(answered);
    found.delete(answered);
    expect([found.size, found.find(header(theirs, none), peer), found.find(header(theirs, mine), peer)]).toEqual([
      0,
      undefined,
      undefined,
    ]);
  });

  it('is forgotten under the address that it came from, wherever it is now', () => {
    const answered = sa('responder', theirs, mine);
    const found = table(answered);
    answered.channel.remote = elsewhere;
    found.delete(answered);
    expect(found.find(header(theirs, none), peer)).toBeUndefined();
  });
});
