import { createRequire } from 'node:module';

import { IkeError } from '../base/errors.ts';

/** A C function whose arguments and result are numbers; pointers are addresses. */
export interface NativeCall {
  (...values: number[]): number;
  /** The same on a thread of libuv's; the last argument hears of the result. */
  readonly async: (...values: [...number[], (error: unknown, result: number) => void]) => void;
}

/** What is used of koffi, so that its import stays lazy: it costs 24 ms. */
interface Koffi {
  load(path: string | null): { func(name: string, result: string, parameters: string[]): unknown };
  alloc(type: string, length: number): unknown;
  address(value: unknown): bigint;
  view(value: unknown, length: number): ArrayBuffer;
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

let loaded: Koffi | undefined;

/** @throws IkeError with BACKEND_FAILED where there is no native code for this machine. */
export function koffi(): Koffi {
  loaded ??= loadKoffi();
  return loaded;
}

function loadKoffi(): Koffi {
  if (process.platform !== 'linux') {
    throw new IkeError('BACKEND_FAILED', { what: 'system calls', platform: process.platform, advice: 'run on Linux' });
  }
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new IkeError(
      'BACKEND_FAILED',
      { what: 'koffi', advice: `install a koffi that has a binary for ${process.arch}` },
      { cause },
    );
  }
}

/** Memory that native code may be told the address of: it never moves. */
export interface NativeMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly address: number;
}

/** Never given back: a view that outlives its memory would be a way into somebody else's. Take it once and keep it. */
export function nativeMemory(size: number): NativeMemory {
  const memory = koffi().alloc('uint8_t', size);
  const bytes = new Uint8Array(koffi().view(memory, size));
  bytes.fill(0);
  return { bytes, view: new DataView(bytes.buffer), address: Number(koffi().address(memory)) };
}

/** Functions of the process itself: libc, and the OpenSSL that Node carries. All parameters and results are numbers. */
export function nativeCalls<N extends string>(
  signatures: Readonly<Record<N, readonly [string, ...string[]]>>,
): Record<N, NativeCall> {
  const library = koffi().load(null);
  const calls = Object.entries<readonly [string, ...string[]]>(signatures).map(([name, [result, ...parameters]]) => [
    name,
    library.func(name, result, parameters),
  ]);
  return Object.fromEntries(calls) as Record<N, NativeCall>;
}
