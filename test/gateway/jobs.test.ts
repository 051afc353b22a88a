import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { IkeError } from '../../src/base/errors.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { type JobSources, startJob } from '../../src/gateway/jobs.ts';
import { Users } from '../../src/gateway/users.ts';
import type { KeyAgreement } from '../../src/gateway/key-agreement.ts';
import type { Job, JobResult } from '../../src/ike/effects.ts';
import { addresses, configOf, KEY } from './pair.ts';

const { plant, hq } = addresses();
const local = requireIpAddress(plant.address);
const remote = requireIpAddress(hq.address);

const sources = (keyAgreement: KeyAgreement = nativeProvider): JobSources => ({
  keyAgreement,
  config: configOf(plant, hq),
  users: new Users(configOf(plant, hq), nativeProvider),
  now: () => 0,
  allocateSpi: async () => 4711,
  counters: async () => ({}),
});

/** Everything that a job answers, until nothing comes any more. */
async function answers(job: Job, given: JobSources): Promise<JobResult[]> {
  const results: JobResult[] = [];
  startJob(job, given, (result) => results.push(result));
  for (let i = 0; i < 5; i++) await turn();
  return results;
}

const privateValue = (): Uint8Array => new Uint8Array(32).fill(3);
const peerPublic = nativeProvider.publicValue('ecp256', new Uint8Array(32).fill(5));
const dhExchange = (): Job => ({ kind: 'dh-exchange', group: 'ecp256', privateValue: privateValue(), peerPublic });

test('a key is found at once, and is a copy', async () => {
  const given = sources();
  const results: JobResult[] = [];
  const job: Job = { kind: 'find-psk', connections: ['hq'], local, remote };
  startJob(job, given, (result) => results.push(result));
  const psk = new TextEncoder().encode(KEY);
  expect(results).toEqual([{ kind: 'find-psk', candidates: [{ psk, connections: ['hq'], identities: 'any' }] }]);
  const [found] = results;
  if (found?.kind === 'find-psk') found.candidates[0]?.psk.fill(0);
  expect(given.config.credentials.psks[0]?.secret.reveal()).toEqual(psk);
});

test('an SPI comes from the back end, and so does its refusal', async () => {
  const job: Job = { kind: 'allocate-spi', local, remote };
  expect(await answers(job, sources())).toEqual([{ kind: 'allocate-spi', spi: 4711 }]);
  const refusing = {
    ...sources(),
    allocateSpi: () => Promise.reject(new IkeError('BACKEND_FAILED', { what: 'full' })),
  };
  expect(await answers(job, refusing)).toMatchObject([{ kind: 'failed', code: 'BACKEND_FAILED' }]);
});

test.each<[string, KeyAgreement]>([
  ['at once', nativeProvider],
  [
    'later',
    {
      publicValue: async (...args) => nativeProvider.publicValue(...args),
      agree: async (...args) => nativeProvider.agree(...args),
    },
  ],
  [
    'one at once and the other later',
    {
      publicValue: (...args) => nativeProvider.publicValue(...args),
      agree: async (...args) => nativeProvider.agree(...args),
    },
  ],
])(
  'Diffie-Hellman that is done %s gives what the provider gives, and wipes the private value',
  async (_, agreement) => {
    const own = nativeProvider.publicValue('ecp256', privateValue());
    const gxy = nativeProvider.agree('ecp256', privateValue(), peerPublic);
    const exchange = dhExchange();
    expect(await answers(exchange, sources(agreement))).toEqual([{ kind: 'dh-exchange', publicValue: own, gxy }]);
    expect(exchange).toMatchObject({ privateValue: new Uint8Array(32) });
    const generate: Job = { kind: 'dh-public', group: 'ecp256', privateValue: privateValue() };
    expect(await answers(generate, sources(agreement))).toEqual([{ kind: 'dh-public', publicValue: own }]);
    const agree: Job = { kind: 'dh-agree', group: 'ecp256', privateValue: privateValue(), peerPublic };
    expect(await answers(agree, sources(agreement))).toEqual([{ kind: 'dh-agree', gxy }]);
  },
);

const refuses = (): never => {
  throw new IkeError('INVALID_KEY_INFORMATION', { what: 'test' });
};

test.each<[string, KeyAgreement]>([
  ['throws', { publicValue: refuses, agree: refuses }],
  ['throws when the other is under way', { publicValue: async () => new Uint8Array(64), agree: refuses }],
  ['rejects', { publicValue: async () => new Uint8Array(64), agree: async () => refuses() }],
  ['rejects twice', { publicValue: async () => refuses(), agree: async () => refuses() }],
])('Diffie-Hellman that %s is one failed job, whose private value is gone', async (_, agreement) => {
  const job = dhExchange();
  expect(await answers(job, sources(agreement))).toMatchObject([{ kind: 'failed', code: 'INVALID_KEY_INFORMATION' }]);
  expect(job).toMatchObject({ privateValue: new Uint8Array(32) });
});

test('what is no error of ours is a failed job too', async () => {
  const broken = { publicValue: () => new Uint8Array(), agree: () => Promise.reject(new Error('out of memory')) };
  expect(await answers(dhExchange(), sources(broken))).toEqual([
    { kind: 'failed', code: 'JOB_FAILED', reason: 'out of memory' },
  ]);
});
