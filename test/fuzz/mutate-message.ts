import { concat } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { eachPayload, type PayloadView, readMessage } from '../../src/ike/wire/message.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import type { Content } from '../robustness/forged.ts';
import { below, mutateBytes, oneOf } from './mutate-bytes.ts';

/** A payload as it will be written, with a length and a next payload that may lie. */
interface Piece {
  readonly type: number;
  readonly body: Uint8Array;
  readonly next?: number;
  readonly length?: number;
}

type Change = (pieces: readonly Piece[], others: readonly Piece[], random: SeededRandom) => readonly Piece[];

const place = (pieces: readonly unknown[], random: SeededRandom): number => below(random, pieces.length);

/** One payload made into something else. */
function changed(pieces: readonly Piece[], random: SeededRandom, change: (piece: Piece) => Piece): readonly Piece[] {
  const at = place(pieces, random);
  return pieces.map((piece, i) => (i === at ? change(piece) : piece));
}

const CHANGES: readonly [Change, ...Change[]] = [
  function drop(pieces, _, random) {
    const at = place(pieces, random);
    return pieces.filter((_piece, i) => i !== at);
  },
  function repeat(pieces, _, random) {
    const at = place(pieces, random);
    const times = random.chance(0.1) ? 70 : 2;
    return pieces.flatMap((piece, i) => (i === at ? Array<Piece>(times).fill(piece) : [piece]));
  },
  function swap(pieces, _, random) {
    const [one, other] = [place(pieces, random), place(pieces, random)];
    return pieces.map((piece, i) => (i === one ? pieces[other] : i === other ? pieces[one] : piece) ?? piece);
  },
  function insert(pieces, others, random) {
    const added = others[place(others, random)] ?? { type: below(random, 256), body: random.bytes(below(random, 40)) };
    return pieces.toSpliced(below(random, pieces.length + 1), 0, added);
  },
  (pieces, _, random) => changed(pieces, random, (piece) => ({ ...piece, type: below(random, 256) })),
  (pieces, _, random) => changed(pieces, random, (piece) => ({ ...piece, next: below(random, 256) })),
  (pieces, _, random) =>
    changed(pieces, random, (piece) => ({
      ...piece,
      length: oneOf(random, [0, 1, 3, 4, 5, piece.body.length + 3, piece.body.length + 5, 0xffff]),
    })),
  (pieces, _, random) => changed(pieces, random, (piece) => ({ ...piece, body: new Uint8Array() })),
  function body(pieces, others, random) {
    const other = others[place(others, random)]?.body ?? new Uint8Array();
    return changed(pieces, random, (piece) => ({ ...piece, body: mutateBytes(piece.body, other, random) }));
  },
];

/** One change to a chain of payloads, or, one time in four, to its octets. */
export function mutateContent(content: Content, other: Content, random: SeededRandom): Content {
  const pieces = piecesOf(content);
  if (pieces.length === 0 || random.chance(0.25))
    return { ...content, plaintext: mutateBytes(content.plaintext, other.plaintext, random) };
  const after = oneOf(random, CHANGES)(pieces, piecesOf(other), random);
  return {
    firstType: after[0]?.type ?? 0,
    plaintext: concat(...after.map((piece, i) => written(piece, after[i + 1]))),
  };
}

/** One change to a message in clear: its header, its payloads, or its octets. */
export function mutateMessage(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const [content, otherContent] = [contentOf(bytes), contentOf(other)];
  if (content === undefined || random.chance(0.2)) return mutateBytes(bytes, other, random);
  const head = bytes.slice(0, 28);
  if (random.chance(0.3)) {
    const [from, to] = oneOf(random, HEADER_FIELDS);
    head.set(mutateBytes(head.slice(from, to), other.slice(from, to), random).slice(0, to - from), from);
    return concat(head, content.plaintext);
  }
  const { firstType, plaintext } = mutateContent(content, otherContent ?? content, random);
  head[16] = firstType;
  new DataView(head.buffer).setUint32(24, 28 + plaintext.length);
  return concat(head, plaintext);
}

/** From which octet to which. */
type Field = readonly [number, number];
/** Both cookies, next payload, version, exchange type, flags, message id, length, and two pairs of neighbours. */
const HEADER_FIELDS: readonly [Field, ...Field[]] = [
  [0, 8],
  [8, 16],
  [0, 16],
  [16, 17],
  [17, 18],
  [18, 19],
  [19, 20],
  [18, 20],
  [20, 24],
  [24, 28],
];

function piecesOf({ firstType, plaintext }: Content): PayloadView[] {
  const pieces: PayloadView[] = [];
  try {
    for (const payload of eachPayload(firstType, plaintext)) pieces.push(payload);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
  }
  return pieces;
}

function written({ body, next, length }: Piece, follower: Piece | undefined): Uint8Array {
  const total = length ?? body.length + 4;
  return concat(Uint8Array.of(next ?? follower?.type ?? 0, 0, total >>> 8, total), body);
}

function contentOf(bytes: Uint8Array): Content | undefined {
  try {
    const { header, body } = readMessage(bytes);
    return { firstType: header.nextPayload, plaintext: body };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return undefined;
  }
}
