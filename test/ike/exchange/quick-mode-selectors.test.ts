import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../../src/base/address.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import type { NatSituation } from '../../../src/ike/exchange/nat-discovery.ts';
import {
  askedSelectors,
  askedTunnel,
  requireOriginals,
  requireOurSelectors,
} from '../../../src/ike/exchange/quick-mode-selectors.ts';
import { selectorIdentification } from '../../../src/ike/negotiate/identification.ts';
import type { TunnelPolicy } from '../../../src/ike/negotiate/policy.ts';
import type { IdentificationPayload } from '../../../src/ike/wire/identification.ts';
import { NAT_A } from '../behind-nat.ts';
import { A, B, policyOf } from '../policies.ts';

/** b, whose peer is a, seen by the address of its NAT where there is one. */
const ENDS = { local: { address: B, port: 4500 }, remote: { address: A, port: 4500 } };
const NATTED = { local: ENDS.local, remote: { address: NAT_A, port: 4500 } };
const INNER = '10.0.0.5';
const nat = (encapsulate: boolean): NatSituation => ({
  dialect: undefined,
  localBehindNat: false,
  remoteBehindNat: encapsulate,
  encapsulate,
});
/** IDci and IDcr of a peer. */
const ids = (...selectors: string[]): IdentificationPayload[] =>
  selectors.map((text) => selectorIdentification(parseSelector(text)));
const HOSTS = ['0.0.0.0/0', '0.0.0.0/0'] as const;
const hosts = (nets: readonly [string, string] = HOSTS): TunnelPolicy[] => [
  ...policyOf('b', { mode: 'transport', nets }).tunnels,
];
const asked = (
  tunnels: readonly TunnelPolicy[],
  identities: readonly IdentificationPayload[],
  { encapsulate = false, ends = ENDS } = {},
): TunnelPolicy =>
  askedTunnel(
    { connection: { ...policyOf('b'), tunnels }, peer: PLAIN_PEER, nat: nat(encapsulate) },
    askedSelectors(identities, ends),
    ends,
  );
const PLAIN_PEER = { dialect: undefined, dpd: false, unity: false, fragmentSize: undefined, vendorIds: [] };
const behind = { encapsulate: true, ends: NATTED };

describe('what a peer asks for', () => {
  it('is the two gateways themselves where it does not say (RFC 2409 §5.5)', () => {
    const { mode, local, remote } = asked(hosts(), []);
    expect([mode, local, remote]).toEqual(['transport', parseSelector(B), parseSelector(A)]);
  });

  it('is not everything where the tunnel is for one protocol', () => {
    expect(() => asked(hosts(['0.0.0.0/0[17/1701]', '0.0.0.0/0[17/1701]']), [])).toThrow(
      expect.objectContaining({ code: 'INVALID_ID_INFORMATION' }),
    );
  });

  it.each([
    [INNER, B],
    [NAT_A, B],
    [INNER, '192.168.7.7'],
  ])('is named by other addresses behind a NAT, %s and %s, and means what we see', (initiator, responder) => {
    const l2tp = hosts(['0.0.0.0/0[17/1701]', '0.0.0.0/0[17/1701]']);
    const { local, remote } = asked(l2tp, ids(`${initiator}[17/1701]`, `${responder}[17/1701]`), behind);
    expect([local, remote]).toEqual([parseSelector(`${B}[17/1701]`), parseSelector(`${NAT_A}[17/1701]`)]);
  });

  it('is a tunnel where one has exactly these selectors, though transport mode might mean them too', () => {
    const inner = policyOf('b', { nets: [INNER, B] }).tunnels.map((tunnel) => ({ ...tunnel, name: 'inner' }));
    const both = [...hosts(), ...inner];
    expect(asked(both, ids(INNER, B), behind).name).toBe('inner');
    expect(asked(both, ids(NAT_A, B), behind).name).toBe('net');
  });
});

describe('what a peer answers in transport mode', () => {
  const [tunnel] = policyOf('b', { mode: 'transport', nets: [NAT_A, B] }).tunnels;
  const originals = { local: B, remote: requireIpAddress(INNER) };
  const answered = (identities: readonly IdentificationPayload[], encapsulation: 'none' | 'udp' = 'udp'): void => {
    if (tunnel === undefined) throw new Error('no tunnel');
    requireOurSelectors(tunnel, identities, { encapsulation, originals }, NATTED);
  };
  const refused = expect.objectContaining({ code: 'INVALID_ID_INFORMATION' });

  it.each([[], ids(B, NAT_A), ids(B, INNER)])(
    'may be what we asked, or what it is before the NAT, or nothing',
    (...identities) => {
      expect(() => answered(identities)).not.toThrow();
    },
  );

  it('may not be another host, or another port', () => {
    expect(() => answered(ids(B, '10.0.0.6'))).toThrow(refused);
    expect(() => answered(ids(B, `${INNER}[6/22]`))).toThrow(refused);
    expect(() => answered(ids('192.168.7.7', INNER))).toThrow(refused);
  });

  it('is what we asked where there is no NAT', () => {
    expect(() => answered(ids(B, INNER), 'none')).toThrow(refused);
  });
});

describe('hosts behind a NAT', () => {
  const check = (identities: readonly IdentificationPayload[]): void => {
    const originals = { local: B, remote: requireIpAddress(INNER) };
    requireOriginals(askedSelectors(identities, NATTED), originals, NATTED);
  };

  it('are named as they are there or as we see them, and as nobody else', () => {
    for (const identities of [[], ids(INNER, B), ids(NAT_A, B)]) expect(() => check(identities)).not.toThrow();
    for (const identities of [ids('10.0.0.6', B), ids(INNER, '192.168.7.7'), ids('10.0.0.0/24', B)])
      expect(() => check(identities)).toThrow(expect.objectContaining({ code: 'INVALID_ID_INFORMATION' }));
  });
});
