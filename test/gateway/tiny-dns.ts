import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A DNS server for addresses of version 4 (RFC 1035 §4): it knows what it is told, and says of everything else that it does not exist. */
export class TinyDns {
  readonly answers = new Map<string, string>();
  /** How often it was asked. */
  asked = 0;
  readonly #socket = createSocket('udp4');

  /** Resolves to where it listens. */
  async start(): Promise<string> {
    this.#socket.on('message', (query, { address, port }) => this.#socket.send(this.#answer(query), port, address));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }
  stop(): void {
    this.#socket.close();
  }

  #answer(query: Uint8Array): Uint8Array {
    this.asked++;
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(new TextDecoder().decode(query.subarray(at + 1, at + 1 + length)));
      at += 1 + length;
    }
    const question = query.subarray(12, at + 5);
    const isForVersion4 = query[at + 2] === 1;
    const address = this.answers.get(labels.join('.'));
    const found = address !== undefined && isForVersion4;
    const flags = address === undefined ? [0x81, 0x83] : [0x81, 0x80];
    const record = found ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)] : [];
    const head = [...query.subarray(0, 2), ...flags, 0, 1, 0, found ? 1 : 0, 0, 0, 0, 0];
    return Uint8Array.from([...head, ...question, ...record]);
  }
}
