import { describe, expect, it } from 'vitest';
import { type UdpEndpoint, requireIpAddress } from '../../src/base/address.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { judgeNat, natDHash, natDHashes, natDPayloads } from '../../src/natt/nat-d.ts';

const at = (address: string, port: number): UdpEndpoint => ({ address: requireIpAddress(address), port });
const cookiesOf = (hex: string) => ({ initiator: fromHex(hex.slice(0, 16)), responder: fromHex(hex.slice(16)) });

describe('natDHash', () => {
  // What real peers put into their NAT-D payloads: cisco/joy ikev1.pcap and suricata-verify ikev1-isakmp-main-mode.pcap.
  it.each([
    ['c6d1459285150c7e6e961f01bf179b35', '192.168.140.200', '7048b170a54fa1c16582dce008d059de9295d7d3'],
    ['c6d1459285150c7e6e961f01bf179b35', '192.168.140.205', 'c9e46dddfcc29d4ef72ba4da66d4720687e469e5'],
    ['e47a591fd057587fa00b8ef0902bb8ec', '192.168.12.1', 'febf462f1cd75805a7baa28747e769d674f85600'],
    ['e47a591fd057587fa00b8ef0902bb8ec', '192.168.12.2', '1574d64c0165bad16a023f038d45a07498d8d051'],
  ])('with cookies %s and %s is what a peer sent (RFC 3947 §3.2)', (cookies, address, hash) => {
    expect(toHex(natDHash(nativeProvider, 'sha1', cookiesOf(cookies), at(address, 500)))).toBe(hash);
  });

  it('hashes 16 octets of an IPv6 address and the port in network order', () => {
    const cookies = cookiesOf('00112233445566778899aabbccddeeff');
    const data = fromHex('00112233445566778899aabbccddeeff 20010db8000000000000000000000001 1194');
    expect(natDHash(nativeProvider, 'sha256', cookies, at('2001:db8::1', 4500))).toEqual(
      nativeProvider.hash('sha256', data),
    );
  });
});

describe('natDHashes and natDPayloads', () => {
  const cookies = cookiesOf('00112233445566778899aabbccddeeff');
  const us = at('192.0.2.1', 500);
  const them = at('198.51.100.2', 500);
  const hashOf = (endpoint: UdpEndpoint): Uint8Array => natDHash(nativeProvider, 'sha256', cookies, endpoint);

  it('are the destination first, then the sources (RFC 3947 §3.2)', () => {
    const { destination, source } = natDHashes(nativeProvider, 'sha256', cookies, { destination: them, source: us });
    expect([destination, source]).toEqual([hashOf(them), hashOf(us)]);
    const other = hashOf(at('192.0.2.9', 500));
    expect(natDPayloads(destination, [source, other])).toEqual([
      { data: destination },
      { data: source },
      { data: other },
    ]);
  });

  it('make the peer see a NAT before us where it is forced', () => {
    const { destination, source } = natDHashes(nativeProvider, 'sha256', cookies, { destination: them, source: us });
    const sent = natDPayloads(destination, [source], new Uint8Array(32).fill(7)).map(({ data }) => data);
    expect(sent).toEqual([destination, new Uint8Array(32).fill(7)]);
    const seen = natDHashes(nativeProvider, 'sha256', cookies, { destination: them, source: us });
    expect(judgeNat(sent, seen)).toEqual({ localBehindNat: false, remoteBehindNat: true });
  });
});

describe('judgeNat', () => {
  const [us, them, other] = [1, 2, 3].map((octet) => new Uint8Array(20).fill(octet)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const seen = { destination: us, source: them };
  const NONE = { localBehindNat: false, remoteBehindNat: false };

  it.each([
    ['no NAT', [us, them], NONE],
    ['a NAT before us', [other, them], { localBehindNat: true, remoteBehindNat: false }],
    ['a NAT before the peer', [us, other], { localBehindNat: false, remoteBehindNat: true }],
    ['a NAT before both', [other, other], { localBehindNat: true, remoteBehindNat: true }],
    ['no NAT where one of several sources matches', [us, other, them], NONE],
    [
      'a NAT where the right hashes come in the wrong order',
      [them, us],
      { localBehindNat: true, remoteBehindNat: true },
    ],
    ['nothing in one payload alone', [other], NONE],
    ['nothing without payloads', [], NONE],
    ['a NAT in hashes of another length', [us.subarray(1), them], { localBehindNat: true, remoteBehindNat: false }],
  ])('sees %s (RFC 3947 §3.2)', (_, received, judgement) => {
    expect(judgeNat(received, seen)).toEqual(judgement);
  });

  it('sees from both ends the NAT before the initiator in tcpdump’s isakmp4500.pcap', () => {
    const responder = fromHex('6efe12f04af90dfbcfb15d71b841bb9e');
    const natted = fromHex('399304d50fbd4ca3db1e197af7c11e6f');
    const initiator = fromHex('44f517e03fb381f80f842d1538ccffac');
    expect(judgeNat([responder, initiator], { destination: responder, source: natted })).toEqual({
      localBehindNat: false,
      remoteBehindNat: true,
    });
    expect(judgeNat([natted, responder], { destination: initiator, source: responder })).toEqual({
      localBehindNat: true,
      remoteBehindNat: false,
    });
  });
});
