import { u16At } from '../base/bytes.ts';
import { gunzipSync } from 'node:zlib';
import { IkeError } from '../base/errors.ts';

/** One packet of a capture, as the link layer saw it. */
export interface CapturedFrame {
  /** From 1, over all packets of the file, as tshark counts them. */
  readonly number: number;
  /** Unix time in milliseconds, with a fraction. */
  readonly time: number;
  /** LINKTYPE value of the interface. */
  readonly linkType: number;
  /** What was captured: a view, and shorter than the packet was where the capture cut it. */
  readonly bytes: Uint8Array;
}

const GZIP = 0x1f8b;
const PCAP_MICROSECONDS = 0xa1b2c3d4;
const PCAP_NANOSECONDS = 0xa1b23c4d;
const PCAPNG_SECTION = 0x0a0d0d0a;
const PCAPNG_BYTE_ORDER = 0x1a2b3c4d;
/** Ours: a capture is looked at by people, and a compressed one must not fill the memory. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The packets of a pcap or pcapng file, gzipped or not. A last packet that the file cuts short is left out.
 *
 * Throws CAPTURE_UNREADABLE for anything else, and for lengths that do not fit.
 */
export function readCapture(file: Uint8Array): readonly CapturedFrame[] {
  const bytes = u16At(file, 0) === GZIP ? gunzip(file) : file;
  if (bytes.length < 4) throw refused('capture file', bytes.length);
  const view = viewOf(bytes);
  const magic = view.getUint32(0);
  const swapped = view.getUint32(0, true);
  if (magic === PCAPNG_SECTION) return readPcapng(bytes);
  if (magic === PCAP_MICROSECONDS || magic === PCAP_NANOSECONDS)
    return readPcap(bytes, false, magic === PCAP_NANOSECONDS);
  if (swapped === PCAP_MICROSECONDS || swapped === PCAP_NANOSECONDS)
    return readPcap(bytes, true, swapped === PCAP_NANOSECONDS);
  throw refused('capture file', bytes.length);
}

const refused = (what: string, have: number): IkeError => new IkeError('CAPTURE_UNREADABLE', { what, have });
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function gunzip(file: Uint8Array): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = gunzipSync(file, { maxOutputLength: MAX_BYTES });
    // Not the Buffer itself: its slice is a view, where that of a Uint8Array is a copy.
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    throw new IkeError('CAPTURE_UNREADABLE', { what: 'gzip', have: file.length }, { cause });
  }
}

/** draft-ietf-opsawg-pcap §4 and §5: a header of 24 octets, then records of 16 octets and their packet. */
function readPcap(bytes: Uint8Array, little: boolean, nanoseconds: boolean): readonly CapturedFrame[] {
  if (bytes.length < 24) throw refused('pcap header', bytes.length);
  const view = viewOf(bytes);
  const linkType = view.getUint32(20, little) & 0xffff;
  const frames: CapturedFrame[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const fraction = view.getUint32(at + 4, little) / (nanoseconds ? 1e6 : 1e3);
    const length = view.getUint32(at + 8, little);
    const from = at + 16;
    if (from + length > bytes.length) break;
    const time = view.getUint32(at, little) * 1000 + fraction;
    frames.push({ number: frames.length + 1, time, linkType, bytes: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return frames;
}

interface PcapngInterface {
  readonly linkType: number;
  /** Units of its time stamps in a millisecond. */
  readonly perMillisecond: number;
}

/** What the blocks of a section are read with. */
interface Section {
  readonly little: boolean;
  readonly interfaces: PcapngInterface[];
}

/** draft-ietf-opsawg-pcapng §3: blocks of type, total length, body, total length. */
function readPcapng(bytes: Uint8Array): readonly CapturedFrame[] {
  const view = viewOf(bytes);
  const frames: CapturedFrame[] = [];
  let section: Section = { little: false, interfaces: [] };
  for (let at = 0; at + 12 <= bytes.length;) {
    if (view.getUint32(at) === PCAPNG_SECTION) {
      section = { little: view.getUint32(at + 8, true) === PCAPNG_BYTE_ORDER, interfaces: [] };
    }
    const type = view.getUint32(at, section.little);
    const length = view.getUint32(at + 4, section.little);
    if (length < 12 || length % 4 !== 0) throw refused('pcapng block length', length);
    if (at + length > bytes.length) break;
    const frame = readBlock(type, bytes.subarray(at + 8, at + length - 4), section);
    if (frame !== undefined) frames.push({ number: frames.length + 1, ...frame });
    at += length;
  }
  return frames;
}

const BLOCK = { INTERFACE: 1, PACKET: 2, SIMPLE_PACKET: 3, ENHANCED_PACKET: 6 } as const;

/** The packet of a packet block; an interface is noted in the section, and every other block is passed over. */
function readBlock(type: number, body: Uint8Array, section: Section): Omit<CapturedFrame, 'number'> | undefined {
  switch (type) {
    case BLOCK.INTERFACE:
      section.interfaces.push(readInterface(body, section.little));
      return undefined;
    case BLOCK.SIMPLE_PACKET:
      return readSimplePacket(body, section);
    case BLOCK.PACKET:
    case BLOCK.ENHANCED_PACKET:
      return readPacket(type, body, section);
    default:
      return undefined;
  }
}

function readInterface(body: Uint8Array, little: boolean): PcapngInterface {
  if (body.length < 8) throw refused('pcapng interface', body.length);
  const view = viewOf(body);
  let perMillisecond = 1e3;
  for (let at = 8; at + 4 <= body.length;) {
    const length = view.getUint16(at + 2, little);
    // if_tsresol: a negative power of ten, or of two where the first bit is set.
    if (view.getUint16(at, little) === 9 && length === 1) perMillisecond = resolution(body[at + 4] ?? 6);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { linkType: view.getUint16(0, little), perMillisecond };
}

const resolution = (tsresol: number): number => (tsresol & 0x80 ? 2 : 10) ** (tsresol & 0x7f) / 1000;

function readPacket(type: number, body: Uint8Array, { little, interfaces }: Section): Omit<CapturedFrame, 'number'> {
  if (body.length < 20) throw refused('pcapng packet', body.length);
  const view = viewOf(body);
  const id = type === BLOCK.PACKET ? view.getUint16(0, little) : view.getUint32(0, little);
  const from = interfaces[id];
  const length = view.getUint32(12, little);
  if (from === undefined) throw refused('pcapng interface id', id);
  if (20 + length > body.length) throw refused('pcapng captured length', length);
  const stamp = view.getUint32(4, little) * 2 ** 32 + view.getUint32(8, little);
  return { time: stamp / from.perMillisecond, linkType: from.linkType, bytes: body.subarray(20, 20 + length) };
}

/** It has no time and no interface but the first. */
function readSimplePacket(body: Uint8Array, { little, interfaces }: Section): Omit<CapturedFrame, 'number'> {
  const from = interfaces[0];
  if (body.length < 4 || from === undefined) throw refused('pcapng simple packet', body.length);
  const length = Math.min(viewOf(body).getUint32(0, little), body.length - 4);
  return { time: 0, linkType: from.linkType, bytes: body.subarray(4, 4 + length) };
}
