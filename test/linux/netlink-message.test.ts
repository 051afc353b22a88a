import { describe, expect, it } from 'vitest';

import { concat, fromHex, toHex, utf8Bytes } from '../../src/base/bytes.ts';
import {
  NLMSG_ERROR,
  readAttributes,
  readNetlink,
  readNetlinkError,
  stringValue,
  u32Value,
  writeAttributes,
  writeNetlink,
} from '../../src/linux/netlink-message.ts';

describe('netlink messages', () => {
  it('are written with their length and padding', () => {
    const message = { type: 0x18, flags: 0x605, sequence: 7, body: fromHex('aabbcc') };
    expect(toHex(writeNetlink(message))).toBe('13000000180005060700000000000000aabbcc00');
  });
  it('are read back, several from one datagram', () => {
    const messages = [
      { type: 16, flags: 2, sequence: 1, body: fromHex('0102030405') },
      { type: 3, flags: 0, sequence: 1, body: new Uint8Array() },
    ];
    expect(readNetlink(concat(...messages.map(writeNetlink)))).toEqual(messages);
  });
  it.each(['0f000000000000000000000000000000', '11000000000000000000000000000000'])(
    'refuse a length that is wrong: %s',
    (hex) => {
      expect(() => readNetlink(fromHex(hex))).toThrow(/length of a message/);
    },
  );
});

describe('netlink attributes', () => {
  it('are padded to four octets and read back by type', () => {
    const written = writeAttributes([
      [3, stringValue('lo')],
      [4, u32Value(1400)],
    ]);
    expect(toHex(written)).toBe('070003006c6f0000' + '0800040078050000');
    expect([...readAttributes(written)]).toEqual([
      [3, utf8Bytes('lo\0')],
      [4, u32Value(1400)],
    ]);
  });
  it('lose the flags of their type', () => {
    expect([...readAttributes(fromHex('04001a80')).keys()]).toEqual([0x1a]);
  });
  it.each(['03000100', '0900010000000000'])('refuse a length that is wrong: %s', (hex) => {
    expect(() => readAttributes(fromHex(hex))).toThrow(/length of an attribute/);
  });
});

describe('netlink errors', () => {
  const error = (flags: number, body: Uint8Array) => ({ type: NLMSG_ERROR, flags, sequence: 1, body });

  it('are an acknowledgement with number 0', () => {
    expect(readNetlinkError(error(0x100, new Uint8Array(20)))).toEqual({ errno: 0 });
  });
  it('carry a number', () => {
    expect(readNetlinkError(error(0, concat(u32Value(-17 >>> 0), new Uint8Array(16))))).toEqual({ errno: 17 });
  });
  it('carry the kernel’s words where it has some', () => {
    const text = writeAttributes([[1, stringValue('Invalid prefsrc address')]]);
    const body = concat(u32Value(-22 >>> 0), new Uint8Array(16), text);
    expect(readNetlinkError(error(0x200, body))).toEqual({ errno: 22, text: 'Invalid prefsrc address' });
  });
  it('refuse to be shorter than a number', () => {
    expect(() => readNetlinkError(error(0, new Uint8Array(3)))).toThrow(/netlink/);
  });
});
