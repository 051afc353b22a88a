import { utf8Bytes } from '../../src/base/bytes.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { authority, type KeyName, pemText } from '../pki/authority.ts';
import { type GatewayOptions, policyOf } from './two-gateways.ts';

const BEGIN = '2026-01-01T00:00:00Z';
const root = await authority();
const pem = (label: string, der: Uint8Array): Uint8Array => utf8Bytes(pemText(label, der));

/** What both ends have and what each of them is changed by. */
export interface Certified {
  readonly both?: GatewayOptions;
  /** How long the certificate of `a` is good; the run begins with 2026. */
  readonly good?: string;
  readonly change?: (end: 'a' | 'b') => (policy: ConnectionPolicy) => ConnectionPolicy;
}

/** The two ends of a simulation with certificates under one root. */
export async function certified(
  key: KeyName,
  method: SignatureMethod,
  { both = {}, good = '2030-01-01T00:00:00Z', change = () => (same) => same }: Certified = {},
): Promise<{ readonly a: GatewayOptions; readonly b: GatewayOptions }> {
  const end = async (name: 'a' | 'b', until?: string): Promise<GatewayOptions> => {
    const subject = { subject: `CN=${name}`, names: [{ type: 'dns', value: `${name}.example` }] as const };
    const party = await root.issue({ ...subject, key, ...(until && { until }) });
    const policy = { methods: [method], authorities: [root.certificate.subject], send: 'if-asked' } as const;
    return {
      ...both,
      host: {
        ...both.host,
        connections: [change(name)({ ...policyOf(name, both), certificates: policy })],
        certificates: {
          certificate: pem('CERTIFICATE', party.certificate.der),
          key: pem('PRIVATE KEY', party.privateKey),
          authorities: pem('CERTIFICATE', root.certificate.der),
          begin: Date.parse(BEGIN) / 1000,
        },
      },
    };
  };
  return { a: await end('a', good), b: await end('b') };
}
