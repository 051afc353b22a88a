import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { GatewayStatus } from '../../src/status/gateway-status.ts';
import { fencesIn } from '../docs/markdown.ts';
import { inProject } from '../project.ts';
import type { Cell } from '../lab/cells.ts';
import { kernelCell, sharedKernelScene } from '../lab/kernel-scene.ts';
import { Lab } from '../lab/lab.ts';
import type { Site } from '../lab/network.ts';
import { buildPair, establish, sallyportConnection } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const CELL = kernelCell('life');
const onScene = sharedKernelScene(CELL, {
  startup: 'on-demand',
  lifetime: { phase2: { time: '1h', kilobytes: 1024 } },
});

/** One echo request that nobody has to answer: it is there to be seen by the kernel. */
const knock = ({ namespace, inner }: Site, to: Site) =>
  namespace.exec(['ping', '-n', '-q', '-c', '1', '-W', '1', '-I', inner, to.inner]);

test('traffic brings up a tunnel in the kernel, and counters say what passed', () =>
  onScene(async ({ pair: { network, we }, clear }) => {
    const { left, right } = network;
    await knock(left, right);
    await until('the tunnel', () => we.agreement());
    const before = trafficOf(await we.status());
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    // An echo of 56 octets is 84 with its headers.
    expect(difference(trafficOf(await we.status()), before)).toEqual({
      inbound: { packets: 3, bytes: 252 },
      outbound: { packets: 3, bytes: 252 },
    });
    expect(await clear()).toBe(0);
  }));

test('a tunnel that the peer has deleted comes back by the next packet, and one that was taken down does not', () =>
  onScene(async ({ pair: { network, we, charon }, clear }) => {
    const { left, right } = network;
    expect(await charon.terminate('phase1')).toMatchObject({ status: 0 });
    await until('our tunnel to be down', () => we.viewWhere(({ agreement }) => agreement === undefined));
    await knock(left, right);
    await until('the tunnel again', () => we.agreement());
    await we.down();
    await knock(left, right);
    expect(await we.agreement()).toBeUndefined();
    expect(await clear()).toBe(0);
  }));

test('a link that goes down takes the routes of tunnels with it, and they are there again when it comes back', () =>
  onScene(async ({ pair: { network, we }, clear }) => {
    const { left, right } = network;
    await we.up();
    const before = await we.holdings();
    const routes = (): Promise<string> => left.namespace.must(['ip', 'route', 'show', 'table', '20501']);
    expect(await routes()).toContain(' dev wan ');
    await left.namespace.ip(['link set wan down']);
    expect(await routes()).not.toContain(' dev wan ');
    await left.namespace.ip(['link set wan up', 'route replace default via 198.51.100.1']);
    await until('the route of the tunnel', async () => ((await routes()).includes(' dev wan ') ? true : undefined));
    await until('echoes to come back', async () =>
      (await ping(left, right, { wait: 1 })).received === 3 ? true : undefined,
    );
    expect(await we.holdings()).toEqual(before);
    expect(await clear()).toBe(0);
  }));

test('a limit of the kernel that is near renews the SA, and no packet is lost', () =>
  onScene(async ({ pair: { network, we } }) => {
    const { left, right } = network;
    await we.up();
    const first = await we.agreement();
    // 8 KB each: after 116 the end is near, after 129 it is there. The last come slowly enough for a renewal in between.
    for (const [count, interval] of [
      [100, '0.02'],
      [28, '0.3'],
    ] as const)
      expect(
        await left.namespace.must(
          [
            'ping',
            '-n',
            '-q',
            '-s',
            '8000',
            '-c',
            `${count}`,
            '-i',
            interval,
            '-W',
            '20',
            '-I',
            left.inner,
            right.inner,
          ],
          { limit: 120_000 },
        ),
      ).toContain(`${count} packets transmitted, ${count} received`);
    // The older pair stands until its own end.
    const { phase1, phase2 } = await we.holdings();
    expect(phase1).toHaveLength(1);
    expect(phase2.length).toBeGreaterThan(1);
    expect(first).toBeDefined();
    await we.down();
  }));

test('where the kernel had more to say than could be heard, it is asked: a state that is gone is made again', () =>
  onScene(async ({ pair: { network, we } }) => {
    const { left, right } = network;
    await we.up();
    const before = await we.agreement();
    process.kill(we.daemon.pid, 'SIGSTOP');
    const strangers = Array.from({ length: 600 }, (_, i) => i + 0x4000);
    await left.namespace.ip([
      ...strangers.map(
        (spi) =>
          `xfrm state add src 192.0.2.1 dst 192.0.2.9 proto esp spi ${spi} reqid 7 mode tunnel limit time-hard 1 aead rfc4106(gcm(aes)) 0x0102030405060708090a0b0c0d0e0f1011121314 128`,
      ),
      `xfrm state delete src ${left.address} dst ${right.address} proto esp spi 0x${before?.spiOut}`,
    ]);
    await until('their end', async () =>
      (await left.namespace.must(['ip', 'xfrm', 'state'])).includes('192.0.2.9') ? undefined : true,
    );
    process.kill(we.daemon.pid, 'SIGCONT');
    const after = await until('another SA', async () => {
      const agreement = await we.agreement();
      return agreement === undefined || agreement.spiOut === before?.spiOut ? undefined : agreement;
    });
    expect(after.initiatorCookie).toBe(before?.initiatorCookie);
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    await we.down();
  }));

test('what a killed gateway has left in the kernel keeps the traffic back, and is put in order by the next one', () =>
  onScene(async ({ lab, pair: { network, we, charon }, clear }) => {
    const { left, right } = network;
    const ip = (...args: string[]): Promise<string> => left.namespace.must(['ip', ...args]);
    // Somebody else's, which has to be there at the end.
    await left.namespace.ip([
      'xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1234 reqid 7 mode tunnel aead rfc4106(gcm(aes)) 0x0102030405060708090a0b0c0d0e0f1011121314 128',
      'xfrm policy add src 192.0.2.1 dst 192.0.2.2 dir out tmpl proto esp reqid 7 mode tunnel',
    ]);
    await we.up();
    const dead = await we.agreement();
    await we.crash();
    expect(await charon.sas()).toHaveLength(1);
    const killed = await ip('xfrm', 'state');
    expect(killed).toContain(dead?.spiOut);
    await charon.terminate('phase1');
    await knock(left, right);

    const next = await lab.sallyport(left, {
      esp: 'kernel',
      listen: [left.address],
      connections: [{ ...sallyportConnection(CELL, network), startup: 'on-demand' }],
    });
    const ordered = await ip('xfrm', 'state');
    expect(ordered).not.toContain(dead?.spiOut);
    expect(ordered).not.toContain(dead?.spiIn);
    await knock(left, right);
    await until('the tunnel of the next one', () => next.agreement());
    expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
    expect(await clear()).toBe(0);

    await next.stop();
    expect(await ip('xfrm', 'policy')).not.toContain(left.network);
    const states = (await ip('xfrm', 'state')).match(/^src \S+ dst \S+/gm);
    // What a packet at a trap has made cannot be taken away, and is gone after half a minute.
    expect(states?.filter((state) => !state.endsWith('dst 0.0.0.0'))).toEqual(['src 192.0.2.1 dst 192.0.2.2']);
    expect(await ip('xfrm', 'policy')).toContain('src 192.0.2.1/32 dst 192.0.2.2/32');
    expect(await ip('rule')).not.toContain('20501');
  }));

test('charon renews under traffic in UDP without a packet lost, and is followed when its NAT box restarts', async () => {
  const lab = await Lab.open();
  const cell: Cell = { ...CELL, we: 'responder', nat: 'before charon' };
  await lab
    .watch(async () => {
      const pair = await buildPair(lab, cell, { charons: { rekey: { phase2: '10s' } } });
      await establish(cell, pair);
      const { left, right } = pair.network;
      // While charon renews there are two pairs for some seconds, of which none is the agreement.
      const first = await pair.we.holdings();
      expect(first.phase1).toHaveLength(1);
      const traffic = await right.namespace.exec(
        ['ping', '-n', '-q', '-c', '150', '-i', '0.1', '-W', '20', '-I', right.inner, left.inner],
        { limit: 120_000 },
      );
      expect(traffic.stdout).toContain('150 packets transmitted, 150 received');
      const second = await until('another pair', async () => {
        const now = await pair.we.holdings();
        return now.phase2.some((other) => !first.phase2.includes(other)) ? now : undefined;
      });
      expect(second.phase1).toEqual(first.phase1);

      await pair.network.restartNat();
      await until('echoes to come back', async () => ((await ping(right, left)).received === 3 ? true : undefined));
      expect(pair.we.log()).toMatch(/peer\.moved .*to=198\.51\.100\.1:3\d{4}/);
      expect((await pair.we.holdings()).phase1).toEqual(first.phase1);
      await tryDocumented(left);
    })
    .finally(() => lab.close());
});

/** Every command of docs/kernel.md does something where a tunnel stands; those that clean up come last. */
async function tryDocumented({ namespace }: Site): Promise<void> {
  const blocks = fencesIn(await readFile(inProject('docs/kernel.md'), 'utf8'), 'sh').toReversed();
  const lines = blocks.flatMap(({ text }) => text.split('\n'));
  const commands = lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
  expect(commands.at(-1)).toBe('ip route flush table 20501');
  for (const command of commands) {
    const { status, stderr } = await namespace.exec(['timeout', '5', 'sh', '-c', command]);
    // What listens is ended, and has not failed.
    expect([command, command.endsWith('monitor') && status === 124 ? 0 : status, stderr]).toEqual([command, 0, '']);
  }
  // Those of IKE's sockets go with them.
  expect(await namespace.must(['ip', 'xfrm', 'policy'])).not.toContain('dir ');
}

type Traffic = Readonly<Record<'inbound' | 'outbound', { readonly packets: number; readonly bytes: number }>>;

function trafficOf({ connections }: GatewayStatus): Traffic {
  const none = { packets: 0, bytes: 0 };
  return connections[0]?.tunnels[0]?.traffic ?? { inbound: none, outbound: none };
}

function difference(a: Traffic, b: Traffic): Traffic {
  const minus = (direction: keyof Traffic) => ({
    packets: a[direction].packets - b[direction].packets,
    bytes: a[direction].bytes - b[direction].bytes,
  });
  return { inbound: minus('inbound'), outbound: minus('outbound') };
}
