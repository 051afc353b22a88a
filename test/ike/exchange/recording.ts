import { requireIpAddress, type UdpEndpoint } from '../../../src/base/address.ts';
import { fromHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { parseIdentity } from '../../../src/base/identity.ts';
import { type Instant, instant, seconds } from '../../../src/base/instant.ts';
import type { Random } from '../../../src/base/random.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { Channel } from '../../../src/ike/channel.ts';
import type { Received } from '../../../src/ike/received.ts';
import type { Effect, Job, ExchangeJobResult, NegotiatedSa } from '../../../src/ike/effects.ts';
import type { Role } from '../../../src/ike/events.ts';
import { IsakmpSa } from '../../../src/ike/isakmp-sa.ts';
import type { ConnectionPolicy } from '../../../src/ike/negotiate/policy.ts';
import { settingsOf } from '../../../src/ike/options.ts';
import { Outbox } from '../../../src/ike/outbox.ts';
import { readMessage } from '../../../src/ike/wire/message.ts';
import { readInProject } from '../../project.ts';

interface File {
  readonly handshakes: {
    readonly testMainModePSKHandshake: {
      readonly psk: string;
      readonly dh_private_pkcs8: string;
      readonly messages: readonly { readonly request: string; readonly response: string }[];
      readonly independently_derived: Readonly<Record<'gxy' | 'skeyid_d', string>> & {
        readonly decrypted: readonly { readonly plaintext: string; readonly payloads: readonly [number, string][] }[];
      };
    };
  };
}
const { handshakes } = JSON.parse(readInProject('vectors/kdf/ikev1-recorded-handshakes.json')) as File;
const recording = handshakes.testMainModePSKHandshake;
export const derived = recording.independently_derived;

const INITIATOR: UdpEndpoint = { address: requireIpAddress('10.0.3.1'), port: 500 };
const RESPONDER: UdpEndpoint = { address: requireIpAddress('10.0.3.10'), port: 500 };

/** The nine messages, Main Mode 1 to 6 and Quick Mode 1 to 3. */
const messages = recording.messages.flatMap(({ request, response }) =>
  [request, response].filter((text) => text !== '').map(fromHex),
);
export function recorded(number: number): Uint8Array {
  const found = messages[number - 1];
  if (found === undefined) throw new Error(`no message ${number}`);
  return found;
}
/** The bodies of one encrypted message, by payload type, in order. */
export const decryptedBodies = (number: number, type: number): Uint8Array[] =>
  (derived.decrypted[number - 5]?.payloads ?? []).filter(([of]) => of === type).map(([, body]) => fromHex(body));

/** The initiator's private value ends its PKCS#8 structure; the responder's nobody knows. */
export const privateI = fromHex(recording.dh_private_pkcs8).slice(-128);

/** One side's policy, as wide as the recorded peers were. */
export function recordedPolicy(side: Role, selectors: readonly [string, string]): ConnectionPolicy {
  const [own, other] = side === 'initiator' ? [INITIATOR, RESPONDER] : [RESPONDER, INITIATOR];
  const [local, remote] = selectors;
  return {
    name: 'rub',
    local: { address: own.address, id: parseIdentity(own.address) },
    remote: { address: other.address, id: parseIdentity(other.address) },
    suites: [{ cipher: 'aes128', hash: 'sha1', group: 'modp1024' }],
    lifetime: { duration: seconds(28_800) },
    natt: { mode: 'auto', keepalive: seconds(20) },
    tunnels: [
      {
        name: 'net',
        mode: 'tunnel',
        local: parseSelector(local),
        remote: parseSelector(remote),
        suites: [{ cipher: 'aes128', integrity: 'sha1' }],
        lifetime: { duration: seconds(3600) },
      },
    ],
  };
}

/** Gives the recorded values in the order in which they are drawn, of whatever length they were. */
class RecordedRandom implements Random {
  readonly #values: Uint8Array[];
  constructor(values: readonly Uint8Array[]) {
    this.#values = [...values];
  }
  bytes(): Uint8Array {
    const next = this.#values.shift();
    if (next === undefined) throw new Error('more was drawn than was recorded');
    return next.slice();
  }
}

/** What was recorded between two peers. */
export interface Recording {
  /** From 1, those of the initiator among them. */
  readonly message: (number: number) => Uint8Array;
  readonly initiator: UdpEndpoint;
  readonly responder: UdpEndpoint;
}
const RUB: Recording = { message: recorded, initiator: INITIATOR, responder: RESPONDER };

/** An ISAKMP SA under the recorded cookies, with everything that comes out of it. */
export class RecordedSa {
  readonly now: Instant = instant(0);
  readonly outbox = new Outbox();
  readonly settings;
  readonly sa: IsakmpSa;
  readonly jobs: Job[] = [];
  readonly effects: Effect[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #answers: (job: Job) => ExchangeJobResult;
  readonly #role: Role;
  readonly #recording: Recording;

  constructor(
    role: Role,
    drawn: readonly Uint8Array[],
    answers: (job: Job) => ExchangeJobResult,
    recording: Recording = RUB,
  ) {
    this.#role = role;
    this.#recording = recording;
    this.#answers = answers;
    this.settings = settingsOf({ crypto: nativeProvider, random: new RecordedRandom(drawn), connections: [] });
    const { header } = readMessage(recording.message(2));
    const responder = role === 'initiator' ? new Uint8Array(8) : header.responderCookie;
    const { local, remote } = this.#ends;
    const cookies = { initiator: header.initiatorCookie, responder };
    const host = { settings: this.settings, outbox: this.outbox, now: () => this.now };
    const channel = new Channel({ role, cookies, local, remote, connection: 'rub' }, host);
    this.sa = new IsakmpSa(
      {
        ...host,
        startJob: (job, exchange) => {
          this.jobs.push(job);
          this.#waiting.push(() => exchange.input({ type: 'job', result: this.#answers(job) }, this.now));
        },
        // Neither side of the recording says INITIAL-CONTACT.
        holds: () => true,
        seen: () => undefined,
        phase1Ended: () => undefined,
      },
      channel,
      this.now,
    );
  }
  get #ends(): { readonly local: UdpEndpoint; readonly remote: UdpEndpoint } {
    const { initiator, responder } = this.#recording;
    return this.#role === 'initiator'
      ? { local: initiator, remote: responder }
      : { local: responder, remote: initiator };
  }
  received(number: number): Received {
    const bytes = this.#recording.message(number);
    return { ...readMessage(bytes), bytes, ...this.#ends };
  }
  /** Shows a recorded message to the exchange of its message id, and does the jobs that follow. */
  receive(number: number): void {
    const received = this.received(number);
    const exchange = this.sa.exchanges.get(received.header.messageId);
    if (exchange === undefined) throw new Error('no exchange has this message id');
    exchange.receive(received, this.now);
    this.finishJobs();
  }
  finishJobs(): void {
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) job();
  }
  /** Effects since the last call. */
  taken(): Effect[] {
    const taken = this.outbox.take();
    this.effects.push(...taken);
    return taken;
  }
  sent(): Uint8Array[] {
    return this.taken().flatMap((effect) => (effect.type === 'send' ? [effect.datagram.bytes] : []));
  }
  get installed(): NegotiatedSa[] {
    return this.effects.flatMap((effect) => (effect.type === 'install-sa' ? [effect.sa] : []));
  }
}

export const recordedPsk = (): Uint8Array => utf8Bytes(recording.psk);
