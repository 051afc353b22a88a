import { Resolver } from 'node:dns/promises';
import { expect, it, onTestFinished } from 'vitest';
import { parseIpAddress, requireIpAddress } from '../../src/base/address.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import { placesOf, type Resolve } from '../../src/gateway/peer-places.ts';
import { addresses, configOf, told, withPair } from './pair.ts';
import { TinyDns } from './tiny-dns.ts';

async function nameServer(): Promise<{ dns: TinyDns; resolve: Resolve }> {
  const dns = new TinyDns();
  const server = await dns.start();
  onTestFinished(() => dns.stop());
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([server]);
  return {
    dns,
    resolve: async (host) => (await resolver.resolve4(host)).flatMap((text) => parseIpAddress(text) ?? []),
  };
}

it('a gateway asks a name server for its peer before each attempt, and goes to where it is then', async () => {
  const { dns, resolve } = await nameServer();
  const ends = addresses();
  const [config, elsewhere] = [configOf(ends.plant, ends.hq, { remoteAddress: 'hq.example.org' }), addresses().hq];
  const plant = told(config, { resolve });
  const hq = told(configOf(ends.hq, ends.plant));
  await withPair({ plant, hq }, async () => {
    const details = { host: 'hq.example.org', reason: expect.stringContaining('ENOTFOUND') as string };
    await expect(plant.gateway.up('hq')).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED', details });
    dns.answers.set('hq.example.org', ends.hq.address);
    await plant.gateway.up('hq');
    expect(await plant.gateway.ping('10.2.0.1')).toEqual({ sent: 1, received: 1 });
    await plant.gateway.down('hq');
    await hq.gateway.stop();

    const moved = told(configOf({ ...elsewhere, network: ends.hq.network }, ends.plant));
    await moved.gateway.start();
    onTestFinished(() => moved.gateway.stop());
    dns.answers.set('hq.example.org', elsewhere.address);
    await plant.gateway.up('hq');
    expect(await plant.gateway.ping('10.2.0.1')).toEqual({ sent: 1, received: 1 });
    const located = plant.events.flatMap((event) => (event.name === 'peer.located' ? event.addresses : []));
    expect(located).toEqual([ends.hq.address, elsewhere.address]);
  });
});

it('a gateway notices between attempts that its peer has moved, and negotiates where it is', async () => {
  const { dns, resolve } = await nameServer();
  const ends = addresses();
  const elsewhere = addresses().hq;
  dns.answers.set('hq.example.org', ends.hq.address);
  const config = configOf(ends.plant, ends.hq, { remoteAddress: 'hq.example.org' });
  const watching: GatewayConfig = {
    ...config,
    connections: config.connections.map((connection) => ({
      ...connection,
      dynDns: { ...connection.dynDns, interval: 200 as typeof connection.dynDns.interval },
    })),
  };
  const plant = told(watching, { resolve });
  const hq = told(configOf(ends.hq, ends.plant));
  await withPair({ plant, hq }, async () => {
    await plant.gateway.up('hq');
    const moved = told(configOf({ ...elsewhere, network: ends.hq.network }, ends.plant));
    await moved.gateway.start();
    onTestFinished(() => moved.gateway.stop());
    const again = new Promise<void>((resolveAgain) => {
      moved.gateway.subscribe(({ name }) => name === 'phase2.established' && resolveAgain());
    });
    dns.answers.set('hq.example.org', elsewhere.address);
    await again;
    expect(await plant.gateway.ping('10.2.0.1')).toEqual({ sent: 1, received: 1 });
  });
});

it('an address needs no name server, and one of ours is found for it', async () => {
  const never: Resolve = async () => {
    throw new Error('asked');
  };
  expect(await placesOf({ peer: '127.0.0.1', local: 'any' }, { resolve: never })).toEqual([
    { local: '127.0.0.1', remote: '127.0.0.1' },
  ]);
  const both: Resolve = async () => [requireIpAddress('2001:db8::1'), requireIpAddress('192.0.2.9')];
  const local = requireIpAddress('192.0.2.1');
  expect(await placesOf({ peer: 'both.example.org', local }, { resolve: both })).toEqual([
    { local, remote: '192.0.2.9' },
  ]);
  await expect(
    placesOf({ peer: 'six.example.org', local: requireIpAddress('::1') }, { resolve: async () => [local] }),
  ).rejects.toMatchObject({
    code: 'NAME_NOT_RESOLVED',
  });
});
