import { describe, expect, it } from 'vitest';
import { type IpAddress, ipBytes, requireIpAddress } from '../../../src/base/address.ts';
import { ID_TYPE } from '../../../src/base/identity.ts';
import type { Role } from '../../../src/ike/events.ts';
import type { NatSituation } from '../../../src/ike/exchange/nat-discovery.ts';
import { natOaPayloads, originalAddresses } from '../../../src/ike/exchange/nat-oa.ts';
import { payload, readPayload } from '../../../src/ike/wire/payload.ts';
import { Payloads } from '../../../src/ike/wire/payloads.ts';
import { DIALECTS } from '../../../src/natt/vendor-ids.ts';

const [I, R, NAT, V6] = ['10.0.0.1', '198.51.100.2', '203.0.113.1', '2001:db8::1'].map(requireIpAddress) as [
  IpAddress,
  IpAddress,
  IpAddress,
  IpAddress,
];
const [RFC, DRAFT] = DIALECTS;
/** As the responder has it, with a NAT before the initiator. */
const REMOTE: NatSituation = { dialect: RFC, localBehindNat: false, remoteBehindNat: true, encapsulate: true };
/** As the initiator has it then. */
const LOCAL: NatSituation = { ...REMOTE, localBehindNat: true, remoteBehindNat: false };
const IN_UDP = { mode: 'transport', encapsulation: 'udp' } as const;
const ends = (local: IpAddress, remote: IpAddress) => ({
  local: { address: local, port: 4500 },
  remote: { address: remote, port: 4500 },
});
const said = (...addresses: IpAddress[]): Payloads =>
  new Payloads(
    addresses.map((address) => {
      const idType = address === V6 ? ID_TYPE.IPV6_ADDR : ID_TYPE.IPV4_ADDR;
      return readPayload({ ...payload('nat-oa', { idType, address: ipBytes(address) }), reserved: 0 });
    }),
  );
const sent = (role: Role, nat: NatSituation, local: IpAddress, remote: IpAddress): string[] =>
  natOaPayloads('transport', nat, role, ends(local, remote)).map(({ type, body }) => `${type} ${body.join('.')}`);

describe('NAT-OA, as it is sent (RFC 3947 §5.2, example 1)', () => {
  it('is the initiator’s address, then the responder’s, each as the sender sees it', () => {
    expect(sent('initiator', LOCAL, I, R)).toEqual(['21 1.0.0.0.10.0.0.1', '21 1.0.0.0.198.51.100.2']);
    expect(sent('responder', REMOTE, R, NAT)).toEqual(['21 1.0.0.0.203.0.113.1', '21 1.0.0.0.198.51.100.2']);
  });

  it('is the sender’s own in the drafts', () => {
    expect(sent('initiator', { ...LOCAL, dialect: DRAFT }, I, R)).toEqual(['131 1.0.0.0.10.0.0.1']);
    expect(sent('responder', { ...REMOTE, dialect: DRAFT }, R, NAT)).toEqual(['131 1.0.0.0.198.51.100.2']);
  });

  it('is left out in tunnel mode and without a NAT', () => {
    expect(natOaPayloads('tunnel', LOCAL, 'initiator', ends(I, R))).toEqual([]);
    expect(sent('initiator', { ...LOCAL, encapsulate: false }, I, R)).toEqual([]);
  });
});

describe('NAT-OA, as it is read', () => {
  it('says what the peer writes into its packets: its own address, and ours as it sees us', () => {
    expect(originalAddresses(said(I, R), IN_UDP, REMOTE, 'initiator', ends(R, NAT))).toEqual({ local: R, remote: I });
    expect(originalAddresses(said(NAT, R), IN_UDP, LOCAL, 'responder', ends(I, R))).toEqual({ local: NAT, remote: R });
  });

  it('means nothing in tunnel mode, whatever it says', () => {
    const tunnel = { mode: 'tunnel', encapsulation: 'udp' } as const;
    expect(originalAddresses(said(V6), tunnel, REMOTE, 'initiator', ends(R, NAT))).toBeUndefined();
  });

  it('may be missing altogether', () => {
    expect(originalAddresses(said(), IN_UDP, REMOTE, 'initiator', ends(R, NAT))).toBeUndefined();
  });

  it.each<[string, IpAddress[], NatSituation, string]>([
    ['one of the two of the RFC', [I], REMOTE, 'PAYLOAD_MALFORMED'],
    ['our address otherwise than it is, without a NAT before us', [I, NAT], REMOTE, 'INVALID_ID_INFORMATION'],
    [
      'another address than we see, without a NAT before the peer',
      [I, R],
      { ...REMOTE, remoteBehindNat: false },
      'INVALID_ID_INFORMATION',
    ],
    ['an address of the other IP version', [V6, R], REMOTE, 'INVALID_ID_INFORMATION'],
    ['our address in the other IP version', [I, V6], { ...REMOTE, localBehindNat: true }, 'INVALID_ID_INFORMATION'],
  ])('is refused where it is %s', (_, addresses, nat, code) => {
    expect(() => originalAddresses(said(...addresses), IN_UDP, nat, 'initiator', ends(R, NAT))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
