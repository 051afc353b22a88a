import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSelector } from '../../src/base/selector.ts';
import type { GuardedTraffic } from '../../src/esp/backend.ts';
import { createKernelBackend } from '../../src/esp/xfrm/xfrm-backend.ts';
import { run } from '../lab/command.ts';
import { inLab } from '../lab/lab.ts';
import type { Network } from '../lab/network.ts';
import { sallyportConnection } from '../lab/pair.ts';
import type { SallyportSettings } from '../lab/sallyport-config.ts';
import { until } from '../lab/until.ts';

const LOADER = '/proc/sys/kernel/modprobe';

/** A gateway with nobody to talk to. */
const settings = (network: Network, esp: SallyportSettings['esp']): SallyportSettings => ({
  esp,
  listen: [network.left.address],
  connections: [
    sallyportConnection(
      { name: 'choice', we: 'responder', phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' },
      network,
    ),
  ],
});

const ESP_IS_MISSING =
  'the kernel has no ESP: load the modules esp4 and esp6, or build it with CONFIG_INET_ESP and CONFIG_INET6_ESP';

/** A kernel without ESP: its modules are out, and nobody can load them. */
beforeAll(async () => {
  await writeFile(LOADER, '/bin/false\n');
  // States of networks that are gone hold on to them for a while.
  await until('the modules to be out', async () => {
    for (const module of ['esp4', 'esp6']) await run(['rmmod', module]);
    return /^esp[46] /m.test(await readFile('/proc/modules', 'utf8')) ? undefined : true;
  });
});
afterAll(() => writeFile(LOADER, '/run/modprobe\n'));

test('ESP in the kernel is refused in words where the kernel has none, auto says them and takes user space', () =>
  inLab(async (lab) => {
    const network = await lab.network();
    await expect(lab.sallyport(network.left, settings(network, 'kernel'))).rejects.toThrow(ESP_IS_MISSING);
    const auto = await lab.sallyport(network.left, settings(network, 'auto'));
    expect((await auto.status()).esp.backend).toBe('userspace-tun');
    expect(auto.log()).toContain(ESP_IS_MISSING);
  }));

test('auto takes the kernel where that has ESP, and a second gateway of the same network user space', () =>
  inLab(async (lab) => {
    await writeFile(LOADER, '/run/modprobe\n');
    const network = await lab.network();
    const first = await lab.sallyport(network.left, settings(network, 'auto'));
    expect((await first.status()).esp.backend).toBe('kernel');
    const beside = { ...settings(network, 'auto'), listen: [network.left.inner], connections: [] };
    const second = await lab.sallyport({ ...network.left, name: 'beside' }, beside);
    expect((await second.status()).esp.backend).toBe('userspace-tun');
    expect(second.log()).toContain('another gateway in this network namespace has it');
  }));

test('a start that fails gives back what it took, and the next one has it', async () => {
  const odd: GuardedTraffic = {
    ...{ connection: 'odd', tunnel: 'lan', without: 'trap' },
    ...{ local: parseSelector('10.1.0.1-10.1.255.254'), remote: parseSelector('10.2.0.1-10.2.255.254') },
  };
  const host = { emit: () => undefined, sendEncapsulated: () => undefined };
  await expect(createKernelBackend().start(host, [odd])).rejects.toThrow('too many prefixes');
  const next = createKernelBackend();
  await next.start(host);
  await next.close();
});
