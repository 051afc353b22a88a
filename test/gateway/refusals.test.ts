import { describe, expect, it } from 'vitest';
import { RecordingBackend } from '../../src/esp/recorder.ts';
import { seededRandom } from '../esp/seeded-random.ts';
import { addresses, configOf, pairOf, ports, told, withPair } from './pair.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('up', () => {
  it('rejects within seconds where the pre-shared keys differ, and the peer says so at once', async () => {
    const { plant, hq } = pairOf({ plant: { key: 'another key than the one there' } });
    await withPair({ plant, hq }, async () => {
      const began = performance.now();
      await expect(plant.gateway.up('hq')).rejects.toMatchObject({
        code: 'PSK_MISMATCH_LIKELY',
        advice: 'enter the same pre-shared key on both sides',
      });
      expect(performance.now() - began).toBeLessThan(12_000);
      const [connection] = (await hq.gateway.status()).connections;
      expect(connection?.phase1.map(({ hint }) => hint?.code)).toEqual(['PSK_MISMATCH_LIKELY']);
    });
  });
  it('rejects with NO_PROPOSAL_CHOSEN where the proposals have nothing in common', async () => {
    const { plant, hq } = pairOf({ plant: { phase1: 'aes128-sha256-modp2048' } });
    await withPair({ plant, hq }, async () => {
      await expect(plant.gateway.up('hq')).rejects.toMatchObject({
        code: 'NO_PROPOSAL_CHOSEN',
        details: { saidBy: 'peer', notify: 'NO-PROPOSAL-CHOSEN' },
      });
    });
  });
  it('rejects a name that no connection has', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await expect(plant.gateway.up('nobody')).rejects.toMatchObject({
        code: 'UNKNOWN_NAME',
        details: { name: 'nobody' },
      });
      await expect(plant.gateway.down('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_NAME' });
    });
  });
  it('rejects a connection to anybody: cannot initiate connection without knowing peer IP address', async () => {
    const { plant, hq } = pairOf({ plant: { remoteAddress: '%any' } });
    await withPair({ plant, hq }, async () => {
      await expect(plant.gateway.up('hq')).rejects.toMatchObject({
        code: 'PEER_ADDRESS_UNKNOWN',
        message: 'PEER_ADDRESS_UNKNOWN: cannot initiate connection without knowing peer IP address (connection hq)',
      });
      expect(plant.events.map(({ name }) => name)).toEqual(['gateway.started']);
    });
  });
});

describe('a host name that does not resolve', () => {
  it('is told with what the resolver says, tried again, and leaves the other connections alone', async () => {
    const ends = addresses();
    const config = configOf(ends.plant, ends.hq);
    // No resolver is asked: a label has at most 63 octets (RFC 1035 §2.3.4).
    const nowhere = `${'n'.repeat(64)}.invalid`;
    const lost = config.connections.map((connection) => ({
      ...connection,
      name: 'lost',
      remote: { ...connection.remote, address: { host: nowhere } },
    }));
    const plant = told({ ...config, connections: [...config.connections, ...lost] });
    await withPair({ plant, hq: told(configOf(ends.hq, ends.plant)) }, async () => {
      const details = { host: nowhere, reason: expect.stringContaining(nowhere) as string };
      await expect(plant.gateway.up('lost')).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED', details });
      const status = (await plant.gateway.status()).connections.find(({ name }) => name === 'lost');
      expect(status).toMatchObject({ wanted: true, lastFailure: { phase: 1, failure: { code: 'NAME_NOT_RESOLVED' } } });
      expect(status?.nextAttemptInMilliseconds).toBeGreaterThan(0);
      await plant.gateway.up('hq');
    });
  });
});

describe('a port in use', () => {
  it('is BACKEND_FAILED with advice, and leaves nothing open and nothing running', async () => {
    const ends = addresses();
    const { gateway: first } = told(configOf(ends.plant, ends.hq));
    const backend = new RecordingBackend(seededRandom('port in use'));
    const second = told(configOf(ends.plant, ends.hq), { backend });
    await first.start();
    const taken = { address: ends.plant.address, port: ports.ike, reason: 'EADDRINUSE' };
    await expect(second.gateway.start()).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      details: { ...taken, advice: expect.stringContaining('stop it or set gateway.ports') as string },
    });
    expect(second.events).toEqual([]);
    expect(backend.calls).toEqual([{ call: 'close' }]);
    await first.stop();
    await second.gateway.start();
    await second.gateway.stop();
    expect(second.events.map(({ name }) => name)).toEqual(['gateway.started', 'gateway.stopped']);
  });
});

describe('a back end that refuses an SA', () => {
  it('takes the tunnel down with its reason, tells the peer, and is not asked again at once', async () => {
    const ends = addresses();
    const backend = new RecordingBackend(seededRandom('refusal'));
    const plant = told(configOf(ends.plant, ends.hq), { backend });
    const hq = told(configOf(ends.hq, ends.plant));
    await withPair({ plant, hq }, async () => {
      backend.refuseNext('no memory');
      await expect(plant.gateway.up('hq')).rejects.toMatchObject({
        code: 'BACKEND_FAILED',
        details: { reason: 'no memory' },
      });
      await pause(300);
      const installs = backend.calls.filter(({ call }) => call === 'install').length;
      expect([installs, backend.installed]).toEqual([2, []]);
      const [ours] = (await plant.gateway.status()).connections;
      expect(ours).toMatchObject({ wanted: true, state: 'down' });
      expect(ours?.lastFailure).toMatchObject({ phase: 2, failure: { code: 'BACKEND_FAILED' } });
      expect(ours?.lastEnd).toMatchObject({ phase: 2, tunnel: 'lan', reason: 'backend' });
      expect(ours?.nextAttemptInMilliseconds).toBeGreaterThan(1000);
      const [theirs] = (await hq.gateway.status()).connections;
      expect(theirs?.lastEnd).toMatchObject({ phase: 2, tunnel: 'lan', reason: 'deleted-by-peer' });
    });
  });
});
