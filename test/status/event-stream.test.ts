import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startControlServer } from '../../src/status/control-server.ts';
import { FakeGateway, QUIET } from './fake-gateway.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function started() {
  const socketPath = join(temporaryFolder(), 'control');
  const gateway = new FakeGateway();
  const beats = new Set<() => void>();
  const every = (_: number, act: () => void): (() => void) => {
    beats.add(act);
    return () => beats.delete(act);
  };
  const server = await startControlServer({ socketPath, mode: 0o600, gateway, ...QUIET, every });
  onTestFinished(() => server.close());
  return { gateway, socketPath, server, beats };
}

/** A stream that has begun: what has come of it, and when. */
class Reading {
  text = '';
  ended = false;
  readonly response: IncomingMessage;
  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (part: string) => (this.text += part));
    response.on('close', () => (this.ended = true)).on('error', () => undefined);
  }
  until(done: (text: string) => boolean): Promise<string> {
    return until(() => done(this.text)).then(() => this.text);
  }
}

function read(socketPath: string, path = '/v1/events', headers: Record<string, string> = {}): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, headers, agent: false }, (response) => resolve(new Reading(response)));
    asked.on('error', reject).end();
    onTestFinished(() => void asked.destroy());
  });
}

/** Waits for something that another turn of the loop brings. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const ids = (text: string): string[] => [...text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
const names = (text: string): string[] => [...text.matchAll(/^event: (.*)$/gm)].map(([, name = '']) => name);

describe('the stream of events', () => {
  test('has a name to resume from, the name and the data of each (HTML Living Standard §9.2)', async () => {
    const { socketPath, gateway } = await started();
    const [a, b] = [await read(socketPath), await read(socketPath)];
    gateway.emit({ name: 'attempt.scheduled' });
    const expected = 'id: 1000-1\nevent: attempt.scheduled\ndata: {"time":1000,"name":"attempt.scheduled"}\n\n';
    expect(await a.until((text) => text.endsWith('\n\n'))).toBe(expected);
    expect(await b.until((text) => text.endsWith('\n\n'))).toBe(expected);
    expect(a.response.headers['content-type']).toBe('text/event-stream');
  });

  test('goes on after the event that was seen last', async () => {
    const { socketPath, gateway } = await started();
    const first = await read(socketPath);
    gateway.emit({ name: 'a' });
    const [seen = ''] = ids(await first.until((text) => text.includes('event: a')));
    first.response.destroy();
    gateway.emit({ name: 'b' });
    gateway.emit({ name: 'c' });
    const second = await read(socketPath, '/v1/events', { 'last-event-id': seen });
    gateway.emit({ name: 'd' });
    expect(names(await second.until((text) => text.includes('event: d')))).toEqual(['b', 'c', 'd']);
  });

  test.each([
    ['is of another process', '999-1'],
    ['is too long ago', '1000-1'],
  ])('says that some were missed, where the last that was seen %s', async (_, seen) => {
    const { socketPath, gateway } = await started();
    for (let i = 0; i < 1001; i++) gateway.emit({ name: 'a' });
    const reading = await read(socketPath, '/v1/events', { 'last-event-id': seen });
    gateway.emit({ name: 'b' });
    expect(names(await reading.until((text) => text.includes('event: b')))).toEqual(['events.lost', 'b']);
  });

  test.each([
    ['level=warn', ['warn.x']],
    ['level=info', ['dpd.asked', 'warn.x', 'phase1.ended']],
    ['connection=hq', ['dpd.asked', 'phase1.ended']],
    ['names=dpd.*,warn.x', ['dpd.asked', 'warn.x']],
    ['names=dpd', []],
  ])('has what is asked for: %s', async (query, expected) => {
    const { socketPath, gateway } = await started();
    const reading = await read(socketPath, `/v1/events?${query}`);
    const all = await read(socketPath);
    const events = [
      { name: 'debug.x' },
      { name: 'dpd.asked', connection: 'hq' },
      { name: 'warn.x', connection: 'lab' },
      { name: 'phase1.ended', sa: { connection: 'hq' } },
    ];
    for (const event of events) gateway.emit(event);
    await all.until((text) => names(text).length === 4);
    await reading.until((text) => names(text).length >= expected.length);
    expect(names(reading.text)).toEqual(expected);
  });

  test('shows between events that the gateway is there', async () => {
    const { socketPath, beats } = await started();
    const reading = await read(socketPath);
    for (const beat of beats) beat();
    expect(await reading.until((text) => text !== '')).toBe(': still here\n\n');
    reading.response.destroy();
    await until(() => beats.size === 0);
  });

  test('is cut off for a reader for whom a megabyte waits, and for nobody else', async () => {
    const { socketPath, gateway } = await started();
    const [slow, quick] = [await read(socketPath), await read(socketPath)];
    slow.response.pause();
    for (let n = 1; n <= 40; n++) {
      gateway.emit(Object.assign({ name: 'filler' }, { text: 'x'.repeat(100_000), n }));
      await quick.until((text) => text.endsWith(`"n":${n}}\n\n`));
    }
    slow.response.resume();
    await until(() => slow.ended);
    expect(ids(slow.text).length).toBeLessThan(20);
    expect([ids(quick.text).length, quick.ended]).toEqual([40, false]);
  });

  test('has at most 100 readers', async () => {
    const { socketPath } = await started();
    for (let i = 0; i < 100; i++) await read(socketPath);
    const refused = await read(socketPath);
    expect(refused.response.statusCode).toBe(409);
    expect(await refused.until((text) => text.endsWith('}'))).toContain('LIMIT_REACHED');
  });

  test('does not keep the server from closing', async () => {
    const { socketPath, server } = await started();
    const reading = await read(socketPath);
    await server.close();
    expect(existsSync(socketPath)).toBe(false);
    await until(() => reading.ended);
  });
});

describe('the history of events', () => {
  const history = async (socketPath: string, query: string): Promise<string[]> => {
    const reading = await read(socketPath, `/v1/events/history?${query}`);
    await until(() => reading.ended);
    return (JSON.parse(reading.text) as { event: { name: string } }[]).map(({ event }) => event.name);
  };

  test('has the last that are not debug, the oldest first', async () => {
    const { socketPath, gateway } = await started();
    for (const name of ['a', 'debug.x', 'warn.b', 'c']) gateway.emit({ name });
    expect(await history(socketPath, '')).toEqual(['a', 'warn.b', 'c']);
    expect(await history(socketPath, 'last=2')).toEqual(['warn.b', 'c']);
    expect(await history(socketPath, 'level=warn&last=2')).toEqual(['warn.b']);
  });

  test('keeps a thousand', async () => {
    const { socketPath, gateway } = await started();
    for (let i = 0; i < 1001; i++) gateway.emit({ name: `e${i}` });
    const kept = await history(socketPath, 'last=1000');
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, 'e1', 'e1000']);
  });

  test.each(['last=0', 'last=1001', 'last=x', 'level=loud', 'since=1'])('refuses %s', async (query) => {
    const { socketPath } = await started();
    const reading = await read(socketPath, `/v1/events/history?${query}`);
    expect(reading.response.statusCode).toBe(400);
  });
});
