import { fromHex, toHex } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Command, Datagram, Effect, EspNotice, JobId, JobResult } from '../ike/effects.ts';
import { IkeEndpoint } from '../ike/endpoint.ts';
import type { EndpointOptions } from '../ike/options.ts';
import { opensslSignatures } from '../pki/openssl-signatures.ts';
import { SeededRandom } from './seeded-random.ts';

/** Every way into an endpoint, as data. */
export type EndpointInput =
  | { readonly type: 'receive'; readonly datagram: Datagram }
  | { readonly type: 'complete'; readonly id: JobId; readonly result: JobResult }
  | { readonly type: 'tick' }
  | { readonly type: 'command'; readonly command: Command }
  | { readonly type: 'esp'; readonly notice: EspNotice };

/** One call into an endpoint. */
export interface RecordedCall {
  readonly at: Instant;
  readonly input: EndpointInput;
  /** What came of it, as `effectsText` writes it. */
  readonly effects: string;
}

/**
 * Everything that one life of an endpoint depended on, and what it did: a failing run as a file. It holds pre-shared keys and
 * everything that was derived from them, so it is for simulated runs alone.
 */
export interface Recording {
  readonly seed: string;
  readonly options: Omit<EndpointOptions, 'crypto' | 'signatures' | 'random'>;
  readonly calls: readonly RecordedCall[];
}

export function callEndpoint(endpoint: IkeEndpoint, input: EndpointInput, now: Instant): Effect[] {
  switch (input.type) {
    case 'receive':
      return endpoint.receive(input.datagram, now);
    case 'complete':
      return endpoint.complete(input.id, input.result, now);
    case 'tick':
      return endpoint.tick(now);
    case 'command':
      return endpoint.command(input.command, now);
    case 'esp':
      return endpoint.esp(input.notice, now);
  }
}

/** Writes calls down as they are made. */
export class Recorder {
  readonly #seed: string;
  readonly #options: Recording['options'];
  readonly #calls: RecordedCall[] = [];

  constructor(seed: string, options: Recording['options']) {
    this.#seed = seed;
    this.#options = options;
  }
  get recording(): Recording {
    return { seed: this.#seed, options: this.#options, calls: [...this.#calls] };
  }
  call(endpoint: IkeEndpoint, input: EndpointInput, now: Instant): Effect[] {
    // Before the call: the engine owns what is in a job's result and wipes the keys in it.
    const kept = structuredClone(input);
    const effects = callEndpoint(endpoint, input, now);
    this.#calls.push({ at: now, input: kept, effects: effectsText(effects) });
    return effects;
  }
}

/** Makes the same calls to a new endpoint; the first call whose effects differ is told, or undefined where none does. */
export function replay(
  recording: Recording,
  crypto: CryptoProvider,
): { readonly call: number; readonly recorded: string; readonly replayed: string } | undefined {
  const random = new SeededRandom(recording.seed);
  const endpoint = new IkeEndpoint({ ...recording.options, crypto, signatures: opensslSignatures, random });
  for (const [call, { at, input, effects }] of recording.calls.entries()) {
    const replayed = effectsText(callEndpoint(endpoint, structuredClone(input), at));
    if (replayed !== effects) return { call, recorded: effects, replayed };
  }
  return undefined;
}

/** Effects as text, octets in hexadecimal: equal texts are equal effects. A proof, which is no data, shows whose it is. */
function effectsText(effects: readonly Effect[]): string {
  return JSON.stringify(effects, octetsAsText);
}

/** One line of JSON for the options, then one a call. */
export function recordingText({ seed, options, calls }: Recording): string {
  const lines = [{ seed, options }, ...calls].map((line) => JSON.stringify(line, octetsAsText));
  return `${lines.join('\n')}\n`;
}

/** @throws IkeError INVALID_ARGUMENT where the text has no first line. */
export function parseRecording(text: string): Recording {
  const [head, ...calls] = text.split('\n').filter((line) => line !== '');
  if (head === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'recording' });
  const read = (line: string): unknown => JSON.parse(line, textAsOctets);
  return { ...(read(head) as Omit<Recording, 'calls'>), calls: calls.map((line) => read(line) as RecordedCall) };
}

const octetsAsText = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { hex: toHex(value) } : value;

function textAsOctets(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('hex' in value)) return value;
  return typeof value.hex === 'string' ? fromHex(value.hex) : value;
}
