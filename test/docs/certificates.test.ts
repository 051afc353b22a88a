import { test } from 'vitest';
import { CERTIFICATE_CHECKS } from '../../src/pki/refusal.ts';
import { DIFFERENCES } from '../pki/differences.ts';
import { expectGenerated, markdownTable } from './generated.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

test('docs/certificates.md lists every check, and every difference to the vectors', () => {
  const checks = Object.entries(CERTIFICATE_CHECKS).map(([check, { code, text }]) => [
    `\`${check}\``,
    `\`${code}\``,
    text,
  ]);
  const differences = DIFFERENCES.map(({ cases, ours, why }) => [
    cases.map((name) => `\`${name}\``).join('<br>'),
    ours,
    cell(why),
  ]);
  expectGenerated(
    'docs/certificates.md',
    `# Certificates

Generated from \`src/pki/refusal.ts\` and \`test/pki/differences.ts\` (\`npm run docs\` writes it anew).

## Why a certificate is refused

A refusal names the check, the certificate and its place in the path: \`certificate CN=Old (2 of 3) has expired: 2024-01-01T00:00:00Z\`. 1 is the
peer's own certificate, the last one that of the authority.

${markdownTable(['check', 'code', 'the certificate'], checks)}

## Where we differ from the vectors

321 paths of NIST's PKITS (2011) and of C2SP's x509-limbo are tested. PKITS is asked with \`revocation: hard\` and the subject as identity, limbo with the host name
or address as identity, both with nothing weak allowed. These have another verdict than the set expects; all others have the same.

${markdownTable(['cases', 'ours', 'why'], differences)}
`,
  );
});
