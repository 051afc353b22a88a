import { expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { CertificateDesk } from '../../src/pki/certificate-desk.ts';
import type { Trust } from '../../src/pki/trust.ts';
import { seconds } from './asked.ts';
import { authority } from './authority.ts';

const root = await authority();
const stranger = await (
  await authority({ subject: 'CN=Elsewhere' })
).issue({ names: [{ type: 'dns', value: 'gw.example' }] });

/** How often somebody looks whom a connection trusts, where so many connections trust the same. */
function looks(connections: number): { readonly looks: number; readonly check: string } {
  let count = 0;
  const trust: Trust = {
    get authorities() {
      count++;
      return [root.certificate];
    },
    intermediates: [],
    pinned: [],
    revocation: { mode: 'off' },
    allow: [],
  };
  const claim = {
    identity: parseIdentity('@gw.example'),
    method: 'ecdsa256',
    certificates: [{ encoding: 4, data: stranger.certificate.der }],
    connections: Array.from({ length: connections }, (_, i) => `c${i}`),
  } as const;
  const answer = new CertificateDesk({ credentials: [], trust: () => trust }).judge(
    claim,
    seconds('2026-01-01T00:00:00Z'),
  );
  return { looks: count, check: answer.accepted ? 'accepted' : answer.check };
}

it('looks for a path once, however many connections a stranger may mean: he has proved nothing', () => {
  expect(looks(1)).toEqual({ looks: 1, check: 'issuer-unknown' });
  expect(looks(500)).toEqual(looks(1));
});
