import { describe, expect, it } from 'vitest';
import { parseDistinguishedName } from '../../src/base/distinguished-name.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { Secret } from '../../src/base/secret.ts';
import { methodOfKey } from '../../src/crypto/native-keys.ts';
import { certificateText } from '../../src/pki/certificate.ts';
import { authorityNames, present } from '../../src/pki/certificate-request.ts';
import type { Credential } from '../../src/pki/credential.ts';
import { softwareSigner } from '../../src/pki/openssl-signatures.ts';
import { asAuthority, authority, type Party } from './authority.ts';

const [one, two] = [await authority({ subject: 'CN=One' }), await authority({ subject: 'CN=Two' })];
const between = await two.issue({ subject: 'CN=Between', extensions: asAuthority() });
const names = [{ type: 'dns', value: 'gw.example' }] as const;
const [first, second] = [
  await one.issue({ subject: 'CN=first', names }),
  await between.issue({ subject: 'CN=second', names }),
];
const large = await one.issue({ subject: 'CN=large', names, key: 'p384' });

function credential({ certificate, privateKey }: Party, ...others: readonly Party[]): Credential {
  const method = methodOfKey(certificate.key) ?? 'rsa';
  return {
    certificate,
    others: others.map((party) => party.certificate),
    method,
    signer: softwareSigner(method, new Secret(privateKey.slice())),
  };
}
const credentials = [credential(first, one), credential(second, two, between), credential(large)];
const request = (name: string, encoding = 4) => ({
  encoding,
  data: name === '' ? new Uint8Array() : parseDistinguishedName(name),
});
const chosen = (
  requests: Parameters<typeof present>[4],
  identity = '@gw.example',
  method: Credential['method'] = 'ecdsa256',
) => present(parseIdentity(identity), method, credentials, [], requests)?.chain.map(certificateText);

describe('the names to ask for', () => {
  it('are those of the authorities bit by bit, each once', () => {
    expect(authorityNames([one.certificate, two.certificate, one.certificate])).toEqual([
      one.certificate.subject,
      two.certificate.subject,
    ]);
    expect(authorityNames([])).toEqual([]);
  });
});

describe('the certificate to present', () => {
  it.each([
    ['nobody asks', [], ['CN=first']],
    ['any is welcome', [request('')], ['CN=first']],
    ['its authority is asked for', [request('CN=One')], ['CN=first']],
    ['the authority above the one between is asked for', [request('CN=Two')], ['CN=second', 'CN=Between']],
    ['the one between is asked for', [request('CN=Between')], ['CN=second', 'CN=Between']],
    [
      'the second of the authorities asked for is one of ours',
      [request('CN=Other'), request('cn=TWO')],
      ['CN=second', 'CN=Between'],
    ],
    ['only others are asked for', [request('CN=Other')], ['CN=first']],
    ['PKCS #7 is asked for', [request('CN=Two', 1)], ['CN=second', 'CN=Between']],
    ['a list is asked for', [request('CN=Two', 7)], ['CN=first']],
    ['the request is no name', [{ encoding: 4, data: Uint8Array.of(1, 2) }], ['CN=first']],
  ])('where %s', (_, requests, expected) => {
    expect(chosen(requests)).toEqual(expected);
  });
  it('has the identity and the method, or there is none', () => {
    expect(chosen([], '@gw.example', 'ecdsa384')).toEqual(['CN=large']);
    expect(chosen([], 'CN=second')).toEqual(['CN=second', 'CN=Between']);
    expect(chosen([], '@other.example')).toBeUndefined();
    expect(chosen([], '@gw.example', 'rsa')).toBeUndefined();
  });
  it('finds those above it among all that are known', () => {
    const bare = [credential(second)];
    const answer = present(parseIdentity('CN=second'), 'ecdsa256', bare, [between.certificate, two.certificate], []);
    expect(answer?.chain.map(certificateText)).toEqual(['CN=second', 'CN=Between']);
  });
});
