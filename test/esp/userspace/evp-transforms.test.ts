import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, toHex } from '../../../src/base/bytes.ts';
import { espSuiteText } from '../../../src/crypto/esp-transforms.ts';
import { bestTransforms, evpTransforms } from '../../../src/esp/userspace/evp-transforms.ts';
import { nodeTransforms } from '../../../src/esp/userspace/node-transforms.ts';
import { type EspTransforms, suiteShape } from '../../../src/esp/userspace/transform.ts';
import { sampleKeys, SUITES } from '../sample-sa.ts';

const evp = evpTransforms();

/** A sequence number of which only the upper half matters here, where it matters at all. */
const HIGH = 0x80000001;

describe.each(
  [...SUITES, ...SUITES.map((suite) => ({ ...suite, esn: true }) as const)].map((suite) => ({
    text: espSuiteText(suite),
    suite,
  })),
)('OpenSSL and node:crypto, $text', ({ suite }) => {
  const { ivBytes, blockBytes, icvBytes } = suiteShape(suite);
  const blocks = fc
    .uint8Array({ maxLength: 400 })
    .map((bytes) => bytes.subarray(0, bytes.length - (bytes.length % blockBytes)));
  const head = fc.uint8Array({ minLength: 8 + ivBytes, maxLength: 8 + ivBytes });
  const keys = sampleKeys(suite);
  const sealing = { evp: evp.create(suite, keys, 'outbound'), node: nodeTransforms.create(suite, keys, 'outbound') };
  const opening = { evp: evp.create(suite, keys, 'inbound'), node: nodeTransforms.create(suite, keys, 'inbound') };

  function memoryWith(transforms: EspTransforms, at: number, packet: Uint8Array) {
    const memory = transforms.memory(at + packet.length + icvBytes);
    memory.bytes.set(packet, at);
    return memory;
  }

  it('agree on every packet, and each opens what the other sealed', () => {
    fc.assert(
      fc.property(head, blocks, fc.integer({ min: 0, max: 9 }), (before, plaintext, at) => {
        const packet = concat(before, plaintext);
        const end = at + packet.length;
        const [ours, theirs] = [memoryWith(evp, at, packet), memoryWith(nodeTransforms, at, packet)];
        sealing.evp.seal(ours, at, end, HIGH);
        sealing.node.seal(theirs, at, end, HIGH);
        expect(toHex(ours.bytes)).toBe(toHex(theirs.bytes));
        const sealed = ours.bytes.slice(at);
        const swapped = memoryWith(evp, at, sealed);
        expect(opening.evp.open(swapped, at, end, HIGH)).toBe(true);
        expect(opening.node.open(theirs, at, end, HIGH)).toBe(true);
        expect(toHex(swapped.bytes.subarray(at, end))).toBe(toHex(packet));
        expect(toHex(theirs.bytes.subarray(at, end))).toBe(toHex(packet));
      }),
      { numRuns: 60, seed: 4106 },
    );
  });
  it('agree that one changed bit is a wrong ICV, and work again after it', () => {
    const packet = new Uint8Array(8 + ivBytes + 4 * blockBytes).fill(7);
    const ours = memoryWith(evp, 0, packet);
    sealing.evp.seal(ours, 0, packet.length, HIGH);
    const sealed = ours.bytes.slice();
    for (let bit = 0; bit < sealed.length * 8; bit += 5) {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(opening.evp.open(memoryWith(evp, 0, changed), 0, packet.length, HIGH)).toBe(false);
      expect(opening.node.open(memoryWith(nodeTransforms, 0, changed), 0, packet.length, HIGH)).toBe(false);
    }
    expect(opening.evp.open(memoryWith(evp, 0, sealed), 0, packet.length, HIGH)).toBe(true);
  });
});

describe('bestTransforms', () => {
  it('is OpenSSL where it can be reached', () => {
    expect(bestTransforms().name).toBe('evp');
  });
});
