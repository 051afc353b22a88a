import { readFileSync } from 'node:fs';

import { fromHex } from '../../src/base/bytes.ts';

const folder = new URL('../../vectors/esp/', import.meta.url);

/** A JSON file of vectors/esp; the caller says what is in it. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}

/** The Ethernet frames of a classic pcap file, in its byte order. */
export function readCapture(name: string): Uint8Array[] {
  const file = readFileSync(new URL(name, folder));
  const little = file.readUInt32LE(0) === 0xa1b2c3d4;
  const frames: Uint8Array[] = [];
  for (let at = 24; at < file.length;) {
    const length = little ? file.readUInt32LE(at + 8) : file.readUInt32BE(at + 8);
    frames.push(Uint8Array.from(file.subarray(at + 16, at + 16 + length)));
    at += 16 + length;
  }
  return frames;
}

/** What an Ethernet frame carries: the payload of its IPv4 packet, without a UDP header if there is one. */
export function espOf(frame: Uint8Array): Uint8Array {
  const ip = frame.subarray(14);
  const header = ((ip[0] ?? 0) & 0xf) * 4;
  const total = ((ip[2] ?? 0) << 8) | (ip[3] ?? 0);
  return ip.subarray(header + (ip[9] === 17 ? 8 : 0), total);
}

/** The encryption keys of esp-secrets.txt, by SPI. */
export function readSecrets(): Map<number, Uint8Array> {
  const text = readFileSync(new URL('esp-secrets.txt', folder), 'utf8');
  const lines = [...text.matchAll(/^0x([0-9a-f]{8})@\S+\s+\S+:0x([0-9a-f]+)$/gm)];
  return new Map(lines.map(([, spi = '', key = '']) => [Number.parseInt(spi, 16), fromHex(key)]));
}
