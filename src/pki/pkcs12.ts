import { utf8Text } from '../base/bytes.ts';
import { Secret } from '../base/secret.ts';
import type { PrivateKeyProblem } from '../crypto/native-private-key.ts';
import { type Forge, forge, type ForgeAsn1, type ForgeBag } from './library.ts';

/** Kinds of bags, RFC 7292 §4.2. */
const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
} as const;

export interface Pkcs12Contents {
  /** PKCS #8 DER, opened. */
  readonly keys: readonly Secret[];
  /** DER. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Opens a PKCS #12 file. By node-forge, because old gateways export RC2 with 40 bits, which OpenSSL 3 does not read.
 */
export function readPkcs12(file: Uint8Array, passphrase: Secret | undefined): Pkcs12Contents | PrivateKeyProblem {
  const library = forge();
  const tree = parsed(library, file);
  if (tree === undefined) return 'unreadable';
  try {
    const password = passphrase === undefined ? '' : utf8Text(passphrase.reveal());
    const { safeContents } = library.pkcs12.pkcs12FromAsn1(tree, false, password);
    const bags = safeContents.flatMap(({ safeBags }) => safeBags);
    return {
      keys: bags.filter(({ type }) => type === BAG.key || type === BAG.shroudedKey).map((bag) => keyIn(library, bag)),
      certificates: bags.filter(({ type }) => type === BAG.certificate).map((bag) => certificateIn(library, bag)),
    };
  } catch (error) {
    return problemOf(error, passphrase);
  }
}

function parsed(library: Forge, file: Uint8Array): ForgeAsn1 | undefined {
  try {
    return library.asn1.fromDer(toBinary(file), { strict: false });
  } catch {
    return undefined;
  }
}

/** Its messages are the only sign of a wrong passphrase; none of them has anything of it. */
function problemOf(error: unknown, passphrase: Secret | undefined): PrivateKeyProblem {
  const wrong = error instanceof Error && /password|decrypt/i.test(error.message);
  if (!wrong) return 'unreadable';
  return passphrase === undefined ? 'passphrase-missing' : 'passphrase-wrong';
}

function keyIn({ asn1, pki }: Forge, { key, asn1: tree }: ForgeBag): Secret {
  if (key) return new Secret(fromBinary(asn1.toDer(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key))).bytes()));
  return new Secret(fromBinary(tree === undefined ? '' : asn1.toDer(tree).bytes()));
}

function certificateIn({ asn1, pki }: Forge, { cert, asn1: tree }: ForgeBag): Uint8Array {
  if (cert) return fromBinary(asn1.toDer(pki.certificateToAsn1(cert)).bytes());
  return fromBinary(tree === undefined ? '' : asn1.toDer(tree).bytes());
}

const toBinary = (bytes: Uint8Array): string => {
  let text = '';
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
};
const fromBinary = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
