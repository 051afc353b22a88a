import { afterEach, describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { trustsOf } from '../../src/gateway/certificates.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { GatewayEvent } from '../../src/gateway/events.ts';
import type { Trust } from '../../src/pki/trust.ts';
import { config } from '../config/sample.ts';
import { authority, type Party, pemText } from '../pki/authority.ts';
import { addresses, ports, type Side } from './pair.ts';

const pem = (label: string, der: Uint8Array): Uint8Array => utf8Bytes(pemText(label, der));

const root = await authority({ subject: 'CN=Root', until: '2100-01-01T00:00:00Z' });
const issue = (name: string, until = '2100-01-01T00:00:00Z') =>
  root.issue({ subject: `CN=${name}`, key: 'rsa2048', until, names: [{ type: 'dns', value: name }] });
const [plantParty, hqParty] = [await issue('plant'), await issue('hq')];

const running: Gateway[] = [];
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
});

/** A gateway whose files are in memory; `remote` is put over what it says about its peer. */
async function started(
  us: Side,
  them: Side,
  own: Party,
  more: { remote?: object; credentials?: object; files?: Record<string, Uint8Array> } = {},
) {
  const files: Record<string, Uint8Array> = {
    '/pki/own.pem': pem('CERTIFICATE', own.certificate.der),
    '/pki/own.key': pem('PRIVATE KEY', own.privateKey),
    '/pki/root.pem': pem('CERTIFICATE', root.certificate.der),
    ...more.files,
  };
  const parsed = parseConfig(
    {
      gateway: { name: us.name, listen: [us.address], ports },
      esp: { backend: 'userspace', device: 'memory' },
      credentials: {
        certificates: [{ cert: 'own.pem', key: 'own.key' }],
        authorities: ['root.pem'],
        ...more.credentials,
      },
      connections: [
        {
          name: them.name,
          startup: 'wait',
          local: { address: us.address, id: `@${us.name}`, auth: 'certificate' },
          remote: { address: them.address, id: `@${them.name}`, auth: 'certificate', ...more.remote },
          natt: { mode: 'force' },
          tunnels: [{ name: 'lan', local: us.network, remote: them.network }],
        },
      ],
    },
    {
      baseDirectory: '/pki',
      readFile: (path) => {
        const found = files[path];
        if (found === undefined) throw Object.assign(new Error('no file'), { code: 'ENOENT' });
        return found;
      },
    },
  );
  const gateway = new Gateway(parsed);
  const events: GatewayEvent[] = [];
  gateway.subscribe((event) => events.push(event));
  await gateway.start();
  running.push(gateway);
  return { gateway, events };
}

describe('two gateways with certificates', () => {
  it('come up over real sockets and carry packets', async () => {
    const { plant, hq } = addresses();
    const [a, b] = [await started(plant, hq, plantParty), await started(hq, plant, hqParty)];
    await a.gateway.up('hq');
    expect(await a.gateway.ping(hq.inner, 2)).toEqual({ sent: 2, received: 2 });
    const established = b.events.find(({ name }) => name === 'phase1.established');
    expect(established).toMatchObject({ peerId: '@plant', certificate: { subject: 'CN=plant', trustedBy: 'CN=Root' } });
  });
  it('say which certificate is refused and why, on both sides', async () => {
    const { plant, hq } = addresses();
    const old = await issue('plant', '2021-01-01T00:00:00Z');
    const [a, b] = [await started(plant, hq, old), await started(hq, plant, hqParty)];
    await expect(a.gateway.up('hq')).rejects.toMatchObject({ code: 'INVALID_CERTIFICATE' });
    expect(b.events.find(({ name }) => name === 'phase1.failed')).toMatchObject({
      failure: {
        code: 'INVALID_CERTIFICATE',
        details: { check: 'expired', reason: 'certificate CN=plant (1 of 2) has expired: 2021-01-01T00:00:00Z' },
      },
    });
  });
  it('trust a certificate that is pinned, without an authority', async () => {
    const { plant, hq } = addresses();
    const pinning = (party: Party) => ({
      credentials: { authorities: [] },
      remote: { certificate: 'peer.pem' },
      files: { '/pki/peer.pem': pem('CERTIFICATE', party.certificate.der) },
    });
    const a = await started(plant, hq, plantParty, pinning(hqParty));
    await started(hq, plant, hqParty, pinning(plantParty));
    await a.gateway.up('hq');
    expect(a.events.find(({ name }) => name === 'phase1.established')).toMatchObject({
      certificate: { trustedBy: 'pinned' },
    });
  });
  it('refuse a peer of an authority that vouches for others, where the connection names its own', async () => {
    const { plant, hq } = addresses();
    const other = await authority({ subject: 'CN=Other', until: '2100-01-01T00:00:00Z' });
    const files = { '/pki/other.pem': pem('CERTIFICATE', other.certificate.der) };
    const a = await started(plant, hq, plantParty);
    const b = await started(hq, plant, hqParty, { files, remote: { authorities: ['other.pem'] } });
    await expect(a.gateway.up('hq')).rejects.toMatchObject({ code: 'INVALID_CERT_AUTHORITY' });
    expect(b.events.find(({ name }) => name === 'phase1.failed')).toMatchObject({
      failure: { code: 'INVALID_CERT_AUTHORITY', details: { reason: expect.stringContaining('CN=plant') } },
    });
    const both = { files, credentials: { authorities: ['other.pem'] }, remote: { authorities: ['root.pem'] } };
    await b.gateway.stop();
    await started(hq, plant, hqParty, both);
    await a.gateway.up('hq');
  });
  it('share what most connections trust, so that a stranger who may mean any of them is judged once', () => {
    const common: Trust = { authorities: [], intermediates: [], pinned: [], revocation: { mode: 'off' }, allow: [] };
    const [hq] = config().connections;
    if (hq === undefined) throw new Error('no connection');
    const certificate = { file: 'peer.pem', bytes: pem('CERTIFICATE', plantParty.certificate.der) };
    const trusts = trustsOf(
      [
        { ...hq, name: 'a' },
        { ...hq, name: 'b' },
        { ...hq, name: 'pinned', remote: { ...hq.remote, certificate } },
        { ...hq, name: 'own', remote: { ...hq.remote, authorities: [certificate] } },
      ],
      common,
    );
    expect([...trusts].filter(([, trust]) => trust === common).map(([name]) => name)).toEqual(['a', 'b']);
    expect(trusts.get('pinned')?.pinned).toHaveLength(1);
    expect(trusts.get('own')?.authorities).toHaveLength(1);
  });
  it('do not start where our identity stands in no certificate of ours, or a file is not what it should be', async () => {
    const { plant, hq } = addresses();
    await expect(started(plant, hq, hqParty)).rejects.toMatchObject({
      code: 'CERTIFICATE_UNAVAILABLE',
      details: { connection: 'hq', identity: '@plant' },
    });
    const broken = { files: { '/pki/own.key': utf8Bytes('no key') } };
    await expect(started(plant, hq, plantParty, broken)).rejects.toMatchObject({
      code: 'CREDENTIAL_UNREADABLE',
      details: { file: '/pki/own.key' },
    });
  });
});
