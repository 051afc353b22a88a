import { expect, test } from 'vitest';
import type { ConnectionSnapshot } from '../../src/ike/snapshot.ts';
import { Daemon } from '../lab/daemon.ts';
import { kernelCell, sharedKernelScene } from '../lab/kernel-scene.ts';
import type { Namespace } from '../lab/namespaces.ts';
import { type Pair, sallyportConnection } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import type { SallyportConnection } from '../lab/sallyport-config.ts';
import { until } from '../lab/until.ts';

const CELL = kernelCell('trouble');
const onScene = sharedKernelScene(CELL, { startup: 'on-demand' });
const ALL = { sent: 3, received: 3 };
const NOTHING = { sent: 3, received: 0 };
const SOON = { wait: 1 } as const;

const settingsOf = ({ network }: Pair, ...connections: readonly Partial<SallyportConnection>[]) => ({
  esp: 'kernel' as const,
  listen: [network.left.address],
  connections: connections.map((changes) => ({ ...sallyportConnection(CELL, network), ...changes })),
});

/** The router passes packets on by these rules from now on. Returns the way to have it as it was. */
async function between(router: Namespace, ...rules: readonly string[]): Promise<() => Promise<unknown>> {
  await router.nft(`table ip trouble {
  chain between {
    type filter hook forward priority -10;
    ${rules.join('\n    ')}
  }
}
`);
  return () => router.must(['nft', 'delete', 'table', 'ip', 'trouble']);
}

async function connection({ we }: Pair): Promise<ConnectionSnapshot> {
  const [only] = (await we.status()).connections;
  if (only === undefined) throw new Error('no connection');
  return only;
}

const policiesOut = ({ network: { left } }: Pair): Promise<string> =>
  left.namespace.must(['ip', 'xfrm', 'policy', 'list', 'dir', 'out']);

test('ESP that comes twice is dropped once, and counted as replayed', () =>
  onScene(async ({ pair }) => {
    const { network, we } = pair;
    await we.up();
    const mend = await between(
      network.router,
      `iifname "right" ip protocol esp dup to ${network.left.address} device "left"`,
    );
    const before = (await we.status()).esp.drops;
    expect(await ping(network.left, network.right)).toEqual(ALL);
    const after = (await we.status()).esp.drops;
    expect({ ...after, replayed: after.replayed - before.replayed }).toEqual({ ...before, replayed: 3 });
    await mend();
  }));

test('phase 2 is negotiated anew by both sides under iperf3, and no packet is lost', () =>
  onScene(async ({ lab, pair }) => {
    const { left, right } = pair.network;
    const first = await pair.we.holdings();
    const server = new Daemon(
      'iperf3',
      right.namespace.command(['iperf3', '-s', '-1', '--forceflush', '-B', right.inner]),
      lab,
    );
    lab.defer(() => server.stop('SIGTERM'));
    await server.ready('its port', () => server.stdout().includes('listening'));
    // Of 500 octets, so that there are many.
    const args = ['-u', '-l', '500', '-b', '2M', '-t', '6', '-J', '-B', left.inner, '-c', right.inner];
    const traffic = left.namespace.must(['iperf3', ...args], { limit: 120_000 });
    expect(await pair.charon.rekey('phase2')).toMatchObject({ status: 0 });
    const second = await until('another pair', async () => {
      const now = await pair.we.holdings();
      return now.phase2.some((other) => !first.phase2.includes(other)) ? now : undefined;
    });
    const { end } = JSON.parse(await traffic) as { end: { sum: { lost_packets: number; packets: number } } };
    expect(end.sum.packets).toBeGreaterThan(1000);
    expect(end.sum.lost_packets).toBe(0);
    expect(second.phase1).toEqual(first.phase1);
    await pair.we.down();
  }));

test('with 200 ms, packets lost and out of order, a tunnel comes up, carries, and takes nothing for a replay', () =>
  onScene(async ({ pair }) => {
    const { network, we } = pair;
    const { left, right, router } = network;
    for (const device of ['left', 'right'])
      await router.must([
        'tc',
        ...['qdisc', 'add', 'dev', device, 'root', 'netem'],
        ...['delay', '100ms', '30ms', 'loss', '10%', 'reorder', '25%'],
      ]);
    try {
      const before = (await we.status()).esp.drops;
      await until('the tunnel', async () => {
        await we.up().catch(() => undefined);
        return we.agreement();
      });
      // charon has the tunnel when the last message of Quick Mode is there, which may be lost more than once.
      await until('an echo', async () =>
        (await ping(left, right, { count: 1, wait: 1 })).received === 1 ? true : undefined,
      );
      const echoes = ['ping', '-n', '-q', '-c', '60', '-i', '0.05', '-W', '5', '-I', left.inner, right.inner] as const;
      const received = Number(/(\d+) received/.exec((await left.namespace.exec(echoes)).stdout)?.[1]);
      // A fifth is lost on both ways together; half would be no chance.
      expect(received).toBeGreaterThan(30);
      expect(received).toBeLessThan(60);
      expect((await we.status()).esp.drops).toEqual(before);
    } finally {
      for (const device of ['left', 'right']) await router.must(['tc', 'qdisc', 'del', 'dev', device, 'root']);
    }
    await we.down();
  }));

test('ESP that comes keeps charon alive where IKE is lost; without it charon is dead, and hold guards until it is back', () =>
  onScene(async ({ pair, clear }) => {
    const { network, we } = pair;
    const dpd = { delay: '1s', timeout: '3s', action: 'hold' };
    await we.reload(settingsOf(pair, { startup: 'on-demand', more: { dpd } }));
    await we.up();
    const mend = await between(network.router, 'udp dport 500 drop');
    const end = performance.now() + 6000;
    while (performance.now() < end) expect(await ping(network.left, network.right)).toEqual(ALL);
    expect((await connection(pair)).lastDeath).toBeUndefined();
    expect((await connection(pair)).liveness[0]?.lastSign.kind).toBe('esp');
    const death = await until('charon to be dead', async () => (await connection(pair)).lastDeath);
    expect(death.action).toBe('hold');
    expect(await ping(network.left, network.right, SOON)).toEqual(NOTHING);
    expect(await policiesOut(pair)).toMatch(
      /src 10\.1\.0\.0\/24 dst 10\.2\.0\.0\/24[^]*tmpl src 0\.0\.0\.0 dst 0\.0\.0\.0/,
    );
    expect(await clear()).toBe(0);
    await mend();
    await until('traffic to bring it up', async () => {
      await ping(network.left, network.right, { count: 1, wait: 1 });
      return we.agreement();
    });
    expect(await ping(network.left, network.right)).toEqual(ALL);
    expect(await clear()).toBe(0);
  }));

test('with restart a dead peer is asked until it answers, and the selectors stay guarded', () =>
  onScene(async ({ pair, clear }) => {
    const { network, we } = pair;
    const dpd = { delay: '1s', timeout: '3s', action: 'restart' };
    await we.reload(settingsOf(pair, { startup: 'on-demand', more: { dpd } }));
    await we.up();
    const mend = await between(network.router, 'drop');
    await until('charon to be dead', async () => (await connection(pair)).lastDeath?.action === 'restart' || undefined);
    expect(await policiesOut(pair)).toMatch(/src 10\.1\.0\.0\/24 dst 10\.2\.0\.0\/24/);
    await mend();
    await until('the tunnel', () => we.agreement());
    expect(await ping(network.left, network.right)).toEqual(ALL);
    expect(await clear()).toBe(0);
  }));

test('with clear a dead peer leaves no policy, and packets go in clear until the tunnel is back', () =>
  onScene(async ({ pair, clear }) => {
    const { network, we } = pair;
    const dpd = { delay: '1s', timeout: '3s', action: 'clear' };
    await we.reload(settingsOf(pair, { startup: 'on-demand', more: { dpd } }));
    await we.up();
    const mend = await between(network.router, 'drop');
    await until('charon to be dead', async () => (await connection(pair)).lastDeath?.action === 'clear' || undefined);
    await until('no policy', async () => ((await policiesOut(pair)).includes('10.1.0.0/24') ? undefined : true));
    expect(await ping(network.left, network.right, SOON)).toEqual(NOTHING);
    const before = await clear();
    expect(before).toBe(3);
    await mend();
    await we.up();
    expect(await ping(network.left, network.right)).toEqual(ALL);
    expect(await clear()).toBe(before);
    await we.down();
  }));
