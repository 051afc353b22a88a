import { sameBytes } from '../base/bytes.ts';
import { distinguishedNameText } from '../base/distinguished-name.ts';
import { PATH_UNREADABLE, type PathAnswer, type PathQuestion, verifyPath } from '../linux/openssl-path.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type CertificateCheck, type CertificateRefusal, refusal } from './refusal.ts';
import type { RevocationList } from './revocation-list.ts';
import { weakness } from './rules.ts';
import type { Revocation, Trust } from './trust.ts';

/** Ours: most certificates between the peer's and the authority's. */
const MOST_BETWEEN = 8;

/** X509_V_ERR_… of OpenSSL's x509_vfy.h. */
const OPENSSL_CHECKS: Readonly<Record<number, CertificateCheck>> = {
  [PATH_UNREADABLE]: 'unreadable',
  2: 'issuer-unknown',
  3: 'crl-missing',
  4: 'signature',
  5: 'crl-invalid',
  6: 'signature',
  7: 'signature',
  8: 'crl-invalid',
  9: 'not-yet-valid',
  10: 'expired',
  11: 'crl-invalid',
  12: 'crl-expired',
  13: 'unreadable',
  14: 'unreadable',
  15: 'crl-invalid',
  16: 'crl-invalid',
  18: 'self-signed',
  19: 'issuer-unknown',
  20: 'issuer-unknown',
  21: 'issuer-unknown',
  22: 'chain-too-long',
  23: 'revoked',
  24: 'not-an-authority',
  25: 'path-length',
  32: 'not-an-authority',
  33: 'crl-missing',
  34: 'critical-extension',
  35: 'crl-invalid',
  36: 'crl-invalid',
  37: 'not-an-authority',
  42: 'policy',
  43: 'policy',
  44: 'crl-missing',
  45: 'critical-extension',
  46: 'name-constraints',
  47: 'name-constraints',
  48: 'name-constraints',
  49: 'name-constraints',
  51: 'name-constraints',
  52: 'name-constraints',
  53: 'name-constraints',
  54: 'crl-invalid',
  76: 'signature',
  77: 'signature',
  79: 'not-an-authority',
  94: 'weak-key',
};
const checkOf = (error: number): CertificateCheck => OPENSSL_CHECKS[error] ?? 'invalid-path';

export interface PathVerdict {
  /** From the certificate to the authority, as far as there was a way. */
  readonly chain: readonly Certificate[];
  readonly refusal?: CertificateRefusal;
  /** What `revocation: soft` let pass. */
  readonly unchecked: readonly CertificateRefusal[];
}

/**
 * Looks for a valid path to an authority, RFC 5280 §6, by OpenSSL; what is weak, and what RFC 4945 adds, we check ourselves.
 *
 * `sent` are the other certificates of the peer; `now` is in seconds since 1970.
 */
export function validatePath(
  certificate: Certificate,
  sent: readonly Certificate[],
  trust: Trust,
  now: number,
): PathVerdict {
  const { authorities, intermediates } = trust;
  const question: PathQuestion = {
    certificate: certificate.der,
    sent: sent.map(({ der }) => der),
    intermediates: intermediates.map(({ der }) => der),
    authorities: authorities.map(({ der }) => der),
    at: now,
    depth: MOST_BETWEEN,
  };
  const answer = verifyPath(question);
  // It is made of what the question holds, and to read one of them anew costs more than to check its signature.
  const known = [certificate, ...sent, ...intermediates, ...authorities];
  const chain = answer.chain.map((der) => known.find((one) => sameBytes(one.der, der)) ?? parseCertificate(der));
  if (answer.error !== 0) return { chain, refusal: inWords(answer, chain, certificate), unchecked: [] };
  const weak = ownRules(chain, trust);
  if (weak !== undefined) return { chain, refusal: weak, unchecked: [] };
  return { chain, ...revocation(question, chain, trust.revocation) };
}

/** Strength, and RFC 4945 §5.1.3.9: an authority without basicConstraints is one only where we were told to trust it. */
function ownRules(chain: readonly Certificate[], trust: Trust): CertificateRefusal | undefined {
  for (const [i, certificate] of chain.entries()) {
    const position = { at: i + 1, of: chain.length };
    const anchor = i === chain.length - 1;
    if (i > 0 && !anchor && !certificate.isAuthority) return refusal('not-an-authority', certificate, { position });
    const weak = weakness(certificate, trust.allow, position, anchor);
    if (weak !== undefined) return weak;
  }
  return undefined;
}

function revocation(
  question: PathQuestion,
  chain: readonly Certificate[],
  how: Revocation,
): Pick<PathVerdict, 'refusal' | 'unchecked'> {
  if (how.mode === 'off') return { unchecked: [] };
  const lists = how.lists.map(({ der }) => der);
  if (how.mode === 'hard') {
    const answer = verifyPath({ ...question, revocation: { of: 'all', lists } });
    if (answer.error === 0) return { unchecked: [] };
    return { refusal: listRefusal(answer, chain, how.lists), unchecked: [] };
  }
  return softRevocation(question, chain, lists, how.lists);
}

/** One certificate after the other: that one issuer has no list must not keep us from finding another one's entry. */
function softRevocation(
  question: PathQuestion,
  chain: readonly Certificate[],
  ders: readonly Uint8Array[],
  lists: readonly RevocationList[],
): Pick<PathVerdict, 'refusal' | 'unchecked'> {
  const unchecked: CertificateRefusal[] = [];
  for (const [i, { der }] of chain.slice(0, -1).entries()) {
    const asked = { ...question, certificate: der, revocation: { of: 'first', lists: ders } } as const;
    let answer = verifyPath(asked);
    // Who is on a list that is out of date does not come off it.
    if (checkOf(answer.error) === 'crl-expired') {
      const untimed = verifyPath({ ...asked, at: 'any' });
      if (checkOf(untimed.error) === 'revoked') answer = untimed;
    }
    const failed = listRefusal({ ...answer, position: i }, chain, lists);
    if (failed.check === 'revoked') return { refusal: failed, unchecked };
    // The path is known to be good: as the first of a path of its own a certificate may fail for what does not concern lists.
    if (failed.check.startsWith('crl-')) unchecked.push(failed);
  }
  return { unchecked };
}

function inWords(answer: PathAnswer, chain: readonly Certificate[], asked: Certificate): CertificateRefusal {
  const certificate = chain[answer.position] ?? asked;
  const check = checkOf(answer.error);
  const position = { at: answer.position + 1, of: Math.max(chain.length, answer.position + 1) };
  return refusal(check, certificate, { position, ...detailOf(check, certificate, answer.error) });
}

function detailOf(check: CertificateCheck, certificate: Certificate, error: number): { detail?: string } {
  if (check === 'expired') return { detail: certificate.notAfter.text };
  if (check === 'not-yet-valid') return { detail: certificate.notBefore.text };
  if (check === 'issuer-unknown') return { detail: `issuer ${issuerText(certificate)}` };
  return check === 'invalid-path' ? { detail: `OpenSSL's error ${error}` } : {};
}

function listRefusal(
  answer: PathAnswer,
  chain: readonly Certificate[],
  lists: readonly RevocationList[],
): CertificateRefusal {
  const [first] = chain;
  const certificate = chain[answer.position] ?? first;
  const check = checkOf(answer.error);
  const position = { at: answer.position + 1, of: chain.length };
  if (certificate === undefined) return { check, position };
  const list = lists.find(({ issuer }) => sameBytes(issuer, certificate.issuer));
  if (check === 'crl-expired' && list?.nextUpdate !== undefined)
    return refusal(check, certificate, { position, detail: `next update ${list.nextUpdate.text}` });
  return refusal(check, certificate, {
    position,
    detail: check === 'revoked' ? `number ${certificate.serialNumber}` : `issuer ${issuerText(certificate)}`,
  });
}

const issuerText = ({ issuer }: Certificate): string => distinguishedNameText(issuer);
