import { requireIpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { EspBackend } from '../esp/backend.ts';
import { isMemoryBackend } from './esp-backend.ts';

export interface PingResult {
  readonly sent: number;
  readonly received: number;
}

/**
 * Echo requests from the memory device's inner host, and what of them has come back when all has, or after so long.
 *
 * @throws IkeError INVALID_ARGUMENT on another device
 */
export async function pingFrom(
  backend: EspBackend,
  destination: string,
  count: number,
  limitMs: number,
): Promise<PingResult> {
  if (!isMemoryBackend(backend))
    throw new IkeError('INVALID_ARGUMENT', { what: 'ping', backend: backend.name, advice: 'use ping of this host' });
  const run = backend.ping(requireIpAddress(destination), count);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([run.done, late]);
  clearTimeout(timer);
  return { sent: run.sent, received: run.received };
}
