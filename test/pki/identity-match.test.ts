import { describe, expect, it } from 'vitest';
import { ID_TYPE } from '../../src/base/identity.ts';
import { check, words } from './asked.ts';
import { asAuthority, authority } from './authority.ts';

const names = [{ type: 'dns', value: 'gw.example' }] as const;
const root = await authority();
const between = await root.issue({ subject: 'CN=Between', extensions: asAuthority() });
const gw = await between.issue({ subject: 'C=CH, CN=gw', names });
const trust = { authorities: [root.certificate] };

describe('the identity of a peer', () => {
  const many = [
    { type: 'dns', value: 'GW.example' },
    { type: 'dns', value: 'second.example' },
    { type: 'dns', value: '*.wild.example' },
    { type: 'email', value: 'admin@example' },
    { type: 'ip', value: '192.0.2.1' },
    { type: 'ip', value: '2001:db8::1' },
  ] as const;

  it.each([
    ['@gw.EXAMPLE', 'accepted'],
    ['@second.example', 'accepted'],
    ['admin@EXAMPLE', 'accepted'],
    ['192.0.2.1', 'accepted'],
    ['2001:db8::1', 'accepted'],
    ['C=CH, CN=named.example', 'accepted'],
    ['c=ch, CN=NAMED.example', 'accepted'],
    ['CN=named.example', 'identity'],
    ['CN=named.example, C=CH', 'identity'],
    ['C=CH, CN=*', 'identity'],
    ['@named.example', 'identity'],
    ['@a.wild.example', 'identity'],
    ['@192.0.2.1', 'identity'],
    ['192.0.2.2', 'identity'],
    ['@admin@example', 'identity'],
    ['#00', 'identity'],
  ])('%s: %s', async (identity, expected) => {
    const leaf = await root.issue({ subject: 'C=CH, CN=named.example', names: many });
    expect(check({ identity, sent: [leaf], trust })).toBe(expected);
  });
  it('that the certificate does not have is told beside those that it has', () => {
    expect(words({ identity: '@other.example', sent: [gw, between], trust })).toBe(
      'certificate C=CH, CN=gw is not for the identity that the peer claims: it is for C=CH, CN=gw, @gw.example, the peer says @other.example',
    );
  });
  it('is no empty name, even where the subject is empty (RFC 4945 §3.1.5)', async () => {
    const leaf = await root.issue({ subject: '', names });
    expect(check({ sent: [leaf], trust })).toBe('accepted');
    expect(
      check({ identity: { idType: ID_TYPE.DER_ASN1_DN, data: Uint8Array.of(0x30, 0) }, sent: [leaf], trust }),
    ).toBe('identity');
  });
});
