import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { check, verdict, words } from './asked.ts';
import { authority, KeyUsageFlags, KeyUsagesExtension, selfSigned } from './authority.ts';

describe('a pinned certificate', () => {
  it('needs no authority, nor the identity in it, and need not be sent', async () => {
    const own = await selfSigned({ subject: 'CN=device' });
    const pinned = { pinned: [own.certificate] };
    expect(verdict({ sent: [own], trust: pinned })).toMatchObject({
      accepted: true,
      publicKey: own.certificate.publicKey,
      facts: { trustedBy: 'pinned' },
    });
    expect(check({ sent: [], trust: pinned })).toBe('accepted');
    expect(words({ sent: [own], identity: 'CN=device' })).toBe(
      'certificate CN=device (1 of 1) is signed by its own key and not configured as trusted',
    );
  });
  it('is the only one that is accepted, whoever vouches for another', async () => {
    const [root, own] = [await authority(), await selfSigned({ subject: 'CN=device' })];
    const twin = await root.issue({ subject: 'CN=device' });
    const trust = { pinned: [own.certificate], authorities: [root.certificate] };
    expect(words({ sent: [twin], identity: 'CN=device', trust })).toBe(
      'certificate CN=device is not the one that is configured for this peer',
    );
    expect(check({ sent: [twin], identity: 'CN=device', trust: { ...trust, pinned: [] } })).toBe('accepted');
  });
  it('is found by the identity where there are more of them', async () => {
    const [one, two] = [await selfSigned({ subject: 'CN=one' }), await selfSigned({ subject: 'CN=two' })];
    const pinned = { pinned: [one.certificate, two.certificate] };
    const answer = verdict({ identity: 'CN=two', trust: pinned });
    expect(answer.accepted && toHex(answer.publicKey)).toBe(toHex(two.certificate.publicKey));
    expect(check({ identity: '@nobody.example', trust: pinned })).toBe('missing');
  });
  it('is refused out of its time, for what it may not do, and for a weak key', async () => {
    const old = await selfSigned({ subject: 'CN=old', until: '2021-01-01T00:00:00Z' });
    expect(words({ sent: [old], trust: { pinned: [old.certificate] } })).toBe(
      'certificate CN=old has expired: 2021-01-01T00:00:00Z',
    );
    const early = await selfSigned({ subject: 'CN=early', from: '2027-01-01T00:00:00Z' });
    expect(check({ sent: [early], trust: { pinned: [early.certificate] } })).toBe('not-yet-valid');
    const mute = await selfSigned({
      subject: 'CN=mute',
      extensions: [new KeyUsagesExtension(KeyUsageFlags.keyAgreement, true)],
    });
    expect(check({ sent: [mute], trust: { pinned: [mute.certificate] } })).toBe('key-usage');
    const weak = await selfSigned({ subject: 'CN=weak', key: 'rsa1024' });
    expect(check({ sent: [weak], trust: { pinned: [weak.certificate] }, method: 'rsa' })).toBe('weak-key');
    expect(check({ sent: [weak], trust: { pinned: [weak.certificate] } })).toBe('key-method');
  });
});
