import { type Identity, parseIdentity } from '../../src/base/identity.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import type { Certificate } from '../../src/pki/certificate.ts';
import { refusalText } from '../../src/pki/refusal.ts';
import type { Trust } from '../../src/pki/trust.ts';
import { type PeerVerdict, verifyPeer } from '../../src/pki/verify-peer.ts';
import type { Party } from './authority.ts';

/** A question to `verifyPeer`, with the usual answers for what is not said: `@gw.example`, P-256, nothing trusted, 2026. */
interface Asked {
  readonly identity?: string | Identity;
  readonly method?: SignatureMethod;
  readonly sent?: readonly (Party | Certificate)[];
  readonly trust?: Partial<Trust>;
  readonly at?: string;
}

export const seconds = (time: string): number => Date.parse(time) / 1000;

export function verdict(asked: Asked): PeerVerdict {
  const { identity = '@gw.example', method = 'ecdsa256', sent = [], trust = {}, at = '2026-01-01T00:00:00Z' } = asked;
  return verifyPeer(
    {
      identity: typeof identity === 'string' ? parseIdentity(identity) : identity,
      method,
      certificates: sent.map((party) => ({ encoding: 4, data: 'der' in party ? party.der : party.certificate.der })),
    },
    { authorities: [], intermediates: [], pinned: [], revocation: { mode: 'off' }, allow: [], ...trust },
    seconds(at),
  );
}

/** `accepted`, or the check that failed. */
export function check(asked: Asked): string {
  const answer = verdict(asked);
  return answer.accepted ? 'accepted' : answer.refusal.check;
}

/** `accepted`, or the refusal in words. */
export function words(asked: Asked): string {
  const answer = verdict(asked);
  return answer.accepted ? 'accepted' : refusalText(answer.refusal);
}
