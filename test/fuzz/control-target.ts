import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { startControlServer } from '../../src/status/control-server.ts';
import { FakeGateway, QUIET } from '../status/fake-gateway.ts';
import { below, mutateBytes } from './mutate-bytes.ts';
import type { Target } from './target.ts';

/** How long an answer may take, in milliseconds. */
const PATIENCE = 10_000;
const HEAD = 'Host: x\r\nConnection: close\r\n';
const JSON_HEAD = `${HEAD}Content-Type: application/json\r\n`;

const posted = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\n${JSON_HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
const SEEDS = [
  `GET /v1/status HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /v1/events HTTP/1.1\r\n${HEAD}\r\n`,
  `POST /v1/connections/hq/up HTTP/1.1\r\n${HEAD}\r\n`,
  `POST /v1/connections/lost/up HTTP/1.1\r\n${HEAD}\r\n`,
  `POST /v1/connections/%00/down HTTP/1.1\r\n${HEAD}\r\n`,
  posted('/v1/ping', '{"destination":"10.2.0.1","count":3}'),
  posted('/v1/ping', '{"destination":null,"count":-1,"__proto__":{}}'),
  posted('/v1/ping', '['),
  `POST /v1/ping HTTP/1.1\r\n${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
];
const TOKENS = [
  '\r\n',
  '%',
  '%zz',
  '/',
  '..',
  '?a=',
  'Content-Length: 9',
  'Expect: 100-continue',
  'Upgrade: x',
  '{',
  '"',
  '\0',
];

/** The control API: octets on its socket, and then a question that has to be answered. */
export class ControlTarget implements Target {
  readonly name = 'control';
  #running: Promise<{ readonly path: string; close(): Promise<void> }> | undefined;
  readonly #unhandled: unknown[] = [];
  readonly #note = (error: unknown): unknown => this.#unhandled.push(error);

  seeds(): readonly Uint8Array[] {
    return SEEDS.map(utf8Bytes);
  }
  async run(input: Uint8Array): Promise<string[]> {
    this.#running ??= this.#start();
    const { path } = await this.#running;
    const answer = await exchange(path, input);
    const status = await exchange(path, utf8Bytes(SEEDS[0] ?? ''));
    if (!status.startsWith('HTTP/1.1 200')) throw new Error(`asked for its status it says ${status.slice(0, 200)}`);
    const [defect] = this.#unhandled;
    if (defect !== undefined) throw new Error('nobody handles it', { cause: defect });
    if (/HTTP\/1.1 500/.test(answer)) throw new Error(answer);
    return [`${answer.slice(0, 12)} ${/"(?:code|type)":"[^"]*"/.exec(answer)?.[0] ?? ''}`];
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    if (random.chance(0.6)) return mutateBytes(input, other, random);
    const at = below(random, input.length);
    const token = utf8Bytes(TOKENS[below(random, TOKENS.length)] ?? '');
    return concat(input.subarray(0, at), token, input.subarray(at + below(random, 4)));
  }
  async close(): Promise<void> {
    const running = await this.#running;
    this.#running = undefined;
    await running?.close();
  }

  async #start(): Promise<{ readonly path: string; close(): Promise<void> }> {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-fuzz-'));
    const path = join(folder, 'control');
    const server = await startControlServer({ socketPath: path, mode: 0o600, gateway: new FakeGateway(), ...QUIET });
    process.on('uncaughtException', this.#note).on('unhandledRejection', this.#note);
    return {
      path,
      close: async () => {
        process.off('uncaughtException', this.#note).off('unhandledRejection', this.#note);
        await server.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
}

/** Sends and hears what comes until the other side ends, or has begun to answer what never ends. */
function exchange(path: string, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    const socket = connect({ path, allowHalfOpen: false });
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(utf8Text(concat(...parts)));
    };
    const timer = setTimeout(() => reject(new Error(`no end in ${PATIENCE} ms`)), PATIENCE);
    socket.on('data', (part: Uint8Array) => {
      parts.push(part);
      if (utf8Text(part).includes('text/event-stream')) done();
    });
    socket.on('close', done).on('error', done);
    socket.end(bytes);
  });
}
