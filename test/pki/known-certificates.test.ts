import { beforeEach, describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { CertificateDesk } from '../../src/pki/certificate-desk.ts';
import { KnownCertificates } from '../../src/pki/known-certificates.ts';
import type { Revocation, Trust } from '../../src/pki/trust.ts';
import { seconds } from './asked.ts';
import { asAuthority, authority, type Party } from './authority.ts';

const names = (value: string) => [{ type: 'dns' as const, value }];
const root = await authority();
const below = await root.issue({ subject: 'CN=Below', extensions: asAuthority(), until: '2028-01-01T00:00:00Z' });
const issue = (name: string) =>
  below.issue({
    subject: `CN=${name}`,
    names: names(name),
    from: '2024-01-01T00:00:00Z',
    until: '2027-01-01T00:00:00Z',
  });
const [gw, second, third] = [await issue('gw.example'), await issue('second.example'), await issue('third.example')];
const stranger = await (await authority({ subject: 'CN=Elsewhere' })).issue({ names: names('gw.example') });
const usual: Trust = {
  authorities: [root.certificate],
  intermediates: [below.certificate],
  pinned: [],
  revocation: { mode: 'off' },
  allow: [],
};

let known: KnownCertificates;
let trust: Trust;
let desk: CertificateDesk;
beforeEach(() => {
  known = new KnownCertificates();
  trust = usual;
  desk = new CertificateDesk({ credentials: [], trust: () => trust, known });
});

/** `accepted`, or the check that failed, for a message that was received anew: no octet of it is the same array as before. */
function judged(party: Party, { name = 'gw.example', at = '2026-01-01T00:00:00Z', more = [] as Party[] } = {}): string {
  const answer = desk.judge(
    {
      identity: parseIdentity(`@${name}`),
      method: 'ecdsa256',
      certificates: [party, ...more].map(({ certificate: { der } }) => ({ encoding: 4, data: der.slice() })),
      connections: ['hq'],
    },
    seconds(at),
  );
  return answer.accepted ? 'accepted' : answer.check;
}

/** Whether it is not read again when it comes again. */
const isKept = ({ certificate: { der } }: Party): boolean => known.read(der.slice()) === known.read(der.slice());

describe('the certificate of a peer', () => {
  it('is read once when it has been accepted, with those above it that the peer sent', () => {
    expect(isKept(gw)).toBe(false);
    trust = { ...usual, intermediates: [] };
    expect(judged(gw, { more: [below, stranger] })).toBe('accepted');
    expect([isKept(gw), isKept(below), isKept(stranger), known.size]).toEqual([true, true, false, 2]);
    expect(judged(gw, { more: [below] })).toBe('accepted');
  });
  it('is not kept when it has been refused: a stranger fills no place', () => {
    expect(judged(stranger)).toBe('issuer-unknown');
    expect(judged(gw, { name: 'else.example' })).toBe('identity');
    expect(judged(gw, { at: '2027-01-02T00:00:00Z' })).toBe('expired');
    expect(known.size).toBe(0);
  });
  it('makes room when it is the one that has not come for the longest time', () => {
    known = new KnownCertificates(2);
    desk = new CertificateDesk({ credentials: [], trust: () => trust, known });
    expect(judged(gw)).toBe('accepted');
    expect(judged(second, { name: 'second.example' })).toBe('accepted');
    for (let i = 0; i < 10; i++) judged(stranger);
    expect(judged(gw)).toBe('accepted');
    expect(judged(third, { name: 'third.example' })).toBe('accepted');
    expect([isKept(gw), isKept(second), isKept(third), known.size]).toEqual([true, false, true, 2]);
  });
});

describe('a certificate that was accepted before, and is known, is refused', () => {
  const lists = async (of: readonly Party[], until?: string): Promise<Revocation> => ({
    mode: 'hard',
    lists: [
      await root.revoke([], until),
      await below.revoke(
        of.map(({ certificate }) => certificate.serialNumber),
        until,
      ),
    ],
  });

  it('when it has expired, or its authority’s has, or is not valid yet', () => {
    expect(judged(gw)).toBe('accepted');
    expect(judged(gw, { at: '2026-12-31T23:59:59Z' })).toBe('accepted');
    expect(judged(gw, { at: '2027-01-01T00:00:01Z' })).toBe('expired');
    expect(judged(gw, { at: '2023-12-31T23:59:59Z' })).toBe('not-yet-valid');
    expect(judged(gw)).toBe('accepted');
  });
  it('when it stands on the list that a reload brought', async () => {
    trust = { ...usual, revocation: await lists([second]) };
    expect(judged(gw)).toBe('accepted');
    trust = { ...usual, revocation: await lists([gw]) };
    expect(judged(gw)).toBe('revoked');
    trust = { ...usual, revocation: await lists([]) };
    expect(judged(gw)).toBe('accepted');
  });
  it('when the next update of its list has come and gone', async () => {
    trust = { ...usual, revocation: await lists([], '2026-03-01T00:00:00Z') };
    expect(judged(gw, { at: '2026-02-28T00:00:00Z' })).toBe('accepted');
    expect(judged(gw, { at: '2026-03-02T00:00:00Z' })).toBe('crl-expired');
  });
  it('when its authority is trusted no longer, or another certificate is pinned', () => {
    expect(judged(gw)).toBe('accepted');
    trust = { ...usual, authorities: [stranger.certificate] };
    expect(judged(gw)).toBe('issuer-unknown');
    trust = { ...usual, pinned: [second.certificate] };
    expect(judged(gw)).toBe('not-pinned');
    trust = { ...usual, pinned: [gw.certificate] };
    expect(judged(gw)).toBe('accepted');
  });
  it('when it is sent with one octet changed', () => {
    expect(judged(gw)).toBe('accepted');
    const der = gw.certificate.der.slice();
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(judged({ ...gw, certificate: { ...gw.certificate, der } })).toBe('signature');
  });
});
