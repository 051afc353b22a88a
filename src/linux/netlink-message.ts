import { concat, utf8Bytes, utf8Text } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';

/** Message types that every family has. */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F = {
  REQUEST: 0x1,
  ACK: 0x4,
  ROOT: 0x100,
  MATCH: 0x200,
  REPLACE: 0x100,
  EXCL: 0x200,
  CREATE: 0x400,
  DUMP: 0x300,
} as const;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const HEADER = 16;
const ATTRIBUTE_TYPE = 0x3fff;

/** One netlink message: a header of 16 octets, all in the machine's order, and a body. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** What an error message says; `errno` 0 is the acknowledgement. */
export interface NetlinkError {
  readonly errno: number;
  /** The kernel's own words, where it has some. */
  readonly text?: string;
}

const aligned = (length: number): number => (length + 3) & ~3;

export function writeNetlink(message: NetlinkMessage): Uint8Array {
  const out = new Uint8Array(aligned(HEADER + message.body.length));
  const view = new DataView(out.buffer);
  view.setUint32(0, HEADER + message.body.length, true);
  view.setUint16(4, message.type, true);
  view.setUint16(6, message.flags, true);
  view.setUint32(8, message.sequence, true);
  out.set(message.body, HEADER);
  return out;
}

/** The messages of one datagram; bodies are views. */
export function readNetlink(datagram: Uint8Array): NetlinkMessage[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at + HEADER <= datagram.length;) {
    const length = view.getUint32(at, true);
    if (length < HEADER || at + length > datagram.length) throw malformed('length of a message');
    messages.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      body: datagram.subarray(at + HEADER, at + length),
    });
    at += aligned(length);
  }
  return messages;
}

/** Attributes as they stand in a body, each padded to four octets. */
export function writeAttributes(attributes: readonly (readonly [type: number, value: Uint8Array])[]): Uint8Array {
  return concat(
    ...attributes.map(([type, value]) => {
      const out = new Uint8Array(aligned(4 + value.length));
      const view = new DataView(out.buffer);
      view.setUint16(0, 4 + value.length, true);
      view.setUint16(2, type, true);
      out.set(value, 4);
      return out;
    }),
  );
}

/** Attributes by type, of repeated ones the last; flags of the type are cut off. */
export function readAttributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const attributes = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > bytes.length) throw malformed('length of an attribute');
    attributes.set(view.getUint16(at + 2, true) & ATTRIBUTE_TYPE, bytes.subarray(at + 4, at + length));
    at += aligned(length);
  }
  return attributes;
}

/** Reads an error message; its extended text stands behind the header that it repeats (NETLINK_EXT_ACK, NETLINK_CAP_ACK). */
export function readNetlinkError({ flags, body }: NetlinkMessage): NetlinkError {
  if (body.length < 4) throw malformed('error');
  const errno = Math.abs(new DataView(body.buffer, body.byteOffset, body.length).getInt32(0, true));
  if ((flags & NLM_F_ACK_TLVS) === 0 || body.length < 4 + HEADER) return { errno };
  const text = readAttributes(body.subarray(4 + HEADER)).get(NLMSGERR_ATTR_MSG);
  return text === undefined ? { errno } : { errno, text: utf8Text(text).replace(/\0+$/, '') };
}

/** Numbers and names of attributes, in the machine's order. */
export function u32Value(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value, true);
  return out;
}
export const stringValue = (text: string): Uint8Array => concat(utf8Bytes(text), Uint8Array.of(0));

const malformed = (what: string): IkeError => new IkeError('BACKEND_FAILED', { what: `netlink, ${what}` });
