import { describe, expect, it } from 'vitest';
import { requireIpAddress, type UdpEndpoint } from '../../src/base/address.ts';
import { instant, seconds } from '../../src/base/instant.ts';
import { NatBox, type NatBoxOptions } from '../../src/sim/nat-box.ts';
import type { Packet } from '../../src/sim/packet.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';

const end = (address: string, port: number): UdpEndpoint => ({ address: requireIpAddress(address), port });
const INNER = end('10.99.0.7', 500);
const OTHER_INNER = end('10.99.0.8', 500);
const OUTSIDE = requireIpAddress('192.0.2.1');
const PEER = end('198.51.100.2', 500);
const PEER_NATT = end('198.51.100.2', 4500);
const STRANGER = end('203.0.113.9', 500);

function box(options: Partial<NatBoxOptions> = {}) {
  const clock = new VirtualClock();
  const nat = new NatBox(clock, { name: 'nat', outside: OUTSIDE, timeout: seconds(30), ...options });
  const out: Packet[] = [];
  const inside: Packet[] = [];
  nat.outside.plug((packet) => out.push(packet));
  nat.inside.plug((packet) => inside.push(packet));
  const udp = (source: UdpEndpoint, destination: UdpEndpoint): Packet => ({
    ...{ protocol: 'udp', source, destination, bytes: new Uint8Array(1) },
  });
  return {
    ...{ clock, nat, inside },
    /** The port that the packet leaves with. */
    sends: (source: UdpEndpoint, destination: UdpEndpoint): number => {
      nat.inside.receive(udp(source, destination));
      expect(out.at(-1)?.source.address).toBe(OUTSIDE);
      return out.at(-1)?.source.port ?? 0;
    },
    answers: (source: UdpEndpoint, port: number): UdpEndpoint | undefined => {
      const before = inside.length;
      nat.outside.receive(udp(source, { address: OUTSIDE, port }));
      return inside[before]?.destination;
    },
  };
}

describe('a NAT box', () => {
  it('gives every inner endpoint a port of its own and brings answers back to it', () => {
    const { sends, answers } = box();
    const [first, second] = [sends(INNER, PEER), sends(OTHER_INNER, PEER)];
    expect(first).not.toBe(second);
    expect([answers(PEER, first), answers(PEER, second)]).toEqual([INNER, OTHER_INNER]);
  });

  it('keeps the port for another destination, or gives another, as it is told', () => {
    const independent = box({ mapping: 'endpoint-independent' });
    expect(independent.sends(INNER, PEER)).toBe(independent.sends(INNER, PEER_NATT));
    const dependent = box({ mapping: 'endpoint-dependent' });
    expect(dependent.sends(INNER, PEER)).not.toBe(dependent.sends(INNER, PEER_NATT));
    expect(dependent.sends(INNER, PEER)).toBe(dependent.sends(INNER, PEER));
  });

  it('lets in only whom the inner endpoint has sent to, by address and port', () => {
    const { nat, sends, answers } = box();
    const port = sends(INNER, PEER);
    expect([answers(STRANGER, port), answers(PEER_NATT, port), answers(PEER, port + 1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(nat.drops).toEqual({ unmapped: 1, filtered: 2, protocol: 0 });
    sends(INNER, PEER_NATT);
    expect(answers(PEER_NATT, port)).toEqual(INNER);
  });

  it('forgets a mapping after its time without packets from inside; those from outside do not keep it', () => {
    const { clock, nat, sends, answers } = box();
    const port = sends(INNER, PEER);
    clock.advance(instant(29_000));
    expect(sends(INNER, PEER)).toBe(port);
    clock.advance(instant(58_000));
    expect(answers(PEER, port)).toEqual(INNER);
    clock.advance(instant(59_000));
    expect(answers(PEER, port)).toBeUndefined();
    expect(nat.mappings).toBe(0);
    expect(sends(INNER, PEER)).not.toBe(port);
  });

  it('loses every mapping when it reboots', () => {
    const { nat, sends, answers } = box();
    const port = sends(INNER, PEER);
    nat.reboot();
    expect(answers(PEER, port)).toBeUndefined();
    const next = sends(INNER, PEER);
    expect(next).not.toBe(port);
    expect(answers(PEER, next)).toEqual(INNER);
  });

  it('does not know what to do with ESP that is not in UDP', () => {
    const { nat } = box();
    const bare = {
      protocol: 'esp',
      source: end('10.99.0.7', 0),
      destination: end('198.51.100.2', 0),
      bytes: new Uint8Array(40),
    } as const;
    nat.inside.receive(bare);
    nat.outside.receive(bare);
    expect(nat.drops).toEqual({ unmapped: 0, filtered: 0, protocol: 2 });
  });
});
