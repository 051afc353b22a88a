import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../src/base/identity.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { connectionPolicies } from '../../src/config/policy.ts';
import { connection } from './sample.ts';

const FILES: Readonly<Record<string, Uint8Array>> = {
  'a.p12': Uint8Array.of(1),
  'ca.pem': Uint8Array.of(2),
  'a.key': Uint8Array.of(3),
};
const sources = {
  env: { PASS: 'open sesame' },
  readFile: (path: string) => {
    const found = FILES[path];
    if (found === undefined) throw Object.assign(new Error('no file'), { code: 'ENOENT' });
    return found;
  },
};
const ends = {
  local: { address: '192.0.2.1', id: '@plant-7', auth: 'certificate' },
  remote: { address: '198.51.100.1', id: '@hq', auth: 'certificate' },
};
const checked = (credentials: object, changes: Readonly<Record<string, unknown>> = ends) =>
  checkConfig({ credentials, connections: [connection(changes)] }, sources);
const said = (...given: Parameters<typeof checked>) => {
  const { errors, warnings } = checked(...given);
  return [...errors, ...warnings].map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
};
const GOOD = { certificates: [{ pkcs12: 'a.p12', passphrase: { env: 'PASS' } }], authorities: ['ca.pem'] };

describe('certificates in a configuration', () => {
  it('come with the octets of their files', () => {
    const { config } = checked(GOOD);
    expect(config?.credentials).toMatchObject({
      certificates: [{ files: { pkcs12: { file: 'a.p12', bytes: Uint8Array.of(1) } } }],
      authorities: [{ file: 'ca.pem', bytes: Uint8Array.of(2) }],
      revocation: 'soft',
      allow: [],
    });
    expect(JSON.stringify(config)).not.toContain('sesame');
  });
  it('are a certificate and a key, or one file with both', () => {
    expect(said({ ...GOOD, certificates: [{ cert: 'ca.pem', key: 'a.key' }] })).toEqual([]);
    for (const wrong of [{ cert: 'ca.pem' }, { pkcs12: 'a.p12', key: 'a.key' }])
      expect(said({ ...GOOD, certificates: [wrong] })).toContain(
        'MISSING_KEY credentials.certificates.0: a certificate comes from one file with its key, or from two',
      );
  });
  it('and their passphrases are missed at their place', () => {
    const certificates = [{ pkcs12: 'b.p12', passphrase: { env: 'NO_PASS' } }];
    expect(said({ certificates, authorities: ['ca.pem'] })).toEqual(
      expect.arrayContaining([
        'SECRET_UNAVAILABLE credentials.certificates.0.pkcs12: b.p12 cannot be read: there is no such file',
        'SECRET_UNAVAILABLE credentials.certificates.0.passphrase: environment variable NO_PASS is not set',
      ]),
    );
    expect(said({ ...GOOD, certificates: [{ pkcs12: 'a.p12', passphrase: 'open sesame' }] })).toEqual([
      'PLAIN_SECRET credentials.certificates.0.passphrase: the passphrase stands in the configuration itself',
    ]);
  });
  it('may be for names with stars, in another order where that is asked for', () => {
    const remote = { ...ends.remote, id: 'C=CH, CN=*', nameMatching: 'reordered' };
    const { config } = checked(GOOD, { ...ends, remote });
    const policies = config === undefined ? [] : connectionPolicies(config);
    expect(policies.map((policy) => policy.remote)).toEqual([
      { address: '198.51.100.1', id: parseIdentity('C=CH, CN=*'), nameMatching: 'reordered' },
    ]);
    expect(said(GOOD, { ...ends, local: { ...ends.local, id: 'C=CH, CN=*' } })).toEqual([
      'INVALID_IDENTITY connections.0.local.id: "C=CH, CN=*" is not one name',
    ]);
  });
  it('are on both sides or on none', () => {
    expect(said(GOOD, { ...ends, remote: { ...ends.remote, auth: 'psk' } })).toEqual([
      'INVALID_VALUE connections.0.remote.auth: we prove ourselves by certificate and the peer by psk, but phase 1 has one way for both',
    ]);
  });
  it('may have authorities of the connection, instead of those for all, and not beside the certificate of the peer', () => {
    const of = (more: object) => ({ ...ends, remote: { ...ends.remote, ...more } });
    const { certificates } = GOOD;
    expect(said({ certificates }, of({ authorities: ['ca.pem'] }))).toEqual([]);
    expect(said(GOOD, of({ authorities: ['none.pem'] }))).toContain(
      'SECRET_UNAVAILABLE connections.0.remote.authorities: none.pem cannot be read: there is no such file',
    );
    expect(said(GOOD, of({ authorities: ['ca.pem'], certificate: 'ca.pem' }))).toEqual([
      "INVALID_VALUE connections.0.remote.authorities: the peer's own certificate is named, so no authority vouches for it",
    ]);
  });
  it('need one of our own, and somebody who vouches for the peer', () => {
    expect(said({ authorities: ['ca.pem'] })).toEqual([
      'MISSING_KEY connections.0.local.auth: there is no certificate under credentials.certificates',
    ]);
    expect(said({ certificates: GOOD.certificates })).toEqual([
      'MISSING_KEY connections.0.remote.auth: nobody vouches for the peer',
    ]);
    expect(
      said({ certificates: GOOD.certificates }, { ...ends, remote: { ...ends.remote, certificate: 'ca.pem' } }),
    ).toEqual([]);
  });
});
