import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { verifyPeer } from '../../src/pki/verify-peer.ts';
import { check, seconds, verdict, words } from './asked.ts';
import {
  asAuthority,
  authority,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
} from './authority.ts';

const names = [{ type: 'dns', value: 'gw.example' }] as const;
const root = await authority();
const between = await root.issue({ subject: 'CN=Between', extensions: asAuthority() });
const gw = await between.issue({ subject: 'C=CH, CN=gw', names });
const trust = { authorities: [root.certificate] };

describe('the certificate of a peer', () => {
  it('is accepted with a path to an authority, and its key and names are given', () => {
    expect(verdict({ sent: [gw, between], trust })).toEqual({
      accepted: true,
      publicKey: gw.certificate.publicKey,
      facts: {
        subject: 'C=CH, CN=gw',
        issuer: 'CN=Between',
        serialNumber: gw.certificate.serialNumber,
        notAfter: { seconds: seconds('2030-01-01T00:00:00Z'), text: '2030-01-01T00:00:00Z' },
        trustedBy: 'CN=Root',
        unchecked: [],
      },
      path: [gw, between, root].map(({ certificate }) => certificate),
    });
  });
  it('may come in any order, twice, among others, and with the authority', async () => {
    const other = await root.issue({ subject: 'CN=other', names: [{ type: 'dns', value: 'other.example' }] });
    expect(check({ sent: [between, other, gw, gw, root], trust })).toBe('accepted');
  });
  it('finds its way over certificates of ours where the peer sends none between', () => {
    expect(words({ sent: [gw], trust })).toBe(
      'certificate C=CH, CN=gw (1 of 1) was issued by nobody who is known here: issuer CN=Between',
    );
    expect(check({ sent: [gw], trust: { ...trust, intermediates: [between.certificate] } })).toBe('accepted');
  });
  it('may end at an authority that did not sign itself, where it is configured', () => {
    expect(check({ sent: [gw], trust: { authorities: [between.certificate] } })).toBe('accepted');
  });
  it('that nobody sent is one of ours, where we have it', () => {
    expect(words({ sent: [], trust })).toBe('the peer sent no certificate, and none is configured for it');
    expect(check({ trust: { ...trust, intermediates: [gw.certificate, between.certificate] } })).toBe('accepted');
  });
  it('is refused where it cannot be read, and where the path leads elsewhere', async () => {
    const answer = verifyPeer(
      {
        identity: parseIdentity('@gw.example'),
        method: 'rsa',
        certificates: [
          { encoding: 4, data: Uint8Array.of(1, 2, 3) },
          { encoding: 200, data: gw.certificate.der },
        ],
      },
      { authorities: [], intermediates: [], pinned: [], revocation: { mode: 'off' }, allow: [] },
      0,
    );
    expect(answer).toEqual({ accepted: false, refusal: { check: 'unreadable' } });
    const stranger = await authority({ subject: 'CN=Root' });
    expect(check({ sent: [gw, between], trust: { authorities: [stranger.certificate] } })).toMatch(
      /issuer-unknown|signature/,
    );
  });
  it.each([
    ['2019-12-31T23:59:59Z', 'certificate C=CH, CN=gw (1 of 3) is not valid yet: 2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:01Z', 'accepted'],
    ['2029-12-31T23:59:59Z', 'accepted'],
    ['2030-01-01T00:00:01Z', 'certificate C=CH, CN=gw (1 of 3) has expired: 2030-01-01T00:00:00Z'],
  ])('at %s: %s', async (at, expected) => {
    const old = await authority({ from: '2000-01-01T00:00:00Z', until: '2040-01-01T00:00:00Z' });
    const middle = await old.issue({
      subject: 'CN=M',
      from: '2000-01-01T00:00:00Z',
      until: '2040-01-01T00:00:00Z',
      extensions: asAuthority(),
    });
    const leaf = await middle.issue({ subject: 'C=CH, CN=gw', names });
    expect(words({ sent: [leaf, middle], trust: { authorities: [old.certificate] }, at })).toBe(expected);
  });
  it('is refused below one that expired: the message says which of how many', async () => {
    const expired = await root.issue({ subject: 'CN=Old', until: '2024-01-01T00:00:00Z', extensions: asAuthority() });
    const leaf = await expired.issue({ names });
    expect(words({ sent: [leaf, expired], trust })).toBe(
      'certificate CN=Old (2 of 3) has expired: 2024-01-01T00:00:00Z',
    );
  });
  it('is refused below one that is no authority, or is one too deep', async () => {
    const noAuthority = await root.issue({ subject: 'CN=No' });
    expect(check({ sent: [await noAuthority.issue({ names }), noAuthority], trust })).toBe('not-an-authority');
    const notCa = await root.issue({
      subject: 'CN=No',
      extensions: [new BasicConstraintsExtension(false, undefined, true)],
    });
    expect(check({ sent: [await notCa.issue({ names }), notCa], trust })).toBe('not-an-authority');
    const mayNot = await root.issue({
      subject: 'CN=No',
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ],
    });
    expect(check({ sent: [await mayNot.issue({ names }), mayNot], trust })).toBe('not-an-authority');
    const last = await root.issue({ subject: 'CN=Last', extensions: asAuthority(0) });
    const deeper = await last.issue({ subject: 'CN=Deeper', extensions: asAuthority() });
    expect(check({ sent: [await last.issue({ names }), last], trust })).toBe('accepted');
    expect(words({ sent: [await deeper.issue({ names }), deeper, last], trust })).toBe(
      'certificate CN=Last (3 of 4) stands deeper below an authority than pathLenConstraint allows',
    );
  });
  it('is refused with a critical extension that nobody knows, not with one that may be ignored', async () => {
    const strange = (critical: boolean) => new Extension('1.3.6.1.4.1.99999.1', critical, Uint8Array.of(5, 0));
    expect(check({ sent: [await root.issue({ names, extensions: [strange(true)] })], trust })).toBe(
      'critical-extension',
    );
    expect(check({ sent: [await root.issue({ names, extensions: [strange(false)] })], trust })).toBe('accepted');
  });
  it('must be allowed to sign, where it says what it is for (RFC 4945 §5.1.3.2)', async () => {
    const used = async (flags: number) =>
      check({ sent: [await root.issue({ names, extensions: [new KeyUsagesExtension(flags, true)] })], trust });
    expect(await used(KeyUsageFlags.digitalSignature)).toBe('accepted');
    expect(await used(KeyUsageFlags.nonRepudiation)).toBe('accepted');
    expect(await used(KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyAgreement)).toBe('key-usage');
  });
  it.each([
    ['1.3.6.1.5.5.7.3.17', 'accepted'],
    ['2.5.29.37.0', 'accepted'],
    ['1.3.6.1.5.5.7.3.1', 'accepted'],
    ['1.3.6.1.5.5.7.3.2', 'accepted'],
    ['1.3.6.1.5.5.8.2.2', 'accepted'],
    ['1.3.6.1.5.5.7.3.3', 'extended-key-usage'],
  ])('for the purpose %s is %s (RFC 4945 §5.1.3.12)', async (purpose, expected) => {
    const leaf = await root.issue({ names, extensions: [new ExtendedKeyUsageExtension([purpose], false)] });
    expect(check({ sent: [leaf], trust })).toBe(expected);
  });
  it('must have a key for the negotiated method', async () => {
    expect(words({ sent: [gw, between], trust, method: 'rsa' })).toBe(
      'certificate C=CH, CN=gw has a key that does not fit the negotiated method: its key is for ecdsa256, negotiated was rsa',
    );
    const larger = await root.issue({ names, key: 'p384' });
    expect(check({ sent: [larger], trust })).toBe('key-method');
    expect(check({ sent: [larger], trust, method: 'ecdsa384' })).toBe('accepted');
  });
  it('is refused with SHA-1 or 1024 bits of RSA, unless they are allowed by name', async () => {
    const sha1 = await root.issue({ names, hash: 'SHA-1' });
    expect(words({ sent: [sha1], trust })).toBe(
      'certificate CN=gateway (1 of 2) is signed over a hash that is not allowed: sha1',
    );
    expect(check({ sent: [sha1], trust: { ...trust, allow: ['sha1'] } })).toBe('accepted');
    const short = await root.issue({ names, key: 'rsa1024' });
    expect(check({ sent: [short], trust, method: 'rsa' })).toBe('weak-key');
    expect(check({ sent: [short], trust: { ...trust, allow: ['sha1'] }, method: 'rsa' })).toBe('weak-key');
    expect(check({ sent: [short], trust: { ...trust, allow: ['rsa1024'] }, method: 'rsa' })).toBe('accepted');
    const shortRoot = await authority({ subject: 'CN=Short', key: 'rsa1024' });
    const below = await shortRoot.issue({ names });
    expect(words({ sent: [below], trust: { authorities: [shortRoot.certificate] } })).toContain('CN=Short (2 of 2)');
    const sha1Root = await authority({ subject: 'CN=SHA-1 root', hash: 'SHA-1' });
    expect(check({ sent: [await sha1Root.issue({ names })], trust: { authorities: [sha1Root.certificate] } })).toBe(
      'accepted',
    );
  });
});
