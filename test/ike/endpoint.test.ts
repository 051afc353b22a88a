import { describe, expect, it } from 'vitest';
import { IkeError } from '../../src/base/errors.ts';
import { instant } from '../../src/base/instant.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { JobId } from '../../src/ike/effects.ts';
import { IkeEndpoint } from '../../src/ike/endpoint.ts';
import { EVENT_LEVELS, type IkeEvent } from '../../src/ike/events.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';

/** One event in a line: its name and what is said in it about the exchange. */
function line(event: IkeEvent): string {
  if ('payloads' in event) return `${event.name} ${event.exchange} ${event.payloads.join(' ')}`;
  if ('tunnel' in event) return `${event.name} ${event.tunnel}`;
  return event.name;
}
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (IkeError.is(error)) return error.code;
    throw error;
  }
  return 'nothing';
};
const NATT_AND_DPD = 'VENDOR-ID VENDOR-ID VENDOR-ID VENDOR-ID VENDOR-ID';

describe('two endpoints', () => {
  it('bring up Main Mode and Quick Mode in nine messages, with the same keys on both sides', () => {
    const pair = PairOfEndpoints.up();
    expect(pair.wire).toHaveLength(9);
    expect(pair.a.installed.map(({ spi, keys }) => [spi, keys])).toEqual(
      pair.b.installed.map(({ spi, keys }) => [spi, keys]).reverse(),
    );
  });

  it('tell of a negotiation that succeeds what there is to tell, and nothing of it is a warning', () => {
    const { a, b } = PairOfEndpoints.up();
    expect(a.events.map(line)).toEqual([
      'phase1.started',
      `message.sent MAIN-MODE SA ${NATT_AND_DPD}`,
      'message.received MAIN-MODE SA VENDOR-ID VENDOR-ID',
      'message.sent MAIN-MODE KE NONCE NAT-D NAT-D',
      'message.received MAIN-MODE KE NONCE NAT-D NAT-D',
      'message.sent MAIN-MODE ID HASH NOTIFICATION',
      'message.received MAIN-MODE ID HASH NOTIFICATION',
      'phase1.established',
      'phase2.started net',
      'message.sent QUICK-MODE HASH SA NONCE ID ID',
      'message.received QUICK-MODE HASH SA NONCE ID ID',
      'message.sent QUICK-MODE HASH',
      'phase2.established net',
    ]);
    expect(b.events.map(line)).toEqual([
      `message.received MAIN-MODE SA ${NATT_AND_DPD}`,
      'message.sent MAIN-MODE SA VENDOR-ID VENDOR-ID',
      'phase1.started',
      'message.received MAIN-MODE KE NONCE NAT-D NAT-D',
      'message.sent MAIN-MODE KE NONCE NAT-D NAT-D',
      'message.received MAIN-MODE ID HASH NOTIFICATION',
      'message.sent MAIN-MODE ID HASH NOTIFICATION',
      'phase1.established',
      'message.received QUICK-MODE HASH SA NONCE ID ID',
      'phase2.started net',
      'message.sent QUICK-MODE HASH SA NONCE ID ID',
      'message.received QUICK-MODE HASH',
      'phase2.established net',
    ]);
    const loud = [...a.events, ...b.events].filter(({ name }) => ['warn', 'error'].includes(EVENT_LEVELS[name]));
    expect(loud).toEqual([]);
  });

  it('do the same again from the same seed, octet by octet', () => {
    const [one, two] = [PairOfEndpoints.up(), PairOfEndpoints.up()];
    expect(one.wire).toEqual(two.wire);
    expect(PairOfEndpoints.up({}, { seed: 'another' }).wire).not.toEqual(one.wire);
  });

  it('hold nothing that cannot be cloned in what they decide, but for the proof, which is for nobody else (style: effects)', () => {
    const { a, b } = PairOfEndpoints.up({ esp: [{ cipher: 'aes128gcm16', group: 'ecp256' }] });
    for (const effect of [...a.effects, ...b.effects]) {
      const { proof: _, ...plain } = { proof: undefined, ...effect };
      expect(structuredClone(plain)).toEqual(plain);
    }
  });
});

describe('an endpoint', () => {
  const fresh = (): IkeEndpoint =>
    new IkeEndpoint({ crypto: nativeProvider, random: new SeededRandom('endpoint'), connections: [policyOf('a')] });

  it('has nothing to wait for before anything is begun', () => {
    const endpoint = fresh();
    expect(endpoint.nextDeadline()).toBeUndefined();
    expect(endpoint.tick(instant(1_000_000))).toEqual([]);
    expect(endpoint.snapshot(instant(1_000_000)).connections[0]).toMatchObject({
      state: 'down',
      wanted: false,
      phase1: [],
    });
  });

  it('refuses a time before the last one, and names of nobody', () => {
    const endpoint = fresh();
    endpoint.tick(instant(10));
    expect(codeOf(() => endpoint.tick(instant(9)))).toBe('TIME_WENT_BACKWARDS');
    expect(codeOf(() => endpoint.command({ type: 'initiate', connection: 'nobody' }, instant(10)))).toBe(
      'UNKNOWN_NAME',
    );
    expect(codeOf(() => endpoint.command({ type: 'terminate', connection: 'nobody' }, instant(10)))).toBe(
      'UNKNOWN_NAME',
    );
    expect(codeOf(() => endpoint.tick(instant(10)))).toBe('nothing');
  });

  it('asks which address of its own reaches the peer before it begins, because NAT discovery hashes it (RFC 3947 §3.2)', () => {
    const from = policyOf('a', { but: (policy) => ({ ...policy, local: { ...policy.local, address: 'any' } }) });
    const endpoint = new IkeEndpoint({
      crypto: nativeProvider,
      random: new SeededRandom('endpoint'),
      connections: [from],
    });
    const [asked, ...more] = endpoint.command({ type: 'initiate', connection: 'link' }, instant(0));
    if (asked?.type !== 'job') throw new Error('no job');
    expect([asked.job, more]).toEqual([{ kind: 'locate-peer', peer: B, local: 'any' }, []]);
    const places = [{ local: A, remote: B }];
    const begun = endpoint.complete(asked.id, { kind: 'locate-peer', places }, instant(1));
    expect(
      begun.flatMap((effect) => (effect.type === 'send' ? [effect.datagram.local, effect.datagram.remote] : [])),
    ).toEqual([
      { address: A, port: 500 },
      { address: B, port: 500 },
    ]);
  });

  it('gives back an SPI that nobody asked for, and ignores other answers to jobs that are not its own', () => {
    const endpoint = fresh();
    const unknown = 77 as JobId;
    expect(endpoint.complete(unknown, { kind: 'dh-public', publicValue: new Uint8Array(64) }, instant(0))).toEqual([]);
    expect(endpoint.complete(unknown, { kind: 'allocate-spi', spi: 0x4000 }, instant(0))).toEqual([
      { type: 'release-spi', spi: 0x4000 },
    ]);
  });

  it('begins once, however often it is asked, and again when it was taken down', () => {
    const pair = PairOfEndpoints.up();
    pair.initiate();
    pair.esp({ type: 'acquire', connection: 'link', tunnel: 'net' }, pair.a);
    expect(pair.wire).toHaveLength(9);
    pair.command({ type: 'terminate', connection: 'link' });
    pair.command({ type: 'terminate', connection: 'link' });
    pair.initiate();
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
    expect(pair.a.named('phase1.established')).toHaveLength(2);
  });

  it('taken down while it negotiates tells nobody, because nobody could believe it, and leaves nothing', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => (pair.wire.length > 3 ? [] : [datagram]);
    pair.initiate();
    const before = pair.wire.length;
    pair.command({ type: 'terminate', connection: 'link' });
    expect(pair.wire).toHaveLength(before);
    expect(pair.a.endpoint.nextDeadline()).toBeUndefined();
    expect(pair.a.endpoint.sas.size).toBe(0);
    expect(pair.a.connection().troubles.lastFailure).toBeUndefined();
  });

  it('gives up a phase 1 when a job fails, with what the job said', () => {
    const pair = new PairOfEndpoints();
    pair.a.answer = ({ kind }) =>
      kind === 'dh-agree'
        ? { kind: 'failed', code: 'INVALID_KEY_INFORMATION', reason: 'point is not on the curve' }
        : undefined;
    pair.initiate();
    expect(pair.a.named('phase1.failed').map(({ failure }) => [failure.code, failure.details])).toEqual([
      ['INVALID_KEY_INFORMATION', { reason: 'point is not on the curve' }],
    ]);
    expect(pair.a.connection().attempts.next).toBeGreaterThanOrEqual(2000);
  });

  it('counts every drop by its reason', () => {
    const pair = PairOfEndpoints.up();
    const [first] = pair.wire;
    if (first === undefined) throw new Error('nothing was sent');
    pair.deliver(pair.a, { ...pair.seen(first), bytes: Uint8Array.of(0xff) });
    pair.deliver(pair.a, { ...pair.seen(first), bytes: new Uint8Array(28) });
    const { drops } = pair.a.endpoint.snapshot(pair.now);
    expect(Object.entries(drops).filter(([, count]) => count > 0)).toEqual([
      ['not-ikev1', 1],
      ['keepalive', 1],
    ]);
  });
});
