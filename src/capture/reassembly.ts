import { BoundedMap } from '../base/bounded.ts';
import { concat, sameBytes, toHex } from '../base/bytes.ts';
import { type IpPacket, upperLayer } from './ip.ts';

/** Where a packet of a capture came. */
export interface Arrived {
  /** Number of the frame, from 1. */
  readonly frame: number;
  /** Unix time in milliseconds, with a fraction. */
  readonly time: number;
}

export type Reassembled = Arrived & { readonly packet: IpPacket };

/** Ours: fragments of so many packets at once are kept; the oldest packet makes room. */
const MAX_PACKETS = 256;
/** Ours: what a packet of 65,535 octets needs where a link takes 576 (RFC 791 §3.1). */
const MAX_FRAGMENTS = 128;
const MAX_LENGTH = 65_535;
/** RFC 8200 §4.5: after this time an identification may be used again. */
const TIMEOUT = 60_000;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** By its IP header; more than `bytes` where the capture cut it. */
  readonly length: number;
  readonly last: boolean;
}

interface Parts {
  readonly since: number;
  readonly pieces: readonly Piece[];
  /** The first fragment: its time is that of what is left of a packet that stays incomplete. */
  readonly head?: Reassembled | undefined;
  readonly refused: boolean;
}

/**
 * Puts IP packets together again from their fragments. Bounded in packets, fragments and time, because a capture may hold anything.
 *
 * A packet whose fragments overlap is refused as a whole, with what of it is still to come (RFC 8200 §4.5; for IPv4, where RFC 791 §3.2 lets
 * the later octet win, so too: two readers that differ would read two messages). A fragment that is there twice, octet by octet, is no overlap.
 */
export class Reassembly {
  readonly #parts = new BoundedMap<string, Parts>(MAX_PACKETS);
  readonly #leftovers: Reassembled[] = [];
  /** Packets that were refused because their fragments overlap or do not fit. */
  refused = 0;

  /** The whole packet, once the last of its fragments is there; a packet that is no fragment is whole at once. */
  add(packet: IpPacket, arrived: Arrived): IpPacket | undefined {
    if (packet.fragment === undefined) return packet;
    this.#forgetOld(arrived.time);
    const key = keyOf(packet);
    const known = this.#parts.get(key) ?? { since: arrived.time, pieces: [], refused: false };
    if (known.refused) return undefined;
    const { offset, more } = packet.fragment;
    const { payload: bytes, length } = packet;
    const head = known.head ?? (offset === 0 ? { ...arrived, packet } : undefined);
    const pieces = withPiece(known.pieces, { offset, bytes, length, last: !more });
    if (pieces === undefined) return this.#refuse(key, { ...known, head });
    const total = totalOf(pieces);
    if (head !== undefined && total !== undefined && covered(pieces) === total) {
      this.#parts.delete(key);
      return upperLayer(whole(head.packet, pieces, total));
    }
    return this.#keep(key, { ...known, pieces, head });
  }

  /**
   * What there is of packets whose other fragments never came, from their first octet to the first gap; of refused ones, the first
   * fragment.
   */
  unfinished(): readonly Reassembled[] {
    for (const [, parts] of this.#parts.entries()) this.#leave(parts);
    return this.#leftovers;
  }

  #keep(key: string, parts: Parts): undefined {
    const oldest = this.#parts.set(key, parts);
    if (oldest !== undefined) this.#leave(oldest[1]);
  }

  #forgetOld(time: number): void {
    for (const [key, parts] of this.#parts.entries()) {
      if (time - parts.since <= TIMEOUT) return;
      this.#parts.delete(key);
      this.#leave(parts);
    }
  }

  /** Its place is kept, because RFC 8200 §4.5 has fragments that are still to come dropped too; its first one is left to be looked at. */
  #refuse(key: string, { since, head }: Parts): undefined {
    this.refused++;
    this.#keep(key, { since, pieces: [], refused: true });
    if (head === undefined) return;
    const { payload: bytes, length } = head.packet;
    this.#leave({ since, head, pieces: [{ offset: 0, bytes, length, last: false }], refused: true });
  }

  #leave({ head, pieces }: Parts): void {
    if (head === undefined) return;
    const { frame, time, packet } = head;
    // One octet more than there is, so that whoever reads it sees that the end is missing.
    const length = Math.max(totalOf(pieces) ?? 0, covered(pieces) + 1);
    this.#leftovers.push({ frame, time, packet: upperLayer(whole(packet, pieces, length)) });
  }
}

/** RFC 791 §2.3 and RFC 8200 §4.5; IPv6 does without the protocol, which here does no harm. */
function keyOf({ source, destination, protocol, fragment }: IpPacket): string {
  return [toHex(source), toHex(destination), protocol, fragment?.identification].join(' ');
}

/** The fragment among those that are there already; undefined where it does not fit them. */
function withPiece(pieces: readonly Piece[], piece: Piece): readonly Piece[] | undefined {
  const { offset, bytes, length, last } = piece;
  if (length === 0 || offset + length > MAX_LENGTH || (!last && length % 8 !== 0)) return undefined;
  const same = pieces.find((other) => other.offset === offset && other.length === length && other.last === last);
  if (same !== undefined) return sameBytes(same.bytes, bytes) ? pieces : undefined;
  const fits = pieces.every((other) => isBefore(other, piece) || isBefore(piece, other));
  return fits && pieces.length < MAX_FRAGMENTS ? [...pieces, piece] : undefined;
}

/** Nothing comes behind the last. */
const isBefore = (a: Piece, b: Piece): boolean => !a.last && a.offset + a.length <= b.offset;

const inOrder = (pieces: readonly Piece[]): readonly Piece[] => [...pieces].sort((a, b) => a.offset - b.offset);

/** Known once the last fragment is there. */
function totalOf(pieces: readonly Piece[]): number | undefined {
  const last = pieces.find((piece) => piece.last);
  return last === undefined ? undefined : last.offset + last.length;
}

/** Octets from the beginning to the first gap. */
function covered(pieces: readonly Piece[]): number {
  let to = 0;
  for (const { offset, length } of inOrder(pieces)) {
    if (offset !== to) break;
    to += length;
  }
  return to;
}

/** The first fragment's headers before the octets of all, up to the first that is missing. */
function whole(head: IpPacket, pieces: readonly Piece[], length: number): IpPacket {
  const bytes: Uint8Array[] = [];
  let to = 0;
  for (const piece of inOrder(pieces)) {
    if (piece.offset !== to) break;
    bytes.push(piece.bytes);
    to += piece.bytes.length;
  }
  const { source, destination, protocol } = head;
  return { source, destination, protocol, payload: concat(...bytes), length };
}
