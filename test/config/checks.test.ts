import { describe, expect, test } from 'vitest';
import { parseSelector } from '../../src/base/selector.ts';
import { checkGateway } from '../../src/config/checks.ts';
import { issueText } from '../../src/config/config-error.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { config, connection, onlyConnection, sample, sources } from './sample.ts';

/** What is said about a configuration, as `CODE path: message; hint`. */
function said(changes: Readonly<Record<string, unknown>>): string[] {
  const { errors, warnings } = checkConfig(sample(changes), sources);
  return [...errors, ...warnings].map((issue) => `${issue.code} ${issueText(issue)}`);
}

const about = (...connections: readonly Readonly<Record<string, unknown>>[]): string[] => said({ connections });
const lan = { name: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24' };

test('the sample itself gives nothing to say', () => {
  expect(said({})).toEqual([]);
});

describe('tunnels', () => {
  const tunnels = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => ({ name: `t${i}`, local: '10.1.0.0/24', remote: `10.2.${from + i}.0/24` }));

  test('ten are allowed, over all connections', () => {
    expect(about(connection({ tunnels: tunnels(4) }), connection({ name: 'b', tunnels: tunnels(6, 4) }))).toEqual([]);
  });

  test('the eleventh is refused', () => {
    const hint = 'remove tunnels or raise the limit';
    expect(about(connection({ tunnels: tunnels(4) }), connection({ name: 'b', tunnels: tunnels(8, 4) }))).toEqual([
      `LIMIT_REACHED connections[1].tunnels[6]: tunnel 11 of 12, but gateway.limits.tunnels is 10; ${hint}`,
    ]);
  });

  test('the limit is what the configuration says', () => {
    const connections = [connection({ tunnels: tunnels(12) })];
    expect(said({ gateway: { limits: { tunnels: 12 } }, connections })).toEqual([]);
    expect(said({ gateway: { limits: { tunnels: 2 } }, connections })).toEqual([
      'LIMIT_REACHED connections[0].tunnels[2]: tunnel 3 of 12, but gateway.limits.tunnels is 2; remove tunnels or raise the limit',
    ]);
  });

  test('have names of their own in their connection, and may share them with another', () => {
    const other = { ...lan, remote: '10.3.0.0/24' };
    expect(about(connection(), connection({ name: 'b', tunnels: [other] }))).toEqual([]);
    expect(about(connection({ tunnels: [lan, other] }))).toEqual([
      'DUPLICATE_NAME connections[0].tunnels[1].name: another tunnel has the name "lan" already; give each a name of its own',
    ]);
  });

  test('do not share both networks with another, in no connection', () => {
    expect(about(connection(), connection({ name: 'b', tunnels: [{ ...lan, name: 'x' }] }))).toEqual([
      'DUPLICATE_NETWORKS connections[1].tunnels[0]: tunnel lan of connection hq carries 10.1.0.0/24 and 10.2.0.0/24 already',
    ]);
  });

  test('may share networks where protocol or port differ', () => {
    expect(about(connection({ tunnels: [lan, { ...lan, name: 'web', remote: '10.2.0.0/24[6/443]' }] }))).toEqual([]);
  });

  test('do not have the same network on both sides, whatever the protocol', () => {
    const hint = 'one side must have other addresses, by its own choice or by 1:1 NAT';
    expect(about(connection({ tunnels: [{ ...lan, local: '10.2.0.0/24[6/22]' }] }))).toEqual([
      `SAME_NETWORK connections[0].tunnels[0].remote: the local and the remote network are both 10.2.0.0/24; ${hint}`,
    ]);
  });

  test('may have one network inside the other', () => {
    expect(about(connection({ tunnels: [{ ...lan, remote: '0.0.0.0/0' }] }))).toEqual([]);
    expect(about(connection({ tunnels: [{ ...lan, remote: '10.0.0.0/8' }] }))).toEqual([]);
  });

  test('are of one IP version', () => {
    expect(about(connection({ tunnels: [{ ...lan, remote: '2001:db8::/32' }] }))).toEqual([
      'NETWORK_MISMATCH connections[0].tunnels[0].remote: 2001:db8::/32 and 10.1.0.0/24 are not of one IP version',
    ]);
  });

  test('in transport mode are between hosts, and carried by the kernel alone', () => {
    const hosts = { name: 'host', local: '192.0.2.1', remote: '198.51.100.1', mode: 'transport' };
    const kernel = { esp: { backend: 'kernel' } };
    expect(about(connection({ tunnels: [hosts] }))).toEqual([
      'NEEDS_KERNEL connections[0].tunnels[0].mode: ESP in user space does not carry transport mode; write esp: { backend: kernel }, or mode: tunnel',
    ]);
    expect(said({ ...kernel, connections: [connection({ tunnels: [hosts] })] })).toEqual([]);
    expect(
      said({ ...kernel, connections: [connection({ tunnels: [{ ...hosts, remote: '198.51.100.0/24' }] })] }),
    ).toEqual([
      'NETWORK_MISMATCH connections[0].tunnels[0].remote: transport mode is between two hosts, and 198.51.100.0/24 is a network; write mode: tunnel, or host',
    ]);
  });

  test('are warned of when bits behind the prefix are written', () => {
    expect(about(connection({ tunnels: [{ ...lan, local: '10.1.0.7/24' }] }))).toEqual([
      'HOST_BITS connections[0].tunnels[0].local: taken as 10.1.0.0/24; write it so',
    ]);
  });
});

describe('connections', () => {
  test('have names of their own', () => {
    expect(about(connection(), connection({ tunnels: [{ ...lan, remote: '10.3.0.0/24' }] }))).toEqual([
      'DUPLICATE_NAME connections[1].name: another connection has the name "hq" already; give each a name of its own',
    ]);
  });

  test('may be none, with a warning', () => {
    expect(said({ connections: [], credentials: {} })).toEqual(['NO_CONNECTIONS connections: there is no connection']);
  });

  const any = { address: '%any', id: '@hq' };
  const hint = 'give remote.address as an address or a host name, or write startup: wait';

  test('cannot be initiated to %any', () => {
    expect(about(connection({ remote: any }))).toEqual([
      `PEER_ADDRESS_UNKNOWN connections[0].remote.address: cannot initiate connection without knowing peer IP address; ${hint}`,
    ]);
    const { errors } = checkConfig(sample({ connections: [connection({ remote: any })] }), sources);
    expect(errors.map(({ message }) => message)).toEqual([
      'cannot initiate connection without knowing peer IP address',
    ]);
  });

  test('may wait for %any, and on demand can do no more than that', () => {
    expect(about(connection({ remote: any, startup: 'wait' }))).toEqual([]);
    expect(about(connection({ remote: any, startup: 'on-demand' }))).toEqual([
      `CANNOT_INITIATE connections[0].startup: traffic cannot bring this connection up, because its peer has no address: it will wait; ${hint}`,
    ]);
  });

  test('do not begin anew after a Delete of a peer that has no address', () => {
    const waiting = { remote: any, startup: 'wait' };
    expect(about(connection({ ...waiting, onPeerDelete: 'hold' }))).toEqual([]);
    expect(about(connection({ ...waiting, onPeerDelete: 'restart' }))).toEqual([
      'CANNOT_INITIATE connections[0].onPeerDelete: nothing follows a Delete of this peer, because it has no address: it will wait; give remote.address as an address or a host name, or write onPeerDelete: hold',
    ]);
  });

  test('use an address that is listened on', () => {
    expect(said({ gateway: { listen: ['192.0.2.1', '192.0.2.2'] } })).toEqual([]);
    expect(said({ gateway: { listen: ['192.0.2.2', '192.0.2.3'] } })).toEqual([
      'ADDRESS_MISMATCH connections[0].local.address: 192.0.2.1 is not among gateway.listen; add it there, or use one of 192.0.2.2, 192.0.2.3',
    ]);
  });

  test('are between two addresses of one IP version', () => {
    expect(about(connection({ remote: { address: '2001:db8::1', id: '@hq' } }))).toEqual([
      'ADDRESS_MISMATCH connections[0].remote.address: 2001:db8::1 and the local address 192.0.2.1 are not of one IP version',
    ]);
    expect(about(connection({ remote: { address: '192.0.2.1', id: '@hq' } }))).toEqual([
      'ADDRESS_MISMATCH connections[0].remote.address: 192.0.2.1 is the local address as well',
    ]);
  });

  test('say who we are', () => {
    const identityHint = 'give local.id, or local.address, or exactly one address in gateway.listen';
    expect(about(connection({ local: {} }))).toEqual([
      `IDENTITY_NEEDED connections[0].local: the local identity cannot be told, because the local address is not known yet; ${identityHint}`,
    ]);
    expect(about(connection({ local: { id: '%any' } }))).toEqual([
      'INVALID_IDENTITY connections[0].local.id: we must say who we are; give an address or a name; %any is for the remote side',
    ]);
  });

  test('do not mix PFS groups (RFC 2409 §5.5)', () => {
    expect(about(connection({ phase2: { proposals: ['aes256-sha256-modp2048', 'aes128gcm16-modp3072'] } }))).toEqual([
      'MIXED_PFS connections[0].phase2.proposals: aes256-sha256-modp2048 and aes128gcm16-modp3072 differ in their group; give all of them the same group, or none: one Quick Mode has one key exchange (RFC 2409 §5.5)',
    ]);
  });

  test('have one group in Aggressive Mode, and a warning (RFC 2409 §5, CVE-2002-1623)', () => {
    const AGGRESSIVE_PSK =
      'AGGRESSIVE_PSK connections[0].phase1.exchange: in Aggressive Mode HASH_R goes to whoever asks for it, in clear, and is enough to try pre-shared keys offline (CVE-2002-1623); write exchange: main where the peer can; else take a long random key: openssl rand -base64 33';
    const proposals = ['aes256-sha256-modp2048', 'aes128-sha512-modp2048'];
    expect(about(connection({ phase1: { exchange: 'aggressive' } }))).toEqual([AGGRESSIVE_PSK]);
    const certificate = { local: { address: '192.0.2.1', id: '@plant-7', auth: 'certificate' } };
    expect(about(connection({ ...certificate, phase1: { exchange: 'aggressive' } }))).toContain(
      'AGGRESSIVE_CERTIFICATE connections[0].phase1.exchange: in Aggressive Mode identities and certificates go in clear, and whoever sends a first message gets a signature and a large answer for it; write exchange: main where the peer can',
    );
    expect(about(connection({ phase1: { exchange: 'aggressive', proposals } }))).toEqual([AGGRESSIVE_PSK]);
    expect(
      about(connection({ phase1: { exchange: 'aggressive', proposals: [...proposals, 'aes128-sha256-ecp256'] } })),
    ).toEqual([
      'MIXED_GROUPS connections[0].phase1.proposals: aes256-sha256-modp2048 and aes128-sha256-ecp256 differ in their group; give all of them the same: the first message of Aggressive Mode has the key exchange already (RFC 2409 §5)',
      AGGRESSIVE_PSK,
    ]);
    expect(about(connection({ phase1: { proposals: ['aes256-sha256-modp2048', 'aes128-sha256-ecp256'] } }))).toEqual(
      [],
    );
  });

  test('do not name two proposals that a peer cannot tell apart', () => {
    expect(
      about(connection({ phase2: { proposals: ['aes128-sha256', 'aes256-sha256', 'aes256-sha256_96'] } })),
    ).toEqual([
      'SAME_ON_THE_WIRE connections[0].phase2.proposals: aes256-sha256 and aes256-sha256_96 look the same to the peer; keep the one that the peer means',
      expect.stringMatching(/^WEAK_ALGORITHM /),
    ]);
    expect(about(connection({ phase2: { proposals: ['aes128-sha256', 'aes128-sha256'] } }))).toEqual([]);
  });

  test('do not count in 64 bits without a window (RFC 4303 §3.3.3)', () => {
    const extended = connection({ phase2: { proposals: ['aes128-sha256', 'aes128gcm16-esn'] } });
    const issues = (replayWindow: number): string[] =>
      checkConfig(sample({ esp: { replayWindow }, connections: [extended] }), sources).errors.map(issueText);
    expect(issues(0)).toEqual([
      'connections[0].phase2.proposals[1]: extended sequence numbers need a replay window, and esp.replayWindow is 0; leave esn out, or set a window',
    ]);
    expect(issues(64)).toEqual([]);
  });

  test('do not give a peer up before it is asked twice', () => {
    expect(about(connection({ dpd: { delay: 30, timeout: 30 } }))).toEqual([]);
    expect(about(connection({ dpd: { delay: '30s', timeout: '29s' } }))).toEqual([
      'TIMEOUT_TOO_SHORT connections[0].dpd.timeout: timeout 29s is shorter than delay 30s: the peer would be dead before it is asked twice; four times the delay is usual',
    ]);
  });

  test('force ESP into UDP where the device is in memory', () => {
    const force = connection({ natt: { mode: 'force' } });
    expect(said({ esp: { device: 'memory' }, connections: [force] })).toEqual([]);
    expect(said({ esp: { device: 'memory' } })).toEqual([
      'DEVICE_NEEDS_UDP connections[0].natt.mode: natt.mode is auto, but esp.device memory carries ESP in UDP only; write natt: { mode: force }',
    ]);
  });

  test('are warned of lifetimes below a minute', () => {
    expect(about(connection({ phase1: { lifetime: 59 }, phase2: { lifetime: '60s' } }))).toEqual([
      'SHORT_LIFETIME connections[0].phase1.lifetime: 59s is so short that the peers negotiate nearly all the time',
    ]);
  });
});

test('the two ports differ, unless the system chooses them', () => {
  expect(said({ gateway: { ports: { ike: 0, natt: 0 } } })).toEqual([]);
  expect(said({ gateway: { ports: { ike: 4500 } } })).toEqual([
    'INVALID_VALUE gateway.ports.natt: 4500 is the port for IKE already',
  ]);
});

test('looks at the networks of a tunnel as often with four times as many tunnels', () => {
  const running = config();
  const pattern = onlyConnection(running);
  const looks = (count: number): number => {
    let looked = 0;
    const connections = Array.from({ length: count }, (_, i) => ({
      ...pattern,
      name: `c${i}`,
      tunnels: pattern.tunnels.map(({ local, ...rest }) => ({
        ...rest,
        remote: parseSelector(`10.${100 + (i >> 8)}.${i & 255}.0/24`),
        get local() {
          looked++;
          return local;
        },
      })),
    }));
    checkGateway({ ...running, connections }, () => undefined);
    return looked / count;
  };
  expect(looks(400)).toBe(looks(100));
});
