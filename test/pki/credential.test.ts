import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { identityText } from '../../src/base/identity.ts';
import { Secret } from '../../src/base/secret.ts';
import { certificateText } from '../../src/pki/certificate.ts';
import {
  type Credential,
  readCertificates,
  readCredential,
  readPkcs12Credential,
  readRevocationLists,
} from '../../src/pki/credential.ts';
import { opensslSignatures } from '../../src/pki/openssl-signatures.ts';
import { file } from './files.ts';

const sesame = () => new Secret(utf8Bytes('open sesame'));

function refusalOf(read: () => unknown): IkeError {
  try {
    read();
  } catch (error) {
    if (IkeError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The key signs what the certificate's key verifies. */
async function belongsTogether({ certificate, method, signer }: Credential): Promise<boolean> {
  const hash = new Uint8Array(method === 'rsa' ? 20 : 32).fill(7);
  return opensslSignatures.verify(method, certificate.publicKey, hash, await signer.sign(hash));
}

describe.each(['rsa', 'ec'])('a certificate with an %s key', (kind) => {
  const expected = readCertificates(file(`${kind}.pem`))[0];

  it.each(['rc2', '3des', 'aes'])('is read from PKCS #12 with %s, octet by octet, and signs', async (cipher) => {
    const credential = readPkcs12Credential(file(`${kind}-${cipher}.p12`), sesame());
    expect(toHex(credential.certificate.der)).toBe(toHex(expected?.der ?? new Uint8Array()));
    expect(credential.others.map(certificateText)).toEqual(['C=CH, O=Example, CN=Example CA']);
    expect(toHex(credential.others[0]?.der ?? new Uint8Array())).toBe(
      toHex(readCertificates(file('ca.pem'))[0]?.der ?? new Uint8Array()),
    );
    expect(credential.method).toBe(kind === 'rsa' ? 'rsa' : 'ecdsa256');
    expect(await belongsTogether(credential)).toBe(true);
  });
  it.each(['pkcs8.key', 'pkcs8-encrypted.key', 'pkcs8.der', 'traditional.key', 'traditional-encrypted.key'])(
    'is read with its key from %s, and signs',
    async (key) => {
      const passphrase = key.includes('encrypted') ? sesame() : undefined;
      const credential = readCredential(file(`${kind}.pem`), file(`${kind}-${key}`), passphrase);
      expect(await belongsTogether(credential)).toBe(true);
    },
  );
});

describe('a file with keys that cannot be used', () => {
  it.each([
    ['rsa-rc2.p12', 'open sesam', 'the passphrase does not open it'],
    ['ec-aes.p12', 'open sesam', 'the passphrase does not open it'],
    ['rsa-aes.p12', undefined, 'the private key in it is encrypted'],
    ['rsa.pem', 'open sesame', 'no private key in it can be read'],
    ['rsa.p7', 'open sesame', 'no private key in it can be read'],
  ])('%s with %s: %s', (name, passphrase, reason) => {
    const error = refusalOf(() =>
      readPkcs12Credential(file(name), passphrase === undefined ? undefined : new Secret(utf8Bytes(passphrase))),
    );
    expect(error).toMatchObject({ code: 'CREDENTIAL_UNREADABLE', details: { file: name, reason } });
    expect(error.details['hint']).toEqual(expect.any(String));
  });
  it.each([
    ['rsa-pkcs8-encrypted.key', undefined, 'the private key in it is encrypted'],
    ['ec-traditional-encrypted.key', undefined, 'the private key in it is encrypted'],
    ['rsa-pkcs8-encrypted.key', 'secret', 'the passphrase does not open it'],
    ['rsa-traditional-encrypted.key', 'secret', 'the passphrase does not open it'],
    ['ca.pem', undefined, 'no private key in it can be read'],
    ['ca.pem', 'secret', 'no private key in it can be read'],
  ])('%s with %s: %s', (name, passphrase, reason) => {
    const secret = passphrase === undefined ? undefined : new Secret(utf8Bytes(passphrase));
    const error = refusalOf(() => readCredential(file('rsa.pem'), file(name), secret));
    expect(error).toMatchObject({ code: 'CREDENTIAL_UNREADABLE', details: { file: name, reason } });
  });
  it('is one whose key belongs to another certificate: both files are named', () => {
    const error = refusalOf(() => readCredential(file('rsa.pem'), file('ec-pkcs8.key'), undefined));
    expect(error.message).toContain('no certificate in it belongs to the key in ec-pkcs8.key');
    expect(error.details['file']).toBe('rsa.pem');
  });
  it('is never quoted: neither key nor passphrase stands in the error, its cause or its details', () => {
    const passphrase = 'a passphrase that is wrong';
    const key = file('rsa-pkcs8-encrypted.key');
    const error = refusalOf(() => readCredential(file('rsa.pem'), key, new Secret(utf8Bytes(passphrase))));
    const told = JSON.stringify([error.message, error.stack, error.details, String(error.cause)]);
    expect(told).not.toContain(passphrase);
    expect(told).not.toContain(utf8Text(key.bytes).split('\n')[3]);
  });
});

describe('a file with certificates', () => {
  it('is PEM with any number of them and words between, or DER with one', () => {
    const both = concat(
      utf8Bytes('Our authority:\n'),
      file('ca.pem').bytes,
      utf8Bytes('\nand\n'),
      file('ec.pem').bytes,
    );
    expect(readCertificates({ file: 'both', bytes: both }).map(certificateText)).toEqual([
      'C=CH, O=Example, CN=Example CA',
      'C=CH, O=Example, CN=ec gateway',
    ]);
    const [der] = readCertificates(file('rsa.der'));
    expect(der?.alternativeNames.map(identityText)).toEqual([
      '@rsa.example',
      'admin@example',
      '192.0.2.1',
      '2001:db8::1',
    ]);
    expect(der).toMatchObject({
      isAuthority: false,
      keyUsage: 1,
      signatureHash: 'sha256',
      key: { type: 'rsa', bits: 2048 },
    });
  });
  it.each(['rsa-pkcs8.key', 'make.sh', 'rsa.p7'])('is not %s', (name) => {
    expect(() => readCertificates(file(name))).toThrow(expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' }));
    expect(() => readRevocationLists(file(name))).toThrow(expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' }));
  });
});
