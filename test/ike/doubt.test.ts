import { describe, expect, it } from 'vitest';
import { IkeError } from '../../src/base/errors.ts';
import { Doubt } from '../../src/ike/doubt.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';

const refused = new IkeError('NO_PROPOSAL_CHOSEN');

describe('doubt about an ISAKMP SA', () => {
  it('comes with the second refusal under it', () => {
    const doubt = new Doubt();
    expect([doubt.failed(refused), doubt.failed(refused)]).toEqual([undefined, 'refused']);
  });

  it('comes with silence at once, whatever was agreed before', () => {
    const doubt = new Doubt();
    doubt.agreed();
    expect(doubt.failed(new IkeError('PEER_SILENT'))).toBe('phase1-lost');
  });

  it('does not come once something was agreed, nor of our own commands', () => {
    const doubt = new Doubt();
    for (let i = 0; i < 3; i++) expect(doubt.failed(new IkeError('CANCELLED'))).toBeUndefined();
    expect(doubt.failed(refused)).toBeUndefined();
    doubt.agreed();
    expect(doubt.failed(refused)).toBeUndefined();
  });

  it('mends what one changed octet of a NAT-D payload did: a NAT that only one side believes in (RFC 3947 §3.2)', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b'));
    pair.onWire = (datagram) => {
      if (pair.wire.length !== 4) return [datagram];
      const bytes = datagram.bytes.slice();
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return [{ ...datagram, bytes }];
    };
    pair.initiate();
    expect(pair.a.named('nat.detected').map(({ remoteBehindNat }) => remoteBehindNat)).toEqual([true]);
    expect(pair.b.named('nat.detected')).toEqual([]);
    expect(pair.b.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['NO_PROPOSAL_CHOSEN']);
    pair.runUntil(10_000);
    expect(pair.a.named('phase1.ended').map(({ reason }) => reason)).toEqual(['refused']);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.a.installed.map(({ encapsulation }) => encapsulation)).toEqual(['none', 'none']);
  });
});
