import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateText } from '../../src/pki/certificate.ts';
import { certificatePayloads, readCertificatePayloads } from '../../src/pki/certificate-payload.ts';
import { readCertificates } from '../../src/pki/credential.ts';
import { file } from './files.ts';

const [der] = readCertificates(file('rsa.der'));
if (der === undefined) throw new Error('rsa.der');
const texts = (...payloads: Parameters<typeof readCertificatePayloads>[0]) =>
  readCertificatePayloads(payloads).map(certificateText);

describe('certificates on the wire', () => {
  it('are sent with encoding 4, each in a payload of its own', () => {
    expect(certificatePayloads([der])).toEqual([{ encoding: 4, data: file('rsa.der').bytes }]);
    expect(texts(...certificatePayloads([der]))).toEqual(['C=CH, O=Example, CN=rsa gateway']);
  });
  it.each(['rsa', 'ec'])('are read out of PKCS #7 with an %s key (encoding 1)', (kind) => {
    expect(texts({ encoding: 1, data: file(`${kind}.p7`).bytes }).toSorted()).toEqual([
      'C=CH, O=Example, CN=Example CA',
      `C=CH, O=Example, CN=${kind} gateway`,
    ]);
  });
  it('are read once each; what is no certificate, or has another encoding, is left out', () => {
    const good = { encoding: 4, data: der.der };
    expect(
      texts(
        good,
        good,
        { encoding: 7, data: der.der },
        { encoding: 4, data: Uint8Array.of(0x30, 0) },
        { encoding: 1, data: der.der },
      ),
    ).toEqual(['C=CH, O=Example, CN=rsa gateway']);
  });
  it('are never an exception, cut off or spoilt anywhere', () => {
    const wrapped = file('ec.p7').bytes;
    fc.assert(
      fc.property(fc.nat(der.der.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, cut) => {
        const spoil = (bytes: Uint8Array) =>
          cut ? bytes.slice(0, at) : bytes.map((octet, i) => (i === at ? octet ^ by : octet));
        expect(texts({ encoding: 4, data: spoil(der.der) }, { encoding: 1, data: spoil(wrapped) }).length).toBeLessThan(
          4,
        );
      }),
      { numRuns: 300 },
    );
  });
});
