import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ModularPower } from '../../src/linux/modular-power.ts';
import { fixedBytes } from '../crypto/fixed-values.ts';
import { powMod, rfcPrime, toNumber, toOctets } from '../crypto/slow-modp.ts';

const prime = rfcPrime('modp2048');
const powers = new ModularPower(toOctets(prime, 256));

test('gives base^exponent modulo a prime, as long as that', async () => {
  for (let n = 0; n < 8; n++) {
    const [base, exponent] = [fixedBytes(`base ${n}`, 128), fixedBytes(`exponent ${n}`, 32)];
    expect(await powers.power(base, exponent)).toEqual(
      toOctets(powMod(toNumber(base), toNumber(exponent), prime), 256),
    );
  }
});

test('overwrites the exponent in the memory of OpenSSL', async () => {
  const exponent = fixedBytes('an exponent to be found', 128);
  // OpenSSL has the lowest octet first, and nobody else does. The ends of what is freed are overwritten in any case.
  const sought = Buffer.from(exponent.subarray(32, 96)).reverse();
  const before = timesInMemory(sought);
  const later = powers.power(Uint8Array.of(2), exponent);
  expect(timesInMemory(sought)).toBeGreaterThan(before);
  await later;
  expect(timesInMemory(sought)).toBe(before);
});

const CHUNK = 1 << 20;

/** How often octets stand in the writable memory of this process. */
function timesInMemory(sought: Buffer): number {
  const chunk = Buffer.alloc(CHUNK);
  const memory = openSync('/proc/self/mem', 'r');
  let count = 0;
  try {
    for (const [from, to] of writableRanges()) {
      for (let at = from; at < to; at += CHUNK) {
        const length = readableAt(memory, chunk, at, Math.min(CHUNK, to - at));
        for (let i = chunk.indexOf(sought); i >= 0 && i < length; i = chunk.indexOf(sought, i + 1)) count++;
        chunk.fill(0);
      }
    }
  } finally {
    closeSync(memory);
  }
  return count;
}

/** What nobody may read, such as a guard page that came in the meantime, has nothing in it. */
function readableAt(memory: number, chunk: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, chunk, 0, length, at);
  } catch {
    return 0;
  }
}

function writableRanges(): [from: number, to: number][] {
  const ranges = readFileSync('/proc/self/maps', 'latin1').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm);
  return Array.from(ranges, ([, from = '', to = '']) => [Number.parseInt(from, 16), Number.parseInt(to, 16)]);
}
