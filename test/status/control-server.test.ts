import { request } from 'node:http';
import { join } from 'node:path';
import { statSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { IkeError } from '../../src/base/errors.ts';
import { startControlServer } from '../../src/status/control-server.ts';
import { FakeGateway, IDLE_STATUS, QUIET } from './fake-gateway.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: unknown;
}

async function started(gateway = new FakeGateway(), reload?: () => Promise<object>) {
  const socketPath = join(temporaryFolder(), 'control');
  const server = await startControlServer({ socketPath, mode: 0o600, gateway, ...QUIET, ...(reload && { reload }) });
  onTestFinished(() => server.close());
  return { gateway, socketPath, server };
}

function ask(socketPath: string, method: string, path: string, asked?: unknown): Promise<Answer> {
  const headers = asked === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        const body: unknown = JSON.parse(text);
        resolve({ status: response.statusCode, type: response.headers['content-type'], body });
      });
    })
      .on('error', reject)
      .end(asked === undefined ? undefined : JSON.stringify(asked));
  });
}

describe('the control API', () => {
  test('tells the status', async () => {
    const { socketPath } = await started();
    expect(await ask(socketPath, 'GET', '/v1/status')).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
      body: IDLE_STATUS,
    });
  });

  test('brings connections up and down', async () => {
    const { socketPath, gateway } = await started();
    const answers = [
      await ask(socketPath, 'POST', '/v1/connections/hq/up'),
      await ask(socketPath, 'POST', '/v1/connections/hq/down'),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { ok: true }],
      [200, { ok: true }],
    ]);
    expect(gateway.asked).toEqual(['up hq', 'down hq']);
  });

  test('renews the SAs of a phase, of phase 2 where nothing else is said', async () => {
    const { socketPath, gateway } = await started();
    const answers = [
      await ask(socketPath, 'POST', '/v1/connections/hq/rekey', {}),
      await ask(socketPath, 'POST', '/v1/connections/hq/rekey', { phase: 1 }),
      await ask(socketPath, 'POST', '/v1/connections/lost/rekey', { phase: 1 }),
      await ask(socketPath, 'POST', '/v1/connections/hq/rekey', { phase: 3 }),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { ok: true }],
      [200, { ok: true }],
      [409, expect.objectContaining({ code: 'NOT_UP' })],
      [
        400,
        expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ what: 'body.phase' }) }),
      ],
    ]);
    expect(gateway.asked).toEqual(['rekey hq phase 2', 'rekey hq phase 1', 'rekey lost phase 1']);
  });

  test('has the configuration read anew, where there is somebody who does that', async () => {
    const summary = { unchanged: ['hq'], changed: [], added: [], removed: ['lab'] };
    const { socketPath } = await started(new FakeGateway(), async () => summary);
    expect(await ask(socketPath, 'POST', '/v1/reload')).toMatchObject({ status: 200, body: summary });
    const issues = ['hq.yaml: error: gateway.ports'];
    const refusing = await started(new FakeGateway(), async () => {
      throw new IkeError('CONFIG_REFUSED', { file: 'hq.yaml', issues });
    });
    expect(await ask(refusing.socketPath, 'POST', '/v1/reload')).toMatchObject({
      status: 409,
      body: { code: 'CONFIG_REFUSED', details: { issues } },
    });
    const without = await started();
    expect(await ask(without.socketPath, 'POST', '/v1/reload')).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_PATH' },
    });
  });

  test('sends pings and tells how many were answered', async () => {
    const { socketPath, gateway } = await started();
    const { status, body } = await ask(socketPath, 'POST', '/v1/ping', { destination: '10.2.0.1', count: 3 });
    expect([status, body]).toEqual([200, { sent: 3, received: 2 }]);
    expect(gateway.asked).toEqual(['ping 10.2.0.1']);
  });

  test.each([
    [undefined],
    [{ count: 1 }],
    [{ destination: '10.2.0.1' }],
    [{ destination: '10.2.0.1', count: 0 }],
    [{ destination: '10.2.0.1', count: 101 }],
    [{ destination: '10.2.0.1', count: 1.5 }],
  ])('refuses to ping with %j', async (asked) => {
    const { socketPath, gateway } = await started();
    expect(await ask(socketPath, 'POST', '/v1/ping', asked)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_ARGUMENT' },
    });
    expect(gateway.asked).toEqual([]);
  });

  test('tells why something failed as problem+json (RFC 9457 §3)', async () => {
    const { socketPath } = await started();
    expect(await ask(socketPath, 'POST', '/v1/connections/lost/up')).toEqual({
      status: 502,
      type: 'application/problem+json; charset=utf-8',
      body: {
        status: 502,
        code: 'PEER_SILENT',
        title: 'peer did not answer before the last retransmission',
        detail: 'PEER_SILENT: peer did not answer before the last retransmission (phase 1, peer 198.51.100.1)',
        advice: 'check the address, routing, and that UDP 500 and 4500 pass in both directions',
        details: { phase: 1, peer: '198.51.100.1' },
      },
    });
  });

  test.each([
    ['POST', '/v1/connections/nobody/down', 404, 'UNKNOWN_NAME'],
    ['POST', '/v1/connections/broken/up', 500, 'INTERNAL'],
    ['GET', '/v1/connections/hq/up', 404, 'UNKNOWN_PATH'],
    ['GET', '/v1/connections/nobody', 404, 'UNKNOWN_NAME'],
    ['GET', '/v1/status?detail=1', 400, 'INVALID_ARGUMENT'],
    ['GET', '/', 404, 'UNKNOWN_PATH'],
    ['GET', '/v1/%zz', 400, 'BAD_REQUEST'],
  ])('answers %s %s with %i and the code %s', async (method, path, status, code) => {
    const { socketPath } = await started();
    expect(await ask(socketPath, method, path)).toMatchObject({
      status,
      type: 'application/problem+json; charset=utf-8',
      body: { code },
    });
  });
});

test('serves metrics for Prometheus', async () => {
  const { socketPath } = await started();
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request({ socketPath, path: '/metrics' }, (response) => {
      let all = String(response.headers['content-type']);
      response.on('data', (part: Uint8Array) => (all += String(part)));
      response.on('end', () => resolve(all));
    });
    asked.on('error', reject).end();
  });
  expect(text).toMatch(/^application\/openmetrics-text; .*sallyport_uptime_seconds 11520$/ms);
});

test('the socket has the mode that was asked for', async () => {
  const socketPath = join(temporaryFolder(), 'control');
  const server = await startControlServer({ socketPath, mode: 0o660, gateway: new FakeGateway(), ...QUIET });
  expect(statSync(socketPath).mode & 0o777).toBe(0o660);
  await server.close();
});

test('a second gateway at the same socket is refused, and the first goes on', async () => {
  const { socketPath } = await started();
  await expect(
    startControlServer({ socketPath, mode: 0o600, gateway: new FakeGateway(), ...QUIET }),
  ).rejects.toMatchObject({
    code: 'CONTROL_SOCKET',
    details: { reason: 'another gateway is running there' },
  });
  expect((await ask(socketPath, 'GET', '/v1/status')).status).toBe(200);
});
