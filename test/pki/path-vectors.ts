import { toHex } from '../../src/base/bytes.ts';
import { type Identity, parseIdentity } from '../../src/base/identity.ts';
import { methodOfKey } from '../../src/crypto/native-keys.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { identitiesIn } from '../../src/pki/identity-match.ts';
import { refusalText } from '../../src/pki/refusal.ts';
import { parseRevocationList, type RevocationList } from '../../src/pki/revocation-list.ts';
import { verifyPeer } from '../../src/pki/verify-peer.ts';
import { readInProject } from '../project.ts';

/** One path of an independent set: what it expects, and what we make of it. */
export interface PathCase {
  readonly set: 'limbo' | 'PKITS';
  readonly name: string;
  readonly valid: boolean;
  /** `accepted`, or the refusal in words. */
  readonly verdict: () => string;
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const at = (time: string): number => Date.parse(time) / 1000;

interface Question {
  readonly certificate: Uint8Array;
  /** Undefined: the first that the certificate has. */
  readonly identity: Identity | undefined;
  readonly sent: readonly Uint8Array[];
  readonly authorities: readonly Uint8Array[];
  readonly lists: readonly RevocationList[] | undefined;
  readonly now: number;
}

function ask({ certificate, identity, sent, authorities, lists, now }: Question): string {
  const own = readable(certificate);
  const [itself] = own === undefined ? [] : identitiesIn(own);
  const trusted = authorities.map(readable).filter((authority) => authority !== undefined);
  const verdict = verifyPeer(
    {
      identity: identity ?? itself ?? parseIdentity('@none.example'),
      method: (own === undefined ? undefined : methodOfKey(own.key)) ?? 'rsa',
      certificates: [certificate, ...sent].map((data) => ({ encoding: 4, data })),
    },
    {
      authorities: trusted,
      intermediates: [],
      pinned: [],
      allow: [],
      revocation: lists === undefined ? { mode: 'off' } : { mode: 'hard', lists },
    },
    now,
  );
  return verdict.accepted ? 'accepted' : refusalText(verdict.refusal);
}

const parsedBefore = new Map<string, Certificate | undefined>();

/** Each certificate is read once: 321 paths have most of them in common. */
function readable(der: Uint8Array): Certificate | undefined {
  const key = toHex(der);
  if (!parsedBefore.has(key)) parsedBefore.set(key, parsed(der));
  return parsedBefore.get(key);
}

function parsed(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    return undefined;
  }
}

interface LimboCase {
  readonly id: string;
  readonly expected: 'SUCCESS' | 'FAILURE';
  readonly peerName: { readonly kind: string; readonly value: string };
  readonly certificate: string;
  readonly intermediates: readonly string[];
  readonly authorities: readonly string[];
  readonly time?: string;
}

function limbo(): PathCase[] {
  const cases = JSON.parse(readInProject('vectors/x509/limbo.json')) as readonly LimboCase[];
  return cases.map((one) => ({
    set: 'limbo',
    name: one.id,
    valid: one.expected === 'SUCCESS',
    verdict: () =>
      ask({
        certificate: bytes(one.certificate),
        identity: parseIdentity(one.peerName.kind === 'DNS' ? `@${one.peerName.value}` : one.peerName.value),
        sent: one.intermediates.map(bytes),
        authorities: one.authorities.map(bytes),
        lists: undefined,
        now: at(one.time ?? '2026-01-01T00:00:00Z'),
      }),
  }));
}

interface Pkits {
  readonly paths: readonly {
    readonly name: string;
    readonly certificates: readonly string[];
    readonly lists: readonly string[];
    readonly valid: boolean;
  }[];
  readonly certificates: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, string>>;
}

const ANCHOR = 'TrustAnchorRootCertificate.crt';

/** Paths of PKITS 4.8 whose names tell no verdict: with its default settings these are not to be accepted, and all others there are. */
const REFUSED_POLICIES = [4, 5, 7, 8, 9, 12].map((test) => `DifferentPoliciesTest${test}EE.crt`);

function pkits(): PathCase[] {
  const data = JSON.parse(readInProject('vectors/x509/pkits.json')) as Pkits;
  const certificate = (name: string): Uint8Array => bytes(data.certificates[name] ?? '');
  const question = (leaf: Uint8Array, sent: readonly Uint8Array[], lists: readonly RevocationList[]): Question => ({
    certificate: leaf,
    identity: undefined,
    sent,
    authorities: [certificate(ANCHOR)],
    lists,
    now: at('2020-01-01T00:00:00Z'),
  });
  const listed = data.paths.map(({ name, certificates, lists, valid }): PathCase => {
    const [leaf = '', ...sent] = certificates.toReversed();
    const read = lists.map((list) => parseRevocationList(bytes(data.lists[list] ?? '')));
    const between = sent.slice(0, -1).map(certificate);
    return { set: 'PKITS', name, valid, verdict: () => ask(question(certificate(leaf), between, read)) };
  });
  const taken = new Set(data.paths.map(({ certificates }) => certificates.at(-1)));
  const everyone = Object.entries(data.certificates)
    .filter(([name]) => name !== ANCHOR && !name.endsWith('EE.crt'))
    .flatMap(([, der]) => readable(bytes(der)) ?? []);
  const lists = Object.values(data.lists).map((der) => parseRevocationList(bytes(der)));
  const named = Object.keys(data.certificates)
    .filter((name) => name.endsWith('EE.crt') && !taken.has(name))
    .map((name): PathCase => {
      const leaf = parseCertificate(certificate(name));
      const above = issuersOf(leaf, everyone);
      const issuers = new Set([leaf, ...above].map(({ issuer }) => toHex(issuer)));
      const relevant = lists.filter(({ issuer }) => issuers.has(toHex(issuer)));
      const asked = question(
        leaf.der,
        above.map(({ der }) => der),
        relevant,
      );
      const valid = !name.startsWith('Invalid') && !REFUSED_POLICIES.includes(name);
      return { set: 'PKITS', name, valid, verdict: () => ask(asked) };
    });
  return [...listed, ...named];
}

/** All certificates that may stand above one, by their names. */
function issuersOf(certificate: Certificate, everyone: readonly Certificate[]): readonly Certificate[] {
  const found = new Set<Certificate>();
  const open = [certificate];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const wanted = toHex(next.issuer);
    for (const issuer of everyone) {
      if (found.has(issuer) || toHex(issuer.subject) !== wanted) continue;
      found.add(issuer);
      open.push(issuer);
    }
  }
  return [...found];
}

/** All cases of both sets. */
export const pathCases = (): readonly PathCase[] => [...limbo(), ...pkits()];
