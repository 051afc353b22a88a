import { concat, sameBytes, u32Bytes } from '../../src/base/bytes.ts';
import type { EspSuite } from '../../src/crypto/esp-transforms.ts';
import { readEcho } from '../../src/esp/userspace/icmp-echo.ts';
import { nodeTransforms } from '../../src/esp/userspace/node-transforms.ts';
import { ESP_HEADER_BYTES, plainMemory } from '../../src/esp/userspace/packet.ts';
import { suiteShape } from '../../src/esp/userspace/transform.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { echo, enginePair } from '../esp/userspace/engine-pair.ts';
import { mutateBytes, below } from './mutate-bytes.ts';
import type { Target } from './target.ts';

const SUITES: readonly EspSuite[] = [
  { cipher: 'aes128gcm16' },
  { cipher: 'aes256', integrity: 'sha256' },
  { cipher: '3des', integrity: 'sha1' },
];
/** From the network: any octets, or a plaintext that the peer has protected. From the device: an IP packet. */
const MODES = ['packet', 'authentic', 'device', 'host'] as const;
const LONGEST = 2000;

/** ESP in user space: an octet for suite and mode, then what comes in. */
export class EspTarget implements Target {
  readonly name = 'esp';

  seeds(): readonly Uint8Array[] {
    return SUITES.flatMap((suite, i) => {
      const { sender } = enginePair({ suite });
      const mode = (name: (typeof MODES)[number]): Uint8Array => Uint8Array.of(MODES.indexOf(name) * SUITES.length + i);
      const trailer = Uint8Array.of(1, 2, 2, 4);
      return [
        concat(mode('packet'), sender.seal(echo())),
        concat(mode('authentic'), echo(), trailer),
        concat(mode('authentic'), IPV6, Uint8Array.of(0, 41)),
        concat(mode('authentic'), new Uint8Array(14), Uint8Array.of(0, 59)),
        concat(mode('device'), echo()),
        concat(mode('device'), IPV6),
        concat(mode('host'), echo()),
        concat(mode('host'), IPV6),
      ];
    });
  }
  run(input: Uint8Array): string[] {
    const [first = 0] = input;
    const suite = SUITES[first % SUITES.length] ?? { cipher: 'aes128gcm16' };
    const mode = MODES[Math.floor(first / SUITES.length) % MODES.length] ?? 'packet';
    const bytes = input.slice(1, LONGEST);
    const pair = enginePair({ suite });
    const seen = outcome(mode, suite, bytes, pair);
    // Whatever that was, what belongs to the tunnel still gets through.
    const genuine = echo();
    pair.sender.seal(genuine);
    const opened = pair.receiver.inbound(pair.sender.seal(genuine));
    if (typeof opened === 'string' || !sameBytes(opened, genuine)) throw new Error(`a genuine packet is dropped`);
    return [`${mode} ${suite.cipher}: ${seen}`];
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    const first = random.chance(0.1) ? below(random, SUITES.length * MODES.length) : (input[0] ?? 0);
    return concat(Uint8Array.of(first), mutateBytes(input.subarray(1), other.subarray(1), random));
  }
}

function outcome(
  mode: (typeof MODES)[number],
  suite: EspSuite,
  bytes: Uint8Array,
  { sender, receiver, sa }: ReturnType<typeof enginePair>,
): string {
  if (mode === 'host') {
    const echoed = readEcho(bytes);
    return echoed === undefined ? 'no echo' : echoed.kind;
  }
  if (mode === 'device') {
    const sealed = sender.outbound(bytes);
    if (typeof sealed === 'string') return sealed;
    const opened = receiver.inbound(sealed);
    if (typeof opened === 'string') throw new Error(`sealed, and then ${opened}`);
    return requireInTunnel(opened);
  }
  const opened = receiver.inbound(mode === 'packet' ? bytes : protectedBy(suite, sa.keys, sa.spi, bytes));
  return typeof opened === 'string' ? opened : requireInTunnel(opened);
}

/** What a peer sends that has the keys: any plaintext in whole blocks, its trailer included, as the first packet of the SA. */
function protectedBy(
  suite: EspSuite,
  keys: Parameters<typeof nodeTransforms.create>[1],
  spi: number,
  plaintext: Uint8Array,
): Uint8Array {
  const { ivBytes, blockBytes, icvBytes } = suiteShape(suite);
  const whole = Math.max(1, Math.ceil(plaintext.length / blockBytes)) * blockBytes;
  const from = ESP_HEADER_BYTES + ivBytes;
  const memory = plainMemory(from + whole + icvBytes);
  memory.bytes.set(concat(u32Bytes(spi), u32Bytes(1)));
  // At the end, where the trailer is.
  memory.bytes.set(plaintext, from + whole - plaintext.length);
  nodeTransforms.create(suite, keys, 'outbound').seal(memory, 0, from + whole, 0);
  return memory.bytes;
}

/** Only what the SA is for comes out of it (RFC 4301 §5.2). */
function requireInTunnel(packet: Uint8Array): string {
  const [source, destination] = [packet.subarray(12, 15), packet.subarray(16, 19)];
  const inTunnel = sameBytes(source, Uint8Array.of(10, 1, 0)) && sameBytes(destination, Uint8Array.of(10, 2, 0));
  if ((packet[0] ?? 0) >>> 4 !== 4 || !inTunnel) throw new Error('a packet of other networks comes out');
  return 'passed';
}

/** An IPv6 packet with a hop-by-hop header, a fragment header and UDP. */
const IPV6 = concat(
  Uint8Array.of(0x60, 0, 0, 0, 0, 24, 0, 64),
  new Uint8Array(32).fill(0x20),
  Uint8Array.of(44, 0, 1, 4, 0, 0, 0, 0),
  Uint8Array.of(17, 0, 0, 0, 0, 0, 0, 1),
  Uint8Array.of(1, 244, 1, 244, 0, 8, 0, 0),
);
