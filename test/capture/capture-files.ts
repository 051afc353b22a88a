import { concat } from '../../src/base/bytes.ts';

/** Numbers of one byte order, as a capture file holds them. */
export function numbers(little: boolean): {
  readonly u16: (n: number) => Uint8Array;
  readonly u32: (n: number) => Uint8Array;
} {
  const write = (size: number, set: (view: DataView) => void): Uint8Array => {
    const view = new DataView(new ArrayBuffer(size));
    set(view);
    return new Uint8Array(view.buffer);
  };
  return {
    u16: (n) => write(2, (view) => view.setUint16(0, n, little)),
    u32: (n) => write(4, (view) => view.setUint32(0, n, little)),
  };
}

export interface PcapOptions {
  readonly linkType: number;
  readonly little?: boolean;
  readonly nanoseconds?: boolean;
}

/** A pcap file whose packets came at 1, 2, 3 … seconds and a quarter. */
export function pcapFile(
  { linkType, little = true, nanoseconds = false }: PcapOptions,
  ...packets: readonly Uint8Array[]
): Uint8Array {
  const { u16, u32 } = numbers(little);
  const quarter = nanoseconds ? 250_000_000 : 250_000;
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const records = packets.map((packet, i) =>
    concat(u32(i + 1), u32(quarter), u32(packet.length), u32(packet.length), packet),
  );
  return concat(u32(magic), u16(2), u16(4), u32(0), u32(0), u32(65_535), u32(linkType), ...records);
}

/** One block of a pcapng file, padded and framed by its length. */
export function pcapngBlock(little: boolean, type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const { u32 } = numbers(little);
  const body = concat(...parts);
  const padded = new Uint8Array(Math.ceil(body.length / 4) * 4);
  padded.set(body);
  return concat(u32(type), u32(padded.length + 12), padded, u32(padded.length + 12));
}

/** The block that begins a section and tells its byte order. */
export function pcapngSection(little: boolean): Uint8Array {
  const { u16, u32 } = numbers(little);
  return pcapngBlock(little, 0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff));
}

/** An interface with its link type and options as given. */
export function pcapngInterface(little: boolean, linkType: number, ...options: readonly Uint8Array[]): Uint8Array {
  const { u16, u32 } = numbers(little);
  return pcapngBlock(little, 1, u16(linkType), u16(0), u32(0), ...options);
}
