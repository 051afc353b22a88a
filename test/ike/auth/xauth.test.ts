import { describe, expect, it } from 'vitest';
import { concat, utf8Bytes, utf8Text } from '../../../src/base/bytes.ts';
import { userClaim } from '../../../src/ike/auth/xauth.ts';
import { CONFIGURATION_ATTRIBUTE } from '../../../src/ike/wire/numbers.ts';
import { pairWith, withUsers } from '../users.ts';

const { XAUTH_USER_NAME, XAUTH_USER_PASSWORD } = CONFIGURATION_ATTRIBUTE;

const userIn = (name: Uint8Array): string | undefined =>
  userClaim([
    { type: XAUTH_USER_NAME, format: 'tlv', value: name },
    { type: XAUTH_USER_PASSWORD, format: 'tlv', value: utf8Bytes('wonderland') },
  ])?.user;

/** Beginnings of DER: SEQUENCE, SET and UTF8String, with a length that is true, too small and too large. */
const BEGINNINGS = ['0', '1', '0A', '00', '0~', '1A0', '0P1', '#0'];

describe('a user name of XAUTH (draft-beaulieu-ike-xauth-02 §6.2)', () => {
  it('CVE-2013-5018 (strongSwan): is the text that it is, at every length, though it looks like DER', () => {
    for (const beginning of BEGINNINGS) {
      for (let length = 0; length <= 300; length++) {
        const name = utf8Bytes(beginning.padEnd(length, '1A').slice(0, length));
        expect([length, userIn(name)]).toEqual([length, length > 0 && length <= 255 ? utf8Text(name) : undefined]);
      }
    }
  });

  it('CVE-2013-5018 (strongSwan): is none where its octets are no text', () => {
    const none = [
      Uint8Array.of(0x30),
      Uint8Array.of(0x30, 0x80),
      Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0x30, 0x0c, 0x31, 0x0a),
      concat(Uint8Array.of(0x30, 0x82, 1, 0), new Uint8Array(200).fill(0x30)),
      new Uint8Array(255).fill(0xff),
      new Uint8Array(2),
    ];
    expect(none.map(userIn)).toEqual(['0', undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  it('CVE-2013-5018 (strongSwan): reaches who checks it as it was given', () => {
    const name = `0A1?0=${'0A'.repeat(30)}`;
    const pair = pairWith(
      [withUsers('a'), (policy) => ({ ...policy, user: { side: 'local', name } })],
      [withUsers('b')],
    );
    for (const side of pair.sides) side.users = { [name]: 'wonderland' };
    pair.initiate();
    expect(pair.b.named('user.authenticated').map(({ user }) => user)).toEqual([name]);
  });
});
