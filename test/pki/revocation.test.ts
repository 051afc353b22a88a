import { describe, expect, it } from 'vitest';
import type { RevocationList } from '../../src/pki/revocation-list.ts';
import { check, verdict, words } from './asked.ts';
import { asAuthority, authority } from './authority.ts';

const names = [{ type: 'dns', value: 'gw.example' }] as const;
const root = await authority();
const between = await root.issue({ subject: 'CN=Between', extensions: asAuthority() });
const gw = await between.issue({ subject: 'C=CH, CN=gw', names });
const trust = { authorities: [root.certificate] };

describe('a revocation list', () => {
  const own = [gw.certificate.serialNumber];
  const asked = (mode: 'soft' | 'hard', lists: readonly RevocationList[], at?: string) => ({
    sent: [gw, between],
    trust: { ...trust, revocation: { mode, lists } },
    ...(at === undefined ? {} : { at }),
  });

  it('with the certificate on it ends it, soft or hard, and says which one', async () => {
    const lists = [await between.revoke(own), await root.revoke([])];
    expect(words(asked('hard', lists))).toBe(`certificate C=CH, CN=gw (1 of 3) is revoked: number ${own[0]}`);
    expect(words(asked('soft', lists))).toBe(words(asked('hard', lists)));
  });
  it('with an authority on it ends all below, though another list is missing', async () => {
    const lists = [await root.revoke([between.certificate.serialNumber])];
    expect(words(asked('soft', lists))).toContain('CN=Between (2 of 3) is revoked');
    expect(check(asked('hard', [...lists, await between.revoke([])]))).toBe('revoked');
  });
  it('that names others lets it pass', async () => {
    const lists = [await between.revoke(['7f01']), await root.revoke([])];
    expect(check(asked('hard', lists))).toBe('accepted');
    expect(verdict(asked('soft', lists))).toMatchObject({ facts: { unchecked: [] } });
  });
  it('that is missing is an obstacle only where it must be there', async () => {
    const lists = [await root.revoke([])];
    expect(words(asked('hard', lists))).toBe(
      'certificate C=CH, CN=gw (1 of 3) is on no revocation list, because there is none of its issuer: issuer CN=Between',
    );
    expect(verdict(asked('soft', lists))).toMatchObject({
      accepted: true,
      facts: { unchecked: [expect.stringContaining('CN=gw (1 of 3) is on no revocation list')] },
    });
  });
  it('that is out of date is an obstacle only where it must not be, and still ends whom it names', async () => {
    const [stale, named] = [
      await between.revoke([], '2021-01-01T00:00:00Z'),
      await between.revoke(own, '2021-01-01T00:00:00Z'),
    ];
    const above = await root.revoke([]);
    expect(words(asked('hard', [stale, above]))).toBe(
      'certificate C=CH, CN=gw (1 of 3) cannot be looked up, because the revocation list of its issuer is out of date: next update 2021-01-01T00:00:00Z',
    );
    expect(verdict(asked('soft', [stale, above]))).toMatchObject({
      accepted: true,
      facts: { unchecked: [expect.stringContaining('out of date')] },
    });
    expect(check(asked('soft', [named, above]))).toBe('revoked');
  });
  it('of a stranger with the same name counts for nothing', async () => {
    const stranger = await (await authority()).issue({ subject: 'CN=Between', extensions: asAuthority() });
    const lists = [await stranger.revoke(own), await root.revoke([])];
    expect(check(asked('hard', lists))).toBe('crl-invalid');
    expect(verdict(asked('soft', lists))).toMatchObject({ accepted: true });
  });
});
