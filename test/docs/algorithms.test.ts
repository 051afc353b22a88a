import { test } from 'vitest';
import { type CipherSpec, CIPHERS } from '../../src/crypto/ciphers.ts';
import {
  ESP_CIPHERS,
  ESP_INTEGRITY,
  type EspCipherSpec,
  type EspIntegritySpec,
} from '../../src/crypto/esp-transforms.ts';
import { GROUPS, type GroupSpec, REFUSED_GROUPS } from '../../src/crypto/groups.ts';
import { HASHES, type HashSpec } from '../../src/crypto/hashes.ts';
import { expectGenerated, markdownTable } from './generated.ts';

/** A row for each algorithm of a table: its name, what `cells` says of it, and how it stands. */
function rows<S extends { readonly warning?: string }>(
  table: Readonly<Record<string, S>>,
  cells: (spec: S) => readonly (string | number)[],
): string[][] {
  return Object.entries(table).map(([name, spec]) => [
    `\`${name}\``,
    ...cells(spec).map(String),
    spec.warning === undefined ? 'allowed' : 'with a warning',
    spec.warning ?? '',
  ]);
}

const STANDING = ['standing', 'because it'];
const originOf = (group: GroupSpec): string => {
  if (group.kind === 'ecp') return 'RFC 5903';
  if (group.kind === 'x25519') return 'RFC 8031';
  return group.ikeId <= 2 ? 'RFC 2409 §6' : 'RFC 3526';
};

test('docs/algorithms.md lists every algorithm of the tables', () => {
  const bits = (bytes: number): number => 8 * bytes;
  const ciphers = rows<CipherSpec>(CIPHERS, (cipher) => [cipher.ikeId, bits(cipher.keyBytes), bits(cipher.blockBytes)]);
  const hashes = rows<HashSpec>(HASHES, (hash) => [hash.ikeId, bits(hash.bytes)]);
  const groups = rows<GroupSpec>(GROUPS, (group) => [group.ikeId, originOf(group), group.publicBytes]);
  const refused = Object.entries(REFUSED_GROUPS).map(([name, { ikeId, reason }]) => [
    `\`${name}\``,
    String(ikeId),
    'RFC 5114',
    '',
    'refused',
    reason,
  ]);
  const espCiphers = rows<EspCipherSpec>(ESP_CIPHERS, (cipher) => [
    cipher.transformId,
    bits(cipher.keyBytes),
    cipher.icvBytes === 0 ? 'beside it' : bits(cipher.icvBytes),
  ]);
  const integrity = rows<EspIntegritySpec>(ESP_INTEGRITY, (spec) => [
    spec.attributeValue,
    bits(spec.keyBytes),
    bits(spec.icvBytes),
  ]);
  expectGenerated(
    'docs/algorithms.md',
    `# Algorithms

Generated from the tables in \`src/crypto\` (\`npm run docs\` writes it anew). The names are those of a
[configuration](configuration.md), most of them the same as strongSwan's; the numbers are those on the wire.

A connection offers and accepts what its proposals name and nothing else; without proposals that is
\`aes256-sha256-modp2048\` in both phases. What stands here with a warning works like the rest, but has to be named, and
\`sallyport check\` says what is wrong with it ([why](decisions/0021-what-is-weak-has-to-be-named.md)). What is refused is refused from
a configuration and from a peer, with the reason.

All of it comes from OpenSSL (\`gateway.crypto: native\`); what IKE uses is there a second time in JavaScript (\`portable\`,
[why](decisions/0020-two-crypto-providers.md)).

## Phase 1

\`cipher-hash-group\`. Ciphers, in CBC mode:

${markdownTable(['name', 'number', 'bits of key', 'of block', ...STANDING], ciphers)}

Hashes, and HMAC with them as the PRF:

${markdownTable(['name', 'number', 'bits', ...STANDING], hashes)}

## Groups

For phase 1, and for perfect forward secrecy in phase 2:

${markdownTable(['name', 'number', 'from', 'octets of KE', ...STANDING], [...groups, ...refused])}

## Phase 2: ESP

\`cipher-integrity\`, or a cipher alone that has an ICV of its own; a group behind them for perfect forward secrecy. A cipher without
an ICV is never used without integrity. \`-esn\` behind all makes sequence numbers 64 bits long, where the cipher's blocks have 128.

${markdownTable(['name', 'transform', 'bits of key', 'of ICV', ...STANDING], espCiphers)}

Integrity, by HMAC or AES-XCBC-MAC (\`aesxcbc\`), cut to the ICV:

${markdownTable(['name', 'number', 'bits of key', 'of ICV', ...STANDING], integrity)}
`,
  );
});
