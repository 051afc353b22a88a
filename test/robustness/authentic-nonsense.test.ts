import { describe, expect, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { espDelete, notification } from '../../src/ike/exchange/informational.ts';
import { hash1 } from '../../src/ike/keys/quick-hash.ts';
import { frameMessage, readMessage, viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG, NOTIFY, PAYLOAD, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';

const random = new SeededRandom('authentic nonsense');

/** What a peer that has the keys and means no good can send: any octets behind a HASH that is right. */
class Insider {
  readonly pair = PairOfEndpoints.up({}, { limits: { exchanges: 100_000, quickModes: 100_000 } });
  #messageId = 0x10;

  /** Sends to a, under a fresh message id, as b would. */
  send(exchangeType: number, firstType: number, rest: Uint8Array): void {
    const { pair } = this;
    const messageId = this.#messageId++;
    const sa = pair.b.isakmp();
    const { keys } = sa;
    const chain = sa.chainFor(messageId);
    if (keys === undefined || chain === undefined) throw new Error('no keys');
    const hash = hash1(sa.crypto, keys.hash, keys.skeyids.skeyidA, messageId, rest);
    const first = concat(Uint8Array.of(firstType, 0, 0, 4 + hash.length), hash);
    const { initiator, responder } = sa.channel.cookies;
    const bytes = frameMessage(
      {
        ...{ initiatorCookie: initiator, responderCookie: responder, exchangeType, messageId },
        ...{ flags: FLAG.ENCRYPTION, nextPayload: PAYLOAD.HASH },
      },
      chain.encrypt(concat(first, rest)).ciphertext,
    );
    const { local, remote } = sa.channel;
    pair.deliver(pair.a, pair.seen({ local, remote, bytes }));
  }
  /** The clear octets behind the HASH of b's own Quick Mode, as the other side's would be. */
  quickMode(): { firstType: number; rest: Uint8Array } {
    const found = this.pair.wire.find(({ bytes }) => readMessage(bytes).header.exchangeType === EXCHANGE.QUICK_MODE);
    const { header, body } = readMessage(found?.bytes ?? new Uint8Array());
    const { plaintext } = this.pair.a.isakmp().chainFor(header.messageId)?.decrypt(body) ?? {};
    if (plaintext === undefined) throw new Error('no Quick Mode');
    const { payloads, rest } = viewPayloads(header.nextPayload, plaintext);
    const [hash, second] = payloads;
    const from = 4 + (hash?.body.length ?? 0);
    return { firstType: second?.type ?? 0, rest: plaintext.slice(from, plaintext.length - rest.length) };
  }
  expectStanding(): void {
    const { a } = this.pair;
    expect(a.named('internal.error')).toEqual([]);
    expect(a.connection().isakmp?.established).toBeDefined();
    expect([...a.connection().pairs.keys()]).toContain(1);
  }
}

function* changes(bytes: Uint8Array): Generator<Uint8Array> {
  for (const [at, octet] of bytes.entries())
    for (const change of [1, 0x80, 1 + (random.u32() % 255)]) {
      const changed = bytes.slice();
      changed[at] = octet ^ change;
      yield changed;
    }
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
}

describe('a peer that has the keys', () => {
  it('sends any Quick Mode it likes, and every one is agreed on, refused or dropped', () => {
    const insider = new Insider();
    const { firstType, rest } = insider.quickMode();
    for (const changed of changes(rest)) insider.send(EXCHANGE.QUICK_MODE, firstType, changed);
    for (let i = 0; i < 200; i++) insider.send(EXCHANGE.QUICK_MODE, firstType, random.bytes(random.u32() % 200));
    insider.expectStanding();
    const { a } = insider.pair;
    // Refused ones are told, and nothing of them stays but what answers duplicates.
    expect(a.named('phase2.failed').length).toBeGreaterThan(0);
    insider.pair.runUntil(400_000);
    expect(a.isakmp().exchanges.size).toBe(0);
    expect(a.connection().negotiations.size).toBe(0);
  });

  it.each([
    ['Delete', espDelete(0x7777)],
    ['notification', notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, Uint8Array.of(0, 0, 0x77, 0x77))],
    ['R-U-THERE', notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, new Uint8Array(16), Uint8Array.of(0, 0, 0, 1))],
  ])('sends any %s it likes', (_, content) => {
    const insider = new Insider();
    for (const changed of changes(writeChain([content]))) insider.send(EXCHANGE.INFORMATIONAL, content.type, changed);
    for (let type = 0; type < 256; type++) insider.send(EXCHANGE.INFORMATIONAL, type, writeChain([content]));
    insider.expectStanding();
  });

  it('opens exchanges that we do not speak', () => {
    const insider = new Insider();
    for (const exchange of [0, 1, 3, 4, 6, 34, 255]) insider.send(exchange, PAYLOAD.NONE, new Uint8Array());
    insider.expectStanding();
    expect(insider.pair.a.drops).toEqual(Array.from({ length: 7 }, () => 'unknown-exchange'));
  });

  it('opens a New Group Mode with nothing in it', () => {
    const insider = new Insider();
    insider.send(33, PAYLOAD.NONE, new Uint8Array());
    insider.expectStanding();
    expect(insider.pair.a.drops).toEqual(['undecryptable']);
  });
});
