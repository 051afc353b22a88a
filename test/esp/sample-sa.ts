import { requireIpAddress } from '../../src/base/address.ts';
import { parseSelector } from '../../src/base/selector.ts';
import {
  ESP_CIPHERS,
  ESP_INTEGRITY,
  type EspCipherName,
  type EspIntegrityName,
  type EspSuite,
} from '../../src/crypto/esp-transforms.ts';
import type { EspKeys, EspSa } from '../../src/esp/sa.ts';
import { seededRandom } from './seeded-random.ts';

/** Every suite that a configuration may name. */
export const SUITES: readonly EspSuite[] = (Object.keys(ESP_CIPHERS) as EspCipherName[]).flatMap((cipher): EspSuite[] =>
  ESP_CIPHERS[cipher].icvBytes > 0
    ? [{ cipher }]
    : (Object.keys(ESP_INTEGRITY) as EspIntegrityName[]).map((integrity) => ({ cipher, integrity })),
);

/** Keys as KEYMAT would give them: fitting the suite, different for each seed. */
export function sampleKeys(suite: EspSuite, seed = 'keys'): EspKeys {
  const random = seededRandom(seed);
  const { keyBytes, saltBytes } = ESP_CIPHERS[suite.cipher];
  return {
    encryption: random.bytes(keyBytes + saltBytes),
    integrity: random.bytes(suite.integrity === undefined ? 0 : ESP_INTEGRITY[suite.integrity].keyBytes),
  };
}

/** The outbound half of a tunnel 10.1.0.0/24 to 10.2.0.0/24, with what differs given. */
export function outboundSa(changes: Partial<EspSa> = {}): EspSa {
  const suite = changes.suite ?? { cipher: 'aes128gcm16' };
  return {
    spi: 0x1001,
    direction: 'outbound',
    pair: 1,
    connection: 'hq',
    tunnel: 'lan',
    suite,
    keys: sampleKeys(suite),
    mode: 'tunnel',
    local: { address: requireIpAddress('192.0.2.1'), port: 4500 },
    remote: { address: requireIpAddress('192.0.2.2'), port: 4500 },
    encapsulation: 'udp',
    localSelector: parseSelector('10.1.0.0/24'),
    remoteSelector: parseSelector('10.2.0.0/24'),
    replayWindow: 64,
    limits: {},
    ...changes,
  };
}

/** The other end of an outbound SA: what the peer installs to receive its packets. */
export function counterpart(sa: EspSa, changes: Partial<EspSa> = {}): EspSa {
  return {
    ...sa,
    direction: sa.direction === 'outbound' ? 'inbound' : 'outbound',
    local: sa.remote,
    remote: sa.local,
    localSelector: sa.remoteSelector,
    remoteSelector: sa.localSelector,
    ...changes,
  };
}
