import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { requireIpAddress } from '../../src/base/address.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { EspSa } from '../../src/esp/sa.ts';
import { counterpart, outboundSa, sampleKeys } from './sample-sa.ts';
import { build, cable, MAY_RUN, type Namespace, removeBuild, TunEnd } from './tun-lab.ts';

const HERE = { address: requireIpAddress('192.0.2.1'), port: 4500 };
const PEER = { address: requireIpAddress('192.0.2.2'), port: 4500 };

describe.skipIf(!MAY_RUN)('user-space back end on a TUN device (needs root)', { timeout: 30_000 }, () => {
  let namespaces: [Namespace, Namespace];
  let ends: TunEnd[] = [];

  beforeAll(build, 60_000);
  afterAll(removeBuild);
  beforeEach(async () => {
    namespaces = await cable();
  });
  afterEach(async () => {
    for (const end of ends) await end.kill();
    ends = [];
    for (const namespace of namespaces) await namespace.remove();
  });

  function end(side: 0 | 1, before: readonly string[] = []): TunEnd {
    const made = new TunEnd(namespaces[side], before);
    ends.push(made);
    return made;
  }

  interface Setting {
    readonly sa?: Partial<EspSa>;
    /** Whether IKE's socket is there, and shares its port. */
    readonly ike?: 'shared' | 'alone';
    readonly inner?: readonly [string, string];
    readonly outer?: readonly [string, string];
    readonly length?: number;
  }

  /** Both ends up, with guards and SAs; each owns the first address of its network. */
  async function tunnel({ sa = {}, ike, inner, outer, length = 32 }: Setting): Promise<[TunEnd, TunEnd]> {
    const [here, there] = outer ?? ['192.0.2.1', '192.0.2.2'];
    const endpoints = {
      local: { address: requireIpAddress(here), port: 4500 },
      remote: { address: requireIpAddress(there), port: 4500 },
    };
    const suite = sa.suite ?? { cipher: 'aes128gcm16' };
    const forth = outboundSa({ ...endpoints, suite, ...sa, spi: 0x1001, keys: sampleKeys(suite, 'forth') });
    const back: EspSa = { ...forth, direction: 'inbound', spi: 0x2002, keys: sampleKeys(suite, 'back') };
    const [left, right] = [end(0), end(1)];
    for (const [side, i, out, into] of [
      [left, 0, forth, back],
      [right, 1, counterpart(back), counterpart(forth)],
    ] as const) {
      if (ike !== undefined) await side.do('ike', { ...out.local, shared: ike === 'shared' });
      const addresses = [{ address: requireIpAddress((inner ?? ['10.1.0.1', '10.2.0.1'])[i]), length }];
      await side.do('start', { addresses, shared: ike === 'shared' });
      const { connection, tunnel: name, localSelector: local, remoteSelector: remote } = out;
      await side.do('guard', { connection, tunnel: name, local, remote, without: 'trap' });
      await side.install(into);
      await side.install(out);
    }
    return [left, right];
  }

  /**
   * How many of three echo requests were answered. One process each, because ping waits for a second reply no longer than two
   * round trips, which on a busy machine is not enough.
   */
  async function replies(destination: string, ...options: string[]): Promise<number> {
    let count = 0;
    for (let i = 0; i < 3; i++) {
      const output = await namespaces[0].run('ping', '-n', '-c', '1', '-W', '5', ...options, destination);
      count += Number(/ (\d+) received/.exec(output)?.[1] ?? 0);
    }
    return count;
  }

  it('carries ping in UDP, on the port that IKE listens on as well (RFC 3948 §2)', async () => {
    const [left, right] = await tunnel({ ike: 'shared' });
    expect(await replies('10.2.0.1')).toBe(3);
    await left.do('sendIke', { port: 4500, to: PEER, hex: '00000000aa' });
    await left.do('sendIke', { port: 4500, to: PEER, hex: 'ff' });
    await right.until((said) => said.filter((line) => 'ike' in line).length === 2);
    expect(right.said.filter((line) => 'ike' in line || 'delivered' in line)).toEqual([
      { ike: '00000000aa' },
      { ike: 'ff' },
    ]);
    const carried = { packets: 3, bytes: 3 * 84 };
    expect(await right.do('counters', { pair: 1 })).toMatchObject({ inbound: carried, outbound: carried });
    expect(right.events('inbound-used')).toEqual([{ type: 'inbound-used', pair: 1, spi: 0x1001 }]);
    for (const side of [left, right]) expect(await side.close()).toBeLessThan(2000);
    expect(await namespaces[0].run('ip', 'rule')).not.toContain('20500');
  });

  it.each(['aes256gcm16', 'aes256-sha512', '3des-sha1'])('carries ping in IP protocol 50, %s', async (text) => {
    const [cipher, integrity] = text.split('-');
    const suite = { cipher, integrity } as EspSa['suite'];
    const [, right] = await tunnel({ sa: { encapsulation: 'none', suite } });
    expect(await replies('10.2.0.1', '-s', '1372')).toBe(3);
    expect(await replies('10.2.0.1', '-s', '4000')).toBe(3);
    expect(await right.do('drops', {})).toMatchObject({ 'bad-icv': 0, replayed: 0, 'no-sa': 0, 'send-failed': 0 });
  });

  it('carries ping through IKE’s own socket where that does not share its port', async () => {
    const [left, right] = await tunnel({ ike: 'alone' });
    expect(await replies('10.2.0.1')).toBe(3);
    for (const side of [left, right]) expect(side.said.filter((line) => 'delivered' in line).length).toBe(3);
  });

  it('carries IPv6 within, and is carried by IPv6', async () => {
    const networks = {
      localSelector: parseSelector('2001:db8:1::/64'),
      remoteSelector: parseSelector('2001:db8:2::/64'),
    };
    const inner = ['2001:db8:1::1', '2001:db8:2::1'] as const;
    const outer = ['2001:db8::1', '2001:db8::2'] as const;
    const [left] = await tunnel({ ike: 'shared', sa: networks, inner, outer, length: 128 });
    expect(await replies('2001:db8:2::1')).toBe(3);
    expect(await left.do('drops', {})).toMatchObject({ 'no-sa': 0, 'not-ip': 0 });
  });

  it('carries everything (0.0.0.0/0) without carrying itself', async () => {
    const [left] = await tunnel({
      ike: 'shared',
      sa: { localSelector: parseSelector('10.1.0.0/24'), remoteSelector: parseSelector('0.0.0.0/0') },
    });
    expect(await replies('10.2.0.1')).toBe(3);
    expect(await left.do('counters', { pair: 1 })).toMatchObject({
      inbound: { packets: 3, bytes: 252 },
      outbound: { packets: 3, bytes: 252 },
    });
  });

  it('shows congestion marks of the outer path within (RFC 6040 §4)', async () => {
    await tunnel({ ike: 'shared' });
    // Every packet that leaves in UDP has met congestion; a ping with ECT(0) must arrive with CE, and one without must not arrive.
    await namespaces[0].run(
      'nft',
      'add table ip t; add chain ip t c { type filter hook output priority 0; }; add rule ip t c udp dport 4500 ip ecn set ce',
    );
    expect(await replies('10.2.0.1', '-Q', '2')).toBe(3);
    expect(await replies('10.2.0.1', '-Q', '0', '-W', '0.3')).toBe(0);
  });

  describe('without an SA', () => {
    const { connection, tunnel: name, localSelector: local, remoteSelector: remote } = outboundSa();

    /** How many IP packets the other namespace has received: a clear packet would be one. */
    async function received(): Promise<number> {
      const snmp = await namespaces[1].run('grep', '^Ip:', '/proc/net/snmp');
      return Number(snmp.split('\n')[1]?.split(' ')[3]);
    }

    async function guarded(): Promise<TunEnd> {
      await namespaces[0].run('ip', 'route', 'add', 'default', 'via', '192.0.2.2');
      const left = end(0);
      await left.do('start', { addresses: [{ address: requireIpAddress('10.1.0.1'), length: 32 }] });
      await left.do('guard', { connection, tunnel: name, local, remote, without: 'trap' });
      return left;
    }

    it('asks for the tunnel and sends nothing in clear', async () => {
      const left = await guarded();
      const before = await received();
      await replies('10.2.0.1', '-W', '0.2');
      expect(await received()).toBe(before);
      expect(left.events('acquire')[0]).toEqual({ type: 'acquire', connection, tunnel: name });
      expect(await left.do('drops', {})).toMatchObject({ 'no-sa': 3 });
    });
    it('sends in clear again when the guard is taken away', async () => {
      const left = await guarded();
      await left.do('unguard', { connection, tunnel: name });
      const before = await received();
      await replies('10.2.0.1', '-W', '0.2');
      expect(await received()).toBeGreaterThanOrEqual(before + 3);
    });
    it('keeps the traffic back after a crash', async () => {
      const left = await guarded();
      await left.kill();
      const before = await received();
      expect(await namespaces[0].run('ping', '-c', '1', '-W', '0.2', '10.2.0.1')).toMatch(/No route to host/);
      expect(await received()).toBe(before);
    });
    it('leaves the local network alone where the remote one contains it', async () => {
      const left = await guarded();
      const all = parseSelector('10.0.0.0/8');
      await left.do('guard', { connection, tunnel: name, local, remote: all, without: 'block' });
      expect(await namespaces[0].run('ip', 'route', 'get', '10.1.0.77')).toContain('via 192.0.2.2');
      expect(await namespaces[0].run('ip', 'route', 'get', '10.9.0.77')).toContain('dev sallyport0');
    });
  });

  it('says that it failed when its device is taken away, and ends all SAs', async () => {
    const [left] = await tunnel({ ike: 'shared' });
    await namespaces[0].run('ip', 'link', 'del', 'sallyport0');
    await left.until(() => left.events('expired').length === 2);
    expect(left.events('dropped')).toEqual([{ type: 'dropped', reason: 'device-failed', count: 1 }]);
    expect(left.events('expired')).toEqual([
      { type: 'expired', pair: 1, spi: 0x2002, hard: true },
      { type: 'expired', pair: 1, spi: 0x1001, hard: true },
    ]);
    expect(await left.ask('counters', { pair: 1 })).toMatchObject({ failed: 'counters', code: 'BACKEND_FAILED' });
    expect(await left.close()).toBeLessThan(2000);
  });

  it('says in words which right is missing', async () => {
    const left = end(0, ['setpriv', '--bounding-set', '-net_admin,-net_raw']);
    expect(await left.ask('start', {})).toMatchObject({
      code: 'BACKEND_FAILED',
      details: {
        what: 'TUN device sallyport%d',
        errno: 'EPERM',
        advice: expect.stringMatching(/needs root or CAP_NET_ADMIN/),
      },
    });
    expect(await left.do('probe', {})).toEqual([
      { name: 'native', available: true },
      { name: 'tun', available: false, why: expect.stringMatching(/EPERM: creating a TUN device needs root/) },
      {
        name: 'raw',
        available: false,
        why: expect.stringMatching(/EPERM: run as root, or give the process CAP_NET_RAW/),
      },
      { name: 'udp', available: true },
    ]);
    await left.close();
  });

  it('says who holds the port', async () => {
    const [left, other] = [end(0), end(0)];
    await other.do('ike', { ...HERE, shared: false });
    expect(await left.ask('ike', { ...HERE, shared: true })).toMatchObject({
      details: { errno: 'EADDRINUSE', advice: expect.stringMatching(/another IKE daemon/) },
    });
  });
});
