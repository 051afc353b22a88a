import { type IpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { closeFd } from './libc.ts';
import { koffi } from './native.ts';
import { openRawSocket } from './raw-socket.ts';
import { openTun } from './tun.ts';
import { openUdpSocket } from './udp-socket.ts';

/** What the data path needs of a machine: native calls at all, a TUN device, IP protocol 50, a UDP port that two sockets share. */
export type CapabilityName = 'native' | 'tun' | 'raw' | 'udp';

export interface Capability {
  readonly name: CapabilityName;
  readonly available: boolean;
  /** Why not, and what to do about it, in words. */
  readonly why?: string;
}

const LOOPBACK = '127.0.0.1' as IpAddress;

const PROBES: Readonly<Record<CapabilityName, () => void>> = {
  native: () => {
    koffi();
    if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1 || !SIXTY_FOUR_BITS.has(process.arch)) {
      throw new IkeError('BACKEND_FAILED', {
        what: 'native calls',
        advice: `user-space ESP is not made for ${process.arch}`,
      });
    }
  },
  tun: () => closeFd(openTun('sallyprobe%d').fd),
  raw: () => closeFd(openRawSocket({ address: LOOPBACK, protocol: 50 })),
  udp: () => closeFd(openUdpSocket({ address: LOOPBACK, port: 0, reusePort: true })),
};

const SIXTY_FOUR_BITS: ReadonlySet<string> = new Set(['x64', 'arm64', 'riscv64', 'loong64', 'ppc64']);

/** Tries each and leaves nothing behind. */
export function probe(): readonly Capability[] {
  return (Object.keys(PROBES) as CapabilityName[]).map((name) => {
    try {
      PROBES[name]();
      return { name, available: true };
    } catch (error) {
      return { name, available: false, why: words(error) };
    }
  });
}

function words(error: unknown): string {
  if (!IkeError.is(error)) return error instanceof Error ? error.message : String(error);
  const { what, errno, advice } = error.details;
  return [what, errno, advice].filter((part) => typeof part === 'string').join(': ');
}
