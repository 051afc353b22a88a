import { describe, expect, it } from 'vitest';
import { type IpAddress, requireIpAddress } from '../../../src/base/address.ts';
import { concat, fromHex, toHex, u16At } from '../../../src/base/bytes.ts';
import { instant } from '../../../src/base/instant.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import type { EspSa } from '../../../src/esp/sa.ts';
import { createUserspaceBackend } from '../../../src/esp/userspace/userspace-backend.ts';
import { counterpart, outboundSa } from '../sample-sa.ts';
import { seededRandom } from '../seeded-random.ts';
import { TestEngine } from './engine-pair.ts';
import { TRANSFORMS } from './transforms.ts';

/**
 * By hand, RFC 1071. UDP from 10.0.0.5 port 4660 to 198.51.100.2 port 53, "hi": pseudo header 0a00 + 0005 + c633 + 6402 + 0011 + 000a
 * = 13455; UDP 1234 + 0035 + 000a + 6869 = 7adc; together 1af31, folded af32, so the checksum is 50cd.
 */
const UDP = fromHex('12340035000a50cd6869');
/** The same over 203.0.113.1 in place of 10.0.0.5: cb00 + 7101 for 0a00 + 0005 makes 2e12d, folded e12f, so 1ed0. */
const UDP_MENDED = fromHex('12340035000a1ed06869');
/**
 * TCP SYN, the same ends: pseudo header 0a00 + 0005 + c633 + 6402 + 0006 + 0014 = 13454; TCP 1234 + 0016 + 0000 + 0001 + 5002 + 2000
 * = 824d; together 1b6a1, folded b6a2, so 495d; mended: 2e89d, folded e89f, so 1760.
 */
const TCP = fromHex('12340016000000010000000050022000495d0000');
const TCP_MENDED = fromHex('1234001600000001000000005002200017600000');

const [INNER, NAT, SERVER, V6, V6_NAT, V6_SERVER] = [
  '10.0.0.5',
  '203.0.113.1',
  '198.51.100.2',
  '2001:db8::5',
  '2001:db8:ff::1',
  '2001:db8:2::2',
].map(requireIpAddress) as [IpAddress, IpAddress, IpAddress, IpAddress, IpAddress, IpAddress];

const octets = (address: IpAddress): Uint8Array => Uint8Array.from(address.split('.').map(Number));
const v4 = (protocol: number, payload: Uint8Array, but: (header: Uint8Array) => void = () => {}): Uint8Array => {
  const header = concat(fromHex('45000000000000004000ffff'), octets(INNER), octets(SERVER));
  header[3] = 20 + payload.length;
  header[9] = protocol;
  but(header);
  return concat(header, payload);
};
const v6 = (nextHeader: number, payload: Uint8Array): Uint8Array => {
  const header = fromHex(`6000000000000040${'20010db8'.padEnd(30, '0')}0520010db80002${'0'.repeat(18)}02`);
  header[5] = payload.length;
  header[6] = nextHeader;
  return concat(header, payload);
};

interface Ends {
  readonly sender: IpAddress;
  readonly seenAs: IpAddress;
  readonly receiver: IpAddress;
}
const NATTED: Ends = { sender: INNER, seenAs: NAT, receiver: SERVER };
const DIRECT: Ends = { sender: INNER, seenAs: INNER, receiver: SERVER };
const NATTED_6: Ends = { sender: V6, seenAs: V6_NAT, receiver: V6_SERVER };

/** A sender behind a NAT, and its receiver, with one SA between them. */
function hosts({ sender: from, seenAs, receiver: to }: Ends, changes: Partial<EspSa> = {}, transforms = TRANSFORMS[0]) {
  const at = (address: IpAddress) => ({ address, port: 4500 });
  const sa = outboundSa({
    mode: 'transport',
    local: at(from),
    remote: at(to),
    localSelector: parseSelector(from),
    remoteSelector: parseSelector(to),
  });
  const sender = new TestEngine('sender', transforms);
  const receiver = new TestEngine('receiver', transforms);
  sender.engine.installOutbound(sa);
  receiver.engine.installInbound({
    ...counterpart(sa),
    remote: at(seenAs),
    remoteSelector: parseSelector(seenAs),
    ...changes,
  });
  return { sender, receiver };
}
const TOLD = { originalAddresses: { local: SERVER, remote: INNER } };

describe.each(TRANSFORMS)('transport mode on $name (RFC 4303 §3.1.1)', (transforms) => {
  const through = (ends: Ends, packet: Uint8Array, changes: Partial<EspSa> = {}, ecn = 0): string => {
    const { sender, receiver } = hosts(ends, changes, transforms);
    const opened = receiver.inbound(sender.seal(packet), ecn);
    return typeof opened === 'string' ? opened : toHex(opened);
  };
  /** An IPv4 header from there to the server, as it is made anew, and what follows it. */
  const arrived = (length: string, protocol: string, sum: string, source: IpAddress, payload: Uint8Array): string =>
    `4500${length}0000000040${protocol}${sum}${toHex(octets(source))}${toHex(octets(SERVER))}${toHex(payload)}`;

  it('carries what follows the IP header, and nothing of that', () => {
    const { sender } = hosts(DIRECT, {}, transforms);
    // SPI and sequence number, IV, UDP, trailer (which fills 12 octets without padding), ICV.
    expect(sender.seal(v4(17, UDP))).toHaveLength(8 + 8 + UDP.length + 2 + 16);
  });

  it('comes out between the ends of the SA as it went in, without a NAT', () => {
    expect(through(DIRECT, v4(17, UDP), { encapsulation: 'none' })).toBe(arrived('001e', '11', '4695', INNER, UDP));
  });

  it.each([
    ['by NAT-OA', TOLD],
    ['anew without it', {}],
  ])('has the checksums of UDP and TCP mended %s (RFC 3948 §3.1.2)', (_, changes) => {
    expect(through(NATTED, v4(17, UDP), changes).slice(40)).toBe(toHex(UDP_MENDED));
    expect(through(NATTED, v4(6, TCP), changes).slice(40)).toBe(toHex(TCP_MENDED));
  });

  it('leaves a wrong checksum as wrong as it was, where it is mended by NAT-OA (RFC 1624)', () => {
    const off = UDP.slice();
    off[7] = 0xce;
    const mended = through(NATTED, v4(17, off), TOLD);
    expect(u16At(fromHex(mended), 26)).toBe(0x1ed1);
  });

  it.each([TOLD, {}])('leaves a UDP checksum of 0 at 0: %o', (changes) => {
    const none = UDP.slice();
    none.fill(0, 6, 8);
    expect(through(NATTED, v4(17, none), changes).slice(40)).toBe(toHex(none));
  });

  it.each([TOLD, {}])('writes ffff where a UDP checksum would come to 0 (RFC 768): %o', (changes) => {
    // The mended sum, e12f, lacks 1ed0 to ffff: the last two octets are 6869 + 1ed0 = 8739, and the sum before the NAT is ce02.
    const packet = fromHex('12340035000a31fd8739');
    expect(through(NATTED, v4(17, packet), changes).slice(40)).toBe('12340035000affff8739');
  });

  it('carries IPv6, where ICMP has a checksum over the addresses too', () => {
    // 8000 + 1234 + 0001, pseudo header 2001 + 0db8 + 0005 + 2001 + 0db8 + 0002 + 0002 + 003a + 0008: edf2, so 120d.
    const echo = fromHex('8000120d12340001');
    const told = { originalAddresses: { local: V6_SERVER, remote: V6 } };
    const mended = fromHex(through(NATTED_6, v6(58, echo), told));
    expect(toHex(mended.subarray(0, 8))).toBe('6000000000083a40');
    expect(toHex(mended.subarray(40))).toBe(toHex(fromHex(through(NATTED_6, v6(58, echo))).subarray(40)));
    // 00ff + 0001 for 0005 is fb more, so that much less in the checksum.
    expect(u16At(mended, 42)).toBe(0x120d - 0xfb);
  });

  it('has the ECN of the outer header, which is the only one', () => {
    expect(through(DIRECT, v4(17, UDP), { encapsulation: 'none' }, 3).slice(0, 4)).toBe('4503');
  });

  it('leaves what is too short for a checksum as it is', () => {
    expect(through(NATTED, v4(17, UDP.subarray(0, 6)), TOLD).slice(40)).toBe('12340035000a');
    expect(through(NATTED, v4(6, new Uint8Array()), TOLD)).toHaveLength(40);
  });

  it('does not take fragments (RFC 4303 §3.3.4), nor extension headers that belong before ESP', () => {
    const { sender } = hosts(DIRECT, {}, transforms);
    expect(sender.outbound(v4(17, UDP, (header) => (header[6] = 0x20)))).toBe('fragment');
    const six = hosts({ sender: V6, seenAs: V6, receiver: V6_SERVER }, {}, transforms).sender;
    const next = (first: number): Uint8Array => v6(first, concat(fromHex('1100000000000000'), UDP));
    expect([next(0), next(44)].map((packet) => six.outbound(packet))).toEqual(['bad-next-header', 'fragment']);
    expect(typeof six.outbound(next(60))).toBe('object');
  });

  it('refuses what another protocol’s SA carries', () => {
    const only = {
      ...TOLD,
      remoteSelector: parseSelector(`${NAT}[17/4660]`),
      localSelector: parseSelector(`${SERVER}[17/53]`),
    };
    expect(through(NATTED, v4(6, TCP), only)).toBe('selector-mismatch');
    expect(through(NATTED, v4(17, UDP), only).slice(40)).toBe(toHex(UDP_MENDED));
  });
});

describe('a user-space device', () => {
  it('refuses transport mode in words', async () => {
    const backend = createUserspaceBackend({
      device: 'memory',
      address: SERVER,
      now: () => instant(0),
      random: seededRandom('device'),
    });
    await expect(backend.installOutbound(outboundSa({ mode: 'transport' }))).rejects.toThrow(
      /transport mode in user space/,
    );
  });
});
