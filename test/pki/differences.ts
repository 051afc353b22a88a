/** Why we are stricter or laxer than a vector: cases by name, or by its beginning where a star stands at the end. */
interface Difference {
  readonly cases: readonly string[];
  readonly ours: 'accepted' | 'refused';
  readonly why: string;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    cases: ['webpki::san::leftmost-wildcard-san', 'webpki::nc::nc-permits-dns-san-pattern', 'online::docs.python.org'],
    ours: 'refused',
    why: 'The name is only matched by a wildcard. RFC 4945 §3.1.2: wildcard matching MUST NOT be performed.',
  },
  {
    cases: ['pathlen::validation-ignores-pathlen-in-leaf'],
    ours: 'refused',
    why: 'The certificate has keyUsage without digitalSignature and nonRepudiation, so it may not sign in IKE (RFC 4945 §5.1.3.2).',
  },
  {
    cases: ['4.1.4 Valid DSA Signatures Test4', '4.1.5 Valid DSA Parameter Inheritance Test5'],
    ours: 'refused',
    why: 'DSA. We speak no method of IKE that would sign with such a key, and trust no signature by one.',
  },
  {
    cases: [
      'ValidIDPwithindirectCRLTest24EE.crt',
      'ValidIDPwithindirectCRLTest25EE.crt',
      'ValidcRLIssuerTest28EE.crt',
      'ValidcRLIssuerTest29EE.crt',
      'ValidcRLIssuerTest30EE.crt',
      'ValidcRLIssuerTest33EE.crt',
    ],
    ours: 'refused',
    why: 'Its revocation list is issued by another authority than the certificate. OpenSSL looks for lists by the issuer of the certificate; with `revocation: hard` none is found.',
  },
  {
    cases: ['4.12.3 inhibitAnyPolicy Test3 (Subpart 2)'],
    ours: 'accepted',
    why: 'Wants the check to begin with initial-any-policy-inhibit (RFC 5280 §6.1.1 (g)). Certificate policies are no part of the configuration: any is acceptable unless a certificate says otherwise.',
  },
  {
    cases: ['pathlen::max-chain-depth-0-exhausted', 'pathlen::max-chain-depth-1-exhausted'],
    ours: 'accepted',
    why: 'Wants a limit of no or one certificate between. Ours is eight and cannot be set.',
  },
  {
    cases: ['webpki::aki::*'],
    ours: 'accepted',
    why: 'authorityKeyIdentifier of the anchor is missing or odd. An anchor is trusted by configuration; RFC 4945 §5.1.3.1 has nobody assume that these extensions are there.',
  },
  {
    cases: ['webpki::cn::*'],
    ours: 'accepted',
    why: 'The common name has another form than subjectAltName. That is a rule of browsers; for IKE the subject is not searched for host names (RFC 4945 §3.1.9), and subjectAltName has the right one.',
  },
  {
    cases: ['webpki::eku::*'],
    ours: 'accepted',
    why: 'Rules of browsers for extendedKeyUsage. For IKE the extension may be missing, critical or anyExtendedKeyUsage (RFC 4945 §5.1.3.12).',
  },
  {
    cases: ['webpki::nc::intermediate-permitted-excluded-subtrees-both-*'],
    ours: 'accepted',
    why: 'nameConstraints with nothing in it, which an authority MUST NOT issue (RFC 5280 §4.2.1.10). It constrains nothing, and validation has no rule against it.',
  },
  {
    cases: ['webpki::san::san-critical-with-nonempty-subject'],
    ours: 'accepted',
    why: 'subjectAltName is critical beside a subject: RFC 5280 §4.2.1.6 says SHOULD NOT to the authority. RFC 4945 §5.1.3: criticality of what is understood may be ignored.',
  },
  {
    cases: ['webpki::forbidden-rsa-*divisible-by-8-*'],
    ours: 'accepted',
    why: 'A modulus whose length is not a multiple of eight bits. A rule of browsers; such keys are as good as others.',
  },
  {
    cases: ['webpki::ee-basicconstraints-ca'],
    ours: 'accepted',
    why: 'The certificate of the peer is that of an authority and may sign: RFC 5280 and RFC 4945 do not forbid it.',
  },
];

const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replaceAll(/[.()]/g, (c) => `\\${c}`))
      .join('.*')}$`,
  );

export const differenceOf = (name: string): Difference | undefined =>
  DIFFERENCES.find(({ cases }) => cases.some((text) => pattern(text).test(name)));
