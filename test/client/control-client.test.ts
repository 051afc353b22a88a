import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ControlClient, unreachable } from '../../src/client/control-client.ts';
import { startControlServer } from '../../src/status/control-server.ts';
import { FakeGateway, IDLE_STATUS, QUIET } from '../status/fake-gateway.ts';
import { temporaryFolder } from '../status/temporary-folder.ts';

async function started() {
  const socketPath = join(temporaryFolder(), 'control');
  const gateway = new FakeGateway();
  const server = await startControlServer({ socketPath, mode: 0o600, gateway, ...QUIET });
  onTestFinished(() => server.close());
  const interruption = new AbortController();
  return { gateway, server, socketPath, interruption, client: new ControlClient(socketPath, interruption.signal) };
}

const refused = (code: string, message: string | RegExp, advice?: string) =>
  expect.objectContaining({ code, message: expect.stringMatching(message), advice });

const clientAt = (path: string): ControlClient => new ControlClient(path, new AbortController().signal);
const START = 'start one with sallyport run FILE, or name its socket with --socket PATH';

describe('the client of the control API', () => {
  test('has the status', async () => {
    const { client } = await started();
    expect(await client.status()).toEqual(IDLE_STATUS);
  });

  test('brings connections up and down, whatever their name', async () => {
    const { client, gateway } = await started();
    await client.up('hq');
    await client.down('hq');
    await expect(client.up('a/b ?')).rejects.toThrow('no connection or tunnel has this name');
    expect(gateway.asked).toEqual(['up hq', 'down hq', 'up a/b ?']);
  });

  test('has SAs renewed', async () => {
    const { client, gateway } = await started();
    await client.rekey('hq', 1);
    await expect(client.rekey('lost', 2)).rejects.toThrow('the connection has no SA of this phase');
    expect(gateway.asked).toEqual(['rekey hq phase 1', 'rekey lost phase 2']);
  });

  test('has the last events', async () => {
    const { client, gateway } = await started();
    for (const name of ['a', 'warn.b', 'c']) gateway.emit({ name });
    const told = await client.history({ level: 'warn' }, 10);
    expect(told).toEqual([{ id: '1000-2', level: 'warn', event: { name: 'warn.b', time: 1000 } }]);
  });

  test('asks for pings', async () => {
    const { client } = await started();
    expect(await client.ping('10.2.0.1', 3)).toEqual({ sent: 3, received: 2 });
  });

  test('tells the reason of a failure and what to do', async () => {
    const { client } = await started();
    await expect(client.up('lost')).rejects.toEqual(
      refused(
        'PEER_SILENT',
        /^PEER_SILENT: peer did not answer before the last retransmission \(phase 1, peer 198\.51\.100\.1\)$/,
        'check the address, routing, and that UDP 500 and 4500 pass in both directions',
      ),
    );
  });

  test('follows events until it is interrupted', async () => {
    const { client, gateway, interruption } = await started();
    const events: unknown[] = [];
    const listener = (event: unknown): void => {
      events.push(event);
      if (events.length === 2) interruption.abort();
    };
    const a = Object.assign({ name: 'a' }, { text: 'größer' });
    const connected = (): void => [a, { name: 'c' }, { name: 'b' }].forEach((event) => gateway.emit(event));
    await client.follow(listener, { filter: { names: ['a', 'b'], level: 'info' }, connected });
    expect(events).toEqual([
      { ...a, time: 1000 },
      { name: 'b', time: 1000 },
    ]);
  });

  test('says that the gateway has ended while it follows', async () => {
    const { client, server } = await started();
    const following = client.follow(() => undefined, { connected: () => void server.close() });
    await expect(following).rejects.toEqual(refused('GONE', /^the gateway has ended$/));
  });

  test('stops waiting when it is interrupted', async () => {
    const { socketPath, gateway } = await started();
    gateway.up = () => new Promise(() => undefined);
    const interruption = new AbortController();
    const waiting = new ControlClient(socketPath, interruption.signal).up('hq');
    setTimeout(() => interruption.abort(), 50);
    await expect(waiting).rejects.toEqual(refused('INTERRUPTED', /^interrupted; the gateway goes on$/));
  });
});

describe('without a gateway', () => {
  test('where there is no socket, it says so', async () => {
    const path = join(temporaryFolder(), 'control');
    await expect(clientAt(path).status()).rejects.toEqual(
      refused('NOT_RUNNING', new RegExp(`^no gateway is running: there is no socket at ${path}$`), START),
    );
    await expect(clientAt(path).follow(() => undefined)).rejects.toEqual(refused('NOT_RUNNING', /no socket/, START));
  });

  test('where nobody listens at it any more, it says so', async () => {
    const path = join(temporaryFolder(), 'control');
    writeFileSync(path, '');
    await expect(clientAt(path).status()).rejects.toEqual(refused('NOT_RUNNING', /nobody answers/, START));
  });

  test('where something else answers, it does not take it for a gateway', async () => {
    const path = join(temporaryFolder(), 'control');
    const other = createServer((_, response) => response.writeHead(418).end('teapot'));
    await new Promise<void>((resolve) => void other.listen(path, resolve));
    onTestFinished(() => {
      other.close();
    });
    await expect(clientAt(path).status()).rejects.toEqual(
      refused('NOT_A_GATEWAY', /^the answer \(status 418\) is not that of a gateway$/),
    );
  });
});

test.each([
  ['EACCES', 'NOT_ALLOWED', 'permission denied at /run/x', "control.mode in the gateway's configuration says who may"],
  ['ECONNRESET', 'GONE', 'the gateway has ended', undefined],
  ['ENOTDIR', 'NOT_REACHED', '/run/x: oops', undefined],
])('%s of the system is told as %s', (code, expected, message, advice) => {
  const cause = Object.assign(new Error('oops'), { code });
  expect(unreachable('/run/x', cause)).toMatchObject({ code: expected, message, advice, cause });
});
