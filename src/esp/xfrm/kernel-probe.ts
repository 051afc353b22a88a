import { requireIpAddress } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { ESP_CIPHERS, ESP_INTEGRITY, type EspSuite, espSuiteText } from '../../crypto/esp-transforms.ts';
import { hasErrno } from '../../linux/netlink.ts';
import { algorithmAttributes } from './algorithms.ts';
import { replayAttribute } from './attributes.ts';
import { ANOTHER_GATEWAY, lockKernelEsp } from './kernel-lock.ts';
import { stateFlags, type XfrmState } from './state.ts';
import { XfrmNetlink } from './xfrm-netlink.ts';

const LOOPBACK = requireIpAddress('127.0.0.1');
const USUAL: EspSuite = { cipher: 'aes128', integrity: 'sha256' };
/** An octet of the keys that are tried; some ciphers refuse keys of zeros as weak. */
const PATTERN = 37;

/**
 * What the kernel lacks for ESP with all of these suites, and what would give it, in words; undefined where it lacks nothing.
 *
 * It is asked by adding a state for each to the loopback address, which is taken away at once: no other question tells for sure.
 */
export function whatKernelLacks(suites: readonly EspSuite[]): string | undefined {
  try {
    const unlock = lockKernelEsp();
    if (unlock === undefined) return ANOTHER_GATEWAY;
    unlock();
    const kernel = new XfrmNetlink();
    try {
      // Where nothing is configured yet, there has to be ESP all the same.
      const wanted = suites.length > 0 ? suites : [USUAL];
      const distinct = new Map(wanted.map((suite) => [espSuiteText(suite), suite]));
      for (const suite of distinct.values()) tryState(kernel, suite);
      return undefined;
    } finally {
      kernel.close();
    }
  } catch (error) {
    return words(error);
  }
}

function tryState(kernel: XfrmNetlink, suite: EspSuite): void {
  const ends = { source: LOOPBACK, destination: LOOPBACK, mode: 'tunnel', reqid: 0 } as const;
  const spi = kernel.allocateSpi(ends);
  const state: XfrmState = {
    ...ends,
    spi,
    replayWindow: 0,
    flags: stateFlags({ esn: suite.esn === true, mixed: false }),
    limits: {},
    attributes: attributesOf(suite),
  };
  try {
    kernel.addInbound(state);
  } catch (error) {
    if (!hasErrno(error, 'ENOSYS', 'EINVAL')) throw error;
    const advice = 'build it with the algorithm (CONFIG_CRYPTO_*), or configure another';
    throw new IkeError(
      'BACKEND_FAILED',
      { what: `the kernel cannot do ${espSuiteText(suite)}`, advice },
      { cause: error },
    );
  } finally {
    kernel.deleteState(state);
  }
}

function attributesOf(suite: EspSuite): XfrmState['attributes'] {
  const { keyBytes, saltBytes } = ESP_CIPHERS[suite.cipher];
  const integrity = suite.integrity === undefined ? 0 : ESP_INTEGRITY[suite.integrity].keyBytes;
  const algorithms = algorithmAttributes(suite, {
    encryption: pattern(keyBytes + saltBytes),
    integrity: pattern(integrity),
  });
  return suite.esn === true ? [...algorithms, replayAttribute(32)] : algorithms;
}

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * PATTERN + 1) & 0xff);

function words(error: unknown): string {
  if (hasErrno(error, 'EPROTONOSUPPORT'))
    return 'the kernel has no ESP: load the modules esp4 and esp6, or build it with CONFIG_INET_ESP and CONFIG_INET6_ESP';
  if (hasErrno(error, 'EPERM'))
    return 'this process may not change IPsec states: run it as root, or with CAP_NET_ADMIN';
  if (hasErrno(error, 'ESOCKTNOSUPPORT', 'EAFNOSUPPORT'))
    return 'the kernel has no XFRM: load the module xfrm_user, or build it with CONFIG_XFRM_USER';
  if (!IkeError.is(error)) return error instanceof Error ? error.message : String(error);
  const { what, errno, kernel, advice } = error.details;
  return [what, errno, kernel, advice].filter((part) => typeof part === 'string').join(': ');
}
