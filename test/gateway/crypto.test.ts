import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { pairOf, type Told, withPair } from './pair.ts';

const require_ = createRequire(import.meta.url);
const cryptoOf = ({ events }: Told): string[] =>
  events.flatMap((event) => (event.name === 'gateway.started' ? [event.crypto] : []));

test('a gateway uses OpenSSL, and JavaScript alone where its configuration names it; the two understand each other', async () => {
  const suites = { phase1: 'aes256-sha384-ecp521', phase2: 'aes256gcm12-ecp521' };
  const { plant, hq } = pairOf({ plant: suites, hq: { ...suites, crypto: 'portable' } });
  await withPair({ plant, hq }, async () => {
    expect([cryptoOf(plant), cryptoOf(hq)]).toEqual([['native'], ['portable']]);
    expect(require_.resolve('node-forge') in require_.cache).toBe(false);
    await plant.gateway.up('hq');
    expect(require_.resolve('node-forge') in require_.cache).toBe(true);
    expect(await plant.gateway.ping('10.2.0.1', 2)).toEqual({ sent: 2, received: 2 });
  });
});

test.each([
  ['des-md5-modp768', 'des-md5-modp768'],
  ['3des-md5-modp6144', 'null-sha512'],
  ['aes128-sha1-modp1024', 'aes192gcm8'],
])('%s and ESP with %s carry packets, as all that has to be named', async (phase1, phase2) => {
  const { plant, hq } = pairOf({ plant: { phase1, phase2 }, hq: { phase1, phase2 } });
  await withPair({ plant, hq }, async () => {
    await plant.gateway.up('hq');
    expect(await plant.gateway.ping('10.2.0.1', 2)).toEqual({ sent: 2, received: 2 });
    const [connection] = (await plant.gateway.status()).connections;
    const [isakmp] = connection?.phase1 ?? [];
    const [pair] = connection?.tunnels.flatMap(({ pairs }) => pairs) ?? [];
    const { cipher, hash, group } = isakmp?.established ?? {};
    expect([cipher, hash, group].join('-')).toBe(phase1);
    expect([pair?.suite, pair?.pfs].filter((part) => part !== undefined).join('-')).toBe(phase2);
  });
});
