import { IkeError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Random } from '../../base/random.ts';
import type { EspDropReason } from '../backend.ts';
import type { EspSa, SaEnds } from '../sa.ts';
import { endpointKey } from './packet-source.ts';
import { ivSource, type IvSource } from './iv.ts';
import {
  ESP_HEADER_BYTES,
  ESP_TRAILER_BYTES,
  lastSequence,
  type PacketMemory,
  SEQUENCES,
  writeTrailer,
} from './packet.ts';
import { ReplayWindow } from './replay-window.ts';
import { type EspTransforms, type SuiteShape, suiteShape, type Transform } from './transform.ts';
import { Usage } from './usage.ts';

/** An SA without its keys: those are in the transform's key schedule and nowhere else. */
export type InstalledSa = Omit<EspSa, 'keys'>;

/** Where in its memory a finished packet lies. */
export interface Range {
  readonly at: number;
  readonly length: number;
}

/** The sender's half of an SA: counts its packets up and never starts again (RFC 4303 §3.3.3). */
export class OutboundSa {
  sa: InstalledSa;
  readonly usage: Usage;
  readonly #transform: Transform;
  readonly #shape: SuiteShape;
  readonly #iv: IvSource;
  readonly #last: number;
  #sequence: number;

  constructor(sa: EspSa, transforms: EspTransforms, random: Random, now: Instant, sequence = 0) {
    this.sa = withoutKeys(sa);
    this.usage = new Usage(sa.limits, now);
    this.#transform = transforms.create(sa.suite, sa.keys, 'outbound');
    this.#shape = suiteShape(sa.suite);
    this.#iv = ivSource(sa.suite.cipher, random);
    this.#sequence = sequence;
    this.#last = lastSequence(sa.suite.esn === true);
  }

  get exhausted(): boolean {
    return this.#sequence === this.#last;
  }

  /** Protects the payload at `at`, with HEADROOM before it and TAILROOM behind. Not to be called when exhausted. */
  seal(memory: PacketMemory, at: number, length: number, nextHeader: number): Range {
    const { ivBytes, blockBytes, icvBytes } = this.#shape;
    const start = at - ESP_HEADER_BYTES - ivBytes;
    this.#sequence++;
    memory.view.setUint32(start, this.sa.spi);
    // The lower half; the upper one is only authenticated (RFC 4303 §2.2.1).
    memory.view.setUint32(start + 4, this.#sequence);
    this.#iv(memory.bytes, start + ESP_HEADER_BYTES);
    const end = writeTrailer(memory.bytes, at, at + length, blockBytes, nextHeader);
    this.#transform.seal(memory, start, end, upperHalf(this.#sequence));
    return { at: start, length: end + icvBytes - start };
  }

  /** The same SA between other endpoints: its keys have been used, so counting goes on. */
  move(ends: SaEnds): void {
    this.sa = { ...this.sa, ...ends };
  }

  close(): void {
    this.#transform.close();
  }
}

/** The receiver's half of an SA. */
export class InboundSa {
  sa: InstalledSa;
  readonly usage: Usage;
  /** Whether any authentic packet has come. */
  used = false;
  /** When it was last told that packets come from elsewhere. */
  strayedAt: Instant | undefined;
  #source: number | undefined;
  readonly #transform: Transform;
  readonly #shape: SuiteShape;
  readonly #window: ReplayWindow;

  constructor(sa: EspSa, transforms: EspTransforms, now: Instant) {
    this.sa = withoutKeys(sa);
    this.usage = new Usage(sa.limits, now);
    if (sa.suite.esn === true && sa.replayWindow === 0)
      throw new IkeError('INVALID_ARGUMENT', { what: 'replay window', need: 'extended sequence numbers' });
    this.#window = new ReplayWindow(sa.replayWindow);
    this.#transform = transforms.create(sa.suite, sa.keys, 'inbound');
    this.#shape = suiteShape(sa.suite);
  }

  /** Checks and decrypts the packet at `at`; the range is that of the plaintext with its trailer. Order as in RFC 4303 §3.4. */
  open(memory: PacketMemory, at: number, length: number): Range | EspDropReason {
    const { ivBytes, blockBytes, icvBytes } = this.#shape;
    const start = at + ESP_HEADER_BYTES + ivBytes;
    const end = at + length - icvBytes;
    if (end - start < Math.max(blockBytes, ESP_TRAILER_BYTES) || (end - start) % blockBytes !== 0) return 'truncated';
    const sent = memory.view.getUint32(at + 4);
    const sequence = this.sa.suite.esn === true ? this.#window.extended(sent) : sent;
    const verdict = this.#window.look(sequence);
    if (verdict !== 'fresh') return verdict;
    if (!this.#transform.open(memory, at, end, upperHalf(sequence))) return 'bad-icv';
    this.#window.take(sequence);
    return { at: start, length: end - start };
  }

  /** Where its packets come from, as `endpointKey` says it. */
  get source(): number {
    return (this.#source ??= endpointKey(this.sa.remote));
  }

  /** The same SA between other endpoints: what has come stays come. */
  move(ends: SaEnds): void {
    this.sa = { ...this.sa, ...ends };
    this.#source = undefined;
  }

  close(): void {
    this.#transform.close();
  }
}

const upperHalf = (sequence: number): number => Math.floor(sequence / SEQUENCES);

function withoutKeys(sa: EspSa): InstalledSa {
  const { keys: _keys, ...rest } = sa;
  return rest;
}
