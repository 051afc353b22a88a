import { describe, expect, it } from 'vitest';
import type { Datagram, Job } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { certified, certifiedPair, endsWith } from './certificates.ts';
import { failures, type PairOfEndpoints, stands } from './pair-of-endpoints.ts';

const usual = await endsWith();
const jobsOf = (pair: PairOfEndpoints): Job[] =>
  pair.sides.flatMap((side) => side.effects.flatMap((effect) => (effect.type === 'job' ? [effect.job] : [])));

describe('a message that is not the peer’s', () => {
  /** A signature in the last message of this side has a bit that the peer did not send. */
  const spoilt = (pair: PairOfEndpoints, fromA: boolean, original: boolean) => {
    let copies = 0;
    pair.onWire = (datagram: Datagram) => {
      if (pair.fromA(datagram) !== fromA || datagram.bytes.length < 300 || copies > 0) return [datagram];
      copies++;
      // Behind the header lie the identity and 256 octets of signature: none of it can be seen, all of it can be changed.
      const bytes = datagram.bytes.map((octet, i) => (i === 150 ? octet ^ 1 : octet));
      return original ? [{ ...datagram, bytes }, datagram] : [{ ...datagram, bytes }];
    };
  };
  const quiet = async () => {
    const [a, b] = await endsWith('rsa2048');
    const silent = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      certificates: { methods: ['rsa'], authorities: [], send: 'never' },
    });
    return certifiedPair(silent(certified('a', ['rsa'])), silent(certified('b', ['rsa'])), [
      { ...a, trust: { pinned: [b.own.certificate] } },
      { ...b, trust: { pinned: [a.own.certificate] } },
    ]);
  };

  it.each([
    ['fifth', true],
    ['sixth', false],
  ] as const)(
    'CVE-2004-0155 (racoon): the %s, changed on its way, is dropped though the certificate is good, and the real one behind it goes on',
    async (_, fromA) => {
      const pair = await quiet();
      spoilt(pair, fromA, true);
      pair.initiate();
      expect((fromA ? pair.b : pair.a).drops).toEqual(['signature-mismatch']);
      expect(stands(pair)).toEqual([true, true]);
    },
  );
  it.each([
    ['fifth', true],
    ['sixth', false],
  ] as const)('the %s, changed on its way, does not stop what is sent again', async (_, fromA) => {
    const pair = await quiet();
    spoilt(pair, fromA, false);
    pair.initiate();
    expect(stands(pair)).toEqual([false, false]);
    pair.runUntil(20_000);
    expect(stands(pair)).toEqual([true, true]);
  });
  it('is worth four checks of a certificate for one attempt, and then it waits for nothing but its end', async () => {
    const pair = await quiet();
    let first = true;
    pair.onWire = (datagram) => {
      if (!pair.fromA(datagram) || datagram.bytes.length < 300 || !first) return [datagram];
      first = false;
      return [1, 2, 4, 8, 16].map((bit) => ({
        ...datagram,
        bytes: datagram.bytes.map((octet, i) => (i === 150 ? octet ^ bit : octet)),
      }));
    };
    pair.initiate();
    expect(pair.b.drops.filter((reason) => reason === 'signature-mismatch')).toHaveLength(4);
    expect(failures(pair.b)).toEqual([]);
    pair.runUntil(63_000);
    expect(failures(pair.b)).toEqual(['INVALID_SIGNATURE']);
    expect(jobsOf(pair).filter(({ kind }) => kind === 'verify-peer')).toHaveLength(4);
  });
  it('is waited for again while the certificate is being checked: our own is sent on until then', () => {
    const held = certifiedPair(certified('a', ['ecdsa256']), certified('b', ['ecdsa256']), usual);
    held.a.holdJobs = true;
    held.initiate();
    while (held.a.waiting[0]?.job.kind !== 'verify-peer') {
      expect(held.a.finishJob(held.now)).toBe(true);
      held.settle();
    }
    const before = held.wire.length;
    held.runUntil(3_000);
    expect(held.wire.length).toBeGreaterThan(before);
    held.finishJobs(held.a);
    expect(stands(held)).toEqual([true, true]);
  });
});
