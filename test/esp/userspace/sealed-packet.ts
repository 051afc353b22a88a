import { concat } from '../../../src/base/bytes.ts';
import type { EspSuite } from '../../../src/crypto/esp-transforms.ts';
import type { EspKeys } from '../../../src/esp/sa.ts';
import { type EspTransforms, suiteShape } from '../../../src/esp/userspace/transform.ts';

/** Opens a whole packet; the plaintext with its trailer, or undefined where the ICV is wrong. */
export function open(
  transforms: EspTransforms,
  suite: EspSuite,
  keys: EspKeys,
  packet: Uint8Array,
  high = 0,
): Uint8Array | undefined {
  const memory = transforms.memory(packet.length);
  memory.bytes.set(packet);
  const { ivBytes, icvBytes } = suiteShape(suite);
  const end = packet.length - icvBytes;
  const opened = transforms.create(suite, keys, 'inbound').open(memory, 0, end, high);
  return opened ? memory.bytes.slice(8 + ivBytes, end) : undefined;
}

/** Seals a plaintext that has its trailer, behind a header and IV that are given. */
export function seal(
  transforms: EspTransforms,
  suite: EspSuite,
  keys: EspKeys,
  before: Uint8Array,
  plaintext: Uint8Array,
  high = 0,
): Uint8Array {
  const { icvBytes } = suiteShape(suite);
  const end = before.length + plaintext.length;
  const memory = transforms.memory(end + icvBytes);
  memory.bytes.set(concat(before, plaintext));
  transforms.create(suite, keys, 'outbound').seal(memory, 0, end, high);
  return memory.bytes.slice(0, end + icvBytes);
}
