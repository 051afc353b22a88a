import { ipBytes, isIpv6 } from '../../base/address.ts';
import { u16At } from '../../base/bytes.ts';
import { internetChecksum } from '../../base/internet-checksum.ts';
import type { InnerPacket } from './inner-packet.ts';
import type { InstalledSa } from './sa-state.ts';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
/** Ours: hops that an opened packet has left; those of the outer header are not known here. */
const HOPS = 64;
const UDP = 17;
/** Where the checksum over the addresses lies, of TCP and UDP, and in IPv6 of ICMP as well (RFC 4443 §2.3). */
const CHECKSUM_AT: { readonly [V in 4 | 6]: Readonly<Record<number, number>> } = {
  4: { 6: 16, [UDP]: 6 },
  6: { 6: 16, [UDP]: 6, 58: 2 },
};
/** Extension headers that stand before ESP and not in it, RFC 4303 §3.1.1: for each hop, for the way, of a fragment. */
const BEFORE_ESP: ReadonlySet<number> = new Set([0, 43, 44]);

/** Room that `open` of a packet in transport mode needs before what ESP carried. */
export const LONGEST_IP_HEADER = IPV6_HEADER;

/** Why a packet cannot go in ESP as transport mode has it; undefined where it can. RFC 4303 §3.3.4: whole datagrams, no fragments. */
export function transportRefusal(packet: InnerPacket): 'fragment' | 'bad-next-header' | undefined {
  if (packet.isFragment) return 'fragment';
  return isInEsp(packet.version, packet.nextHeader) ? undefined : 'bad-next-header';
}

/** Whether this header may be what ESP carries in transport mode. */
const isInEsp = (version: 4 | 6, nextHeader: number): boolean => version === 4 || !BEFORE_ESP.has(nextHeader);

/**
 * The IP header of what comes out of an SA in transport mode (RFC 4303 §3.1.1). ESP leaves it where it is, before ESP, and a socket keeps
 * it: it is made anew, between the ends of the SA. Options, and hops left, do not come through.
 */
export class TransportHeader {
  readonly bytes: number;
  readonly #version: 4 | 6;
  readonly #template: Uint8Array;
  /** What checksums are to be mended by, if at all; `anew` where it is not known what they were made over. */
  readonly #correction: number | 'anew' | undefined;
  /** The sum of the addresses, for checksums that are made anew. */
  readonly #addresses: number;

  constructor({ local, remote, encapsulation, originalAddresses }: InstalledSa) {
    const ends = [ipBytes(remote.address), ipBytes(local.address)];
    this.#version = isIpv6(local.address) ? 6 : 4;
    this.bytes = this.#version === 4 ? IPV4_HEADER : IPV6_HEADER;
    this.#template = new Uint8Array(this.bytes);
    this.#template[0] = this.#version === 4 ? 0x45 : 0x60;
    this.#template[this.#version === 4 ? 8 : 7] = HOPS;
    for (const [i, end] of ends.entries()) this.#template.set(end, this.bytes - (2 - i) * end.length);
    this.#addresses = ends.reduce((total, end) => total + sum(end), 0);
    const { local: destination, remote: source } = originalAddresses ?? {
      local: local.address,
      remote: remote.address,
    };
    const originals = fold(sum(ipBytes(source)) + sum(ipBytes(destination)));
    const addresses = fold(this.#addresses);
    const isKnown = encapsulation === 'none' || originalAddresses !== undefined;
    // ~m + m' of RFC 1624 §3.
    const change = originals === addresses ? undefined : fold(0xffff - originals + addresses);
    this.#correction = isKnown ? change : 'anew';
  }

  /** Writes the header before the payload `at`..`at + length`, and mends its checksum; false for what does not belong into ESP. */
  write(memory: Uint8Array, at: number, length: number, nextHeader: number, trafficClass: number): boolean {
    if (!isInEsp(this.#version, nextHeader)) return false;
    const start = at - this.bytes;
    memory.set(this.#template, start);
    if (this.#version === 4) {
      memory[start + 1] = trafficClass;
      writeU16(memory, start + 2, this.bytes + length);
      memory[start + 9] = nextHeader;
      writeU16(memory, start + 10, internetChecksum(memory, start, at));
    } else {
      writeU16(memory, start, 0x6000 | (trafficClass << 4));
      writeU16(memory, start + 4, length);
      memory[start + 6] = nextHeader;
    }
    this.#mend(memory, at, length, nextHeader);
    return true;
  }

  /** RFC 3948 §3.1.2. */
  #mend(memory: Uint8Array, at: number, length: number, protocol: number): void {
    const offset = CHECKSUM_AT[this.#version][protocol];
    const correction = this.#correction;
    if (offset === undefined || length < offset + 2 || correction === undefined) return;
    const checksum = u16At(memory, at + offset);
    // RFC 768: the sender has made none.
    if (protocol === UDP && checksum === 0) return;
    writeU16(memory, at + offset, 0);
    const mended =
      correction === 'anew'
        ? internetChecksum(memory, at, at + length, fold(this.#addresses + protocol + length))
        : // HC' = ~(~HC + ~m + m').
          0xffff - fold(0xffff - checksum + correction);
    writeU16(memory, at + offset, protocol === UDP && mended === 0 ? 0xffff : mended);
  }
}

/** Of 16-bit numbers. */
function sum(octets: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < octets.length; at += 2) total += u16At(octets, at);
  return total;
}

/** In one's complement, RFC 1071 §1. */
function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

function writeU16(memory: Uint8Array, at: number, value: number): void {
  memory[at] = value >>> 8;
  memory[at + 1] = value & 0xff;
}
