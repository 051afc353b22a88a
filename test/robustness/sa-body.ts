import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { PROTOCOL } from '../../src/ike/wire/numbers.ts';

const u16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value);
/** A data attribute with its value in place, RFC 2408 §3.3. */
const short = (type: number, value: number): Uint8Array => concat(u16(0x8000 | type), u16(value));

/** Proposal and transform headers, RFC 2408 §3.5 and §3.6, round what may be anything. */
function saBody(protocol: number, spi: Uint8Array, transform: number, attributes: Uint8Array): Uint8Array {
  const inner = concat(Uint8Array.of(0, 0), u16(8 + attributes.length), Uint8Array.of(1, transform, 0, 0), attributes);
  const proposal = concat(
    Uint8Array.of(0, 0),
    u16(8 + spi.length + inner.length),
    Uint8Array.of(1, protocol, spi.length, 1),
    spi,
    inner,
  );
  return concat(u32Bytes(1), u32Bytes(1), proposal);
}

/** Bodies of SA payloads with one transform, whatever its numbers mean. */
export const saBodies = {
  /** RFC 2407 §4.5: life, tunnel mode, authentication, key length. */
  esp: (transform: number, auth: number, keyLength: number | undefined): Uint8Array =>
    saBody(
      PROTOCOL.ESP,
      u32Bytes(0x5555),
      transform,
      concat(
        short(1, 1),
        short(2, 3600),
        short(4, 1),
        short(5, auth),
        keyLength === undefined ? new Uint8Array() : short(6, keyLength),
      ),
    ),
  /** RFC 2409 App. A: cipher, SHA-2 256, pre-shared key, group 19, key length. */
  isakmp: (cipher: number, keyLength: number | undefined): Uint8Array =>
    saBody(
      PROTOCOL.ISAKMP,
      new Uint8Array(),
      1,
      concat(
        short(1, cipher),
        short(2, 4),
        short(3, 1),
        short(4, 19),
        keyLength === undefined ? new Uint8Array() : short(14, keyLength),
      ),
    ),
  /** An SA payload whose one transform is the last thing in it gets another attribute, and all lengths with it. */
  appended: (body: Uint8Array, type: number, value: Uint8Array): Uint8Array => {
    const added = concat(u16(type), u16(value.length), value);
    const longer = concat(body, added);
    const view = new DataView(longer.buffer);
    for (const at of [10, 18]) view.setUint16(at, view.getUint16(at) + added.length);
    return longer;
  },
};
