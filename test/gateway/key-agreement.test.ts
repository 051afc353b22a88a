import { expect, test } from 'vitest';
import { GROUPS } from '../../src/crypto/groups.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { portableProvider } from '../../src/crypto/portable.ts';
import type { GatewayEvent } from '../../src/gateway/events.ts';
import { keyAgreementFor } from '../../src/gateway/key-agreement.ts';
import { ParallelKeyAgreement } from '../../src/gateway/parallel-key-agreement.ts';
import { fixedPrivateValue, GROUP_NAMES } from '../crypto/fixed-values.ts';
import { refusal } from '../crypto/refusal.ts';
import { rfcPrime, toOctets } from '../crypto/slow-modp.ts';
import { pairOf, type Told, withPair } from './pair.ts';

const ON_THREADS = ['modp1536', 'modp2048', 'modp3072', 'modp4096', 'modp6144', 'modp8192'] as const;
const parallel = new ParallelKeyAgreement(nativeProvider);

test.each(GROUP_NAMES)('%s gives what node:crypto gives', async (group) => {
  for (const n of [1, 3, 5, 7]) {
    const [x, y] = [fixedPrivateValue(group, n), fixedPrivateValue(group, n + 1)];
    const peer = nativeProvider.publicValue(group, y);
    expect(await parallel.publicValue(group, x)).toEqual(nativeProvider.publicValue(group, x));
    expect(await parallel.agree(group, x, peer)).toEqual(nativeProvider.agree(group, x, peer));
  }
});

test('a public value and a secret that begin with a zero octet are as long as the prime (RFC 2409 §5)', async () => {
  const own = await parallel.publicValue('modp2048', fixedPrivateValue('modp2048', 462));
  expect([own.length, own[0]]).toEqual([256, 0]);
  const peer = nativeProvider.publicValue('modp2048', fixedPrivateValue('modp2048', 0));
  const secret = await parallel.agree('modp2048', fixedPrivateValue('modp2048', 659), peer);
  expect([secret.length, secret[0]]).toEqual([256, 0]);
});

test('only what is worth a thread is done on another one', async () => {
  const later: string[] = [];
  for (const group of GROUP_NAMES) {
    const value = parallel.publicValue(group, fixedPrivateValue(group, 1));
    if (isLater(value)) later.push(group);
    await value;
  }
  expect(later.toSorted()).toEqual(ON_THREADS);
});

test.each(ON_THREADS)('a bad public value of %s is refused at once, as node:crypto refuses it', (group) => {
  const [prime, { publicBytes }] = [rfcPrime(group), GROUPS[group]];
  const x = fixedPrivateValue(group, 1);
  for (const bad of [
    ...[0n, 1n, prime - 1n, prime, prime + 1n].map((value) => toOctets(value, publicBytes)),
    new Uint8Array(),
    new Uint8Array(publicBytes + 1).fill(1),
  ]) {
    const refused = refusal(() => nativeProvider.agree(group, x, bad));
    expect(refused.code).toBe('INVALID_KEY_INFORMATION');
    expect(refusal(() => parallel.agree(group, x, bad))).toEqual(refused);
  }
});

test.each([0, 1])('X25519 refuses %i, which is of small order (RFC 7748 §6.1), and a wrong length', (first) => {
  const x = fixedPrivateValue('x25519', 1);
  const peer = new Uint8Array(32);
  peer[0] = first;
  for (const bad of [peer, peer.subarray(1)])
    expect(refusal(() => parallel.agree('x25519', x, bad)).code).toBe('INVALID_KEY_INFORMATION');
});

test('a private value that the group cannot have is refused before anything is computed', () => {
  expect(refusal(() => parallel.publicValue('modp2048', new Uint8Array(3))).code).toBe('INVALID_ARGUMENT');
});

test('the private value is read before the call returns', async () => {
  const x = fixedPrivateValue('modp2048', 1);
  const expected = nativeProvider.publicValue('modp2048', x);
  const later = parallel.publicValue('modp2048', x);
  x.fill(0);
  expect(await later).toEqual(expected);
});

test('a short computation that starts after long ones does not wait until they are done: they run at the same time', async () => {
  const done: string[] = [];
  const run = async (group: 'modp1536' | 'modp8192'): Promise<void> => {
    await parallel.publicValue(group, fixedPrivateValue(group, 1));
    done.push(group);
  };
  await Promise.all([run('modp8192'), run('modp8192'), run('modp8192'), run('modp1536')]);
  expect(done.at(-1)).toBe('modp8192');
});

test('what comes when 32 are under way is done inline, and all are right', async () => {
  const values = Array.from({ length: 40 }, (_, i) => fixedPrivateValue('modp1536', i + 1));
  const begun = values.map((value) => parallel.publicValue('modp1536', value));
  expect(begun.filter(isLater)).toHaveLength(32);
  const results: Uint8Array[] = [];
  for (const each of begun) results.push(await each);
  expect(results).toEqual(values.map((value) => nativeProvider.publicValue('modp1536', value)));
  const after = parallel.publicValue('modp1536', fixedPrivateValue('modp1536', 1));
  expect(isLater(after)).toBe(true);
  await after;
});

test('the configuration decides, for the provider that OpenSSL is in', () => {
  expect(keyAgreementFor(nativeProvider, 'parallel')).toBeInstanceOf(ParallelKeyAgreement);
  expect(keyAgreementFor(nativeProvider, 'inline')).toBe(nativeProvider);
  expect(keyAgreementFor(portableProvider, 'parallel')).toBe(portableProvider);
  const mine = { ...nativeProvider, name: 'mine' };
  expect(keyAgreementFor(mine, 'parallel')).toBe(mine);
});

test('where OpenSSL’s functions are not to be had, everything is done inline', () => {
  const missing = (): never => {
    throw new Error('Cannot find function BN_mod_exp_mont_consttime in shared library');
  };
  expect(keyAgreementFor(nativeProvider, 'parallel', missing)).toBe(nativeProvider);
});

test.each(['inline', 'parallel'] as const)(
  'a tunnel with perfect forward secrecy comes up with Diffie-Hellman %s',
  async (where) => {
    const { plant, hq } = pairOf({ plant: { diffieHellman: where }, hq: { diffieHellman: where } });
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      expect(await plant.gateway.ping('10.2.0.1', 2)).toEqual({ sent: 2, received: 2 });
    });
  },
);

test('a gateway that stops while other threads compute for it does not wait for them, and nothing comes of it', async () => {
  const slow = { phase1: 'aes128-sha256-modp8192', diffieHellman: 'parallel' } as const;
  const { plant, hq } = pairOf({ plant: slow, hq: slow });
  await hq.gateway.start();
  await plant.gateway.start();
  const begun = once(plant, ({ name }) => name === 'message.received');
  const up = plant.gateway.up('hq');
  const failed = expect(up).rejects.toMatchObject({ code: 'CANCELLED' });
  await begun;
  await plant.gateway.stop();
  await hq.gateway.stop();
  await failed;
  const last = plant.events.length;
  await parallel.publicValue('modp8192', fixedPrivateValue('modp8192', 1));
  expect(plant.events.slice(last)).toEqual([]);
});

const isLater = (value: Uint8Array | Promise<Uint8Array>): boolean => value instanceof Promise;

/** Resolves with the first event of a kind. */
const once = ({ gateway }: Told, wanted: (event: GatewayEvent) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const end = gateway.subscribe((event) => {
      if (!wanted(event)) return;
      end();
      resolve();
    });
  });
