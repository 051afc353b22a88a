import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { ID_TYPE } from '../../src/base/identity.ts';
import { ConfigError, type ConfigIssue, issueText } from '../../src/config/config-error.ts';
import { checkConfig, parseConfig } from '../../src/config/parse.ts';
import { LIMITS } from '../../src/ike/limits.ts';
import { config, connection, onlyConnection, sample, sources } from './sample.ts';

const lines = (issues: readonly ConfigIssue[]): string[] => issues.map((issue) => `${issue.code} ${issueText(issue)}`);

describe('a configuration', () => {
  test('has all its defaults', () => {
    const { credentials, ...rest } = config();
    expect(credentials.psks.map(({ secret }) => utf8Text(secret.reveal()))).toEqual(['correct horse battery staple']);
    expect(rest).toEqual({
      gateway: {
        name: 'sallyport',
        listen: [],
        ports: { ike: 500, natt: 4500 },
        crypto: 'native',
        diffieHellman: 'auto',
        limits: {
          tunnels: 10,
          halfOpen: LIMITS.halfOpen,
          halfOpenPerSource: LIMITS.halfOpenPerSource,
          keyExchanges: LIMITS.keyExchanges,
        },
      },
      control: { socket: '/run/sallyport.sock', mode: 0o600 },
      esp: { backend: 'auto', device: 'auto', mtu: 1400, replayWindow: 128 },
      connections: [
        {
          name: 'hq',
          startup: 'initiate',
          local: {
            address: '192.0.2.1',
            id: { idType: ID_TYPE.FQDN, data: utf8Bytes('plant-7') },
            auth: 'psk',
            sendCertificate: 'if-asked',
          },
          remote: {
            address: '198.51.100.1',
            id: { idType: ID_TYPE.FQDN, data: utf8Bytes('hq') },
            nameMatching: 'strict',
            auth: 'psk',
          },
          phase1: {
            exchange: 'main',
            proposals: [{ cipher: 'aes256', hash: 'sha256', group: 'modp2048' }],
            lifetime: { duration: 28_800_000 },
            rekey: { margin: 540_000, fuzz: 1 },
          },
          phase2: {
            proposals: [{ cipher: 'aes256', integrity: 'sha256', group: 'modp2048' }],
            lifetime: { duration: 3_600_000 },
            rekey: { margin: 540_000, fuzz: 1 },
          },
          natt: { mode: 'auto', keepalive: 20_000 },
          keyingTries: 'forever',
          onPeerDelete: 'restart',
          unique: 'replace',
          maxPeers: 1000,
          forward: false,
          fragmentation: { mode: 'auto', size: 1280 },
          dynDns: { monitor: true, interval: 300_000 },
          dpd: {
            profile: 'default',
            delay: 30_000,
            retry: 30_000,
            timeout: 120_000,
            traffic: 'always',
            rescue: 'never',
            asks: 'when-idle',
            countsFrom: 'first-question',
            numbers: 'next',
            idleProbe: true,
            action: 'hold',
          },
          tunnels: [
            {
              name: 'lan',
              local: { first: '10.1.0.0', last: '10.1.0.255', protocol: 0, port: 0 },
              remote: { first: '10.2.0.0', last: '10.2.0.255', protocol: 0, port: 0 },
              mode: 'tunnel',
            },
          ],
        },
      ],
    });
  });

  test('is the same from YAML as from an object', () => {
    const yaml = `
credentials:
  psks:
    - { peers: ["@plant-7", "@hq"], secret: { env: PSK } }
connections:
  - name: hq
    startup: initiate
    local: { address: 192.0.2.1, id: "@plant-7" }
    remote: { address: 198.51.100.1, id: "@hq" }
    tunnels:
      - { name: lan, local: 10.1.0.0/24, remote: 10.2.0.0/24 }
`;
    expect(parseConfig(yaml, sources)).toEqual(config());
    expect(checkConfig(yaml, sources)).toMatchObject({ errors: [], warnings: [] });
  });

  test('takes the one address of gateway.listen for the local one', () => {
    const gateway = { listen: ['192.0.2.1', '192.0.2.1'] };
    const psks = [{ peers: ['192.0.2.1', '@hq'], secret: { env: 'PSK' } }];
    const parsed = config({ gateway, credentials: { psks }, connections: [connection({ local: {} })] });
    expect(parsed.gateway.listen).toEqual(['192.0.2.1']);
    expect(onlyConnection(parsed).local).toEqual({
      address: '192.0.2.1',
      id: { idType: ID_TYPE.IPV4_ADDR, data: Uint8Array.of(192, 0, 2, 1) },
      auth: 'psk',
      sendCertificate: 'if-asked',
    });
  });

  test.each([
    ['198.51.100.1', { idType: ID_TYPE.IPV4_ADDR, data: Uint8Array.of(198, 51, 100, 1) }],
    ['VPN.example.org', { idType: ID_TYPE.FQDN, data: utf8Bytes('vpn.example.org') }],
    ['%any', 'any'],
  ])('takes the address %j as it is written for the identity of the peer', (address, id) => {
    const psks = [{ peers: ['%any'], secret: { env: 'PSK' } }];
    const changes = { credentials: { psks }, connections: [connection({ startup: 'wait', remote: { address } })] };
    expect(onlyConnection(config(changes)).remote.id).toEqual(id);
  });

  test('may limit phase 2 by volume', () => {
    const lifetimes = [{ time: '30m', kilobytes: 1_000_000 }, { kilobytes: 4096 }, 90].map(
      (lifetime) => onlyConnection(config({ connections: [connection({ phase2: { lifetime } })] })).phase2.lifetime,
    );
    expect(lifetimes).toEqual([
      { duration: 1_800_000, kilobytes: 1_000_000 },
      { duration: 3_600_000, kilobytes: 4096 },
      { duration: 90_000 },
    ]);
  });

  test('takes trap for hold', () => {
    expect(onlyConnection(config({ connections: [connection({ dpd: { action: 'trap' } })] })).dpd).toMatchObject({
      action: 'hold',
    });
  });

  test.each(['', '# nothing\n', 'null'])('that is empty (%j) is refused', (text) => {
    expect(lines(checkConfig(text).errors)).toEqual(['YAML_SYNTAX (top): the configuration is empty']);
  });

  test.each(['text', '- a list', '42'])('that is no mapping (%j) is refused', (text) => {
    expect(lines(checkConfig(text).errors)).toEqual([
      expect.stringMatching(/^WRONG_TYPE 1:1: \(top\): expected a mapping, not /),
    ]);
  });

  test('parseConfig throws everything that checkConfig tells', () => {
    const bad = sample({ gatewey: {}, esp: { mtu: 1 } });
    const { errors } = checkConfig(bad, sources);
    expect(errors).toHaveLength(2);
    expect(() => parseConfig(bad, sources)).toThrow(new ConfigError(errors));
    expect(checkConfig(bad, sources).config).toBeUndefined();
  });
});

test('everything that is wrong is told at once, each at its place', () => {
  const yaml = `gateway:
  name: plant 7
  lissen: [192.0.2.1]
  ports: { ike: 70000 }
  limits: { tunnels: 1 }
control: { mode: 0660 }
esp:
  backend: kernel
  replayWindow: 100
credentials:
  psks:
    - { peers: ["@plant-7", "@hq"], secret: 12345678 }
    - { peers: ["@plant-7", "@c"], secret: { env: NOPE } }
  certificates: []
connections:
  - name: hq
    remote: { address: 192.0.2.300, id: "@hq" }
    phase1: { exchange: agressive, proposals: [aes256-sha2_256-modp2048, aes256gcm16-sha256-modp2048], lifetime: 8 hours }
    phase2: { lifetime: { time: 1h, kilobytes: 5, megabytes: 1 } }
    tunnels:
      - { name: lan, local: 10.1.0.0/33, remote: 10.2.0.0/24 }
  - local: { address: { interface: eth0 } }
    startup: allways
    tunnels: []
  - name: branch
    local: { address: 192.0.2.1, id: "@plant-7" }
    remote: { address: "%any", id: "@x" }
    fase2: {}
    phase2: { proposals: [aes256-sha1-modp1024, aes128gcm16] }
    dpd: { delay: 30s, timeout: 20s }
    tunnels:
      - { name: lan, local: 10.1.0.0/24, remote: 10.1.0.0/24 }
      - { name: lan, local: 10.1.0.7/24, remote: 10.3.0.0/24 }
plugins: {}
`;
  const { config: none, errors, warnings } = checkConfig(yaml, sources);
  expect(none).toBeUndefined();
  expect(lines(errors)).toEqual([
    'INVALID_NAME 2:9: gateway.name: "plant 7" is no name; names have 1 to 64 of A-Z a-z 0-9 . _ ~ - and begin with a letter or digit',
    'UNKNOWN_KEY 3:3: gateway.lissen: unknown key "lissen"; did you mean "listen"?',
    'OUT_OF_RANGE 4:17: gateway.ports.ike: must be at most 65535',
    'WRONG_TYPE 6:18: control.mode: expected text, not a number; put it in quotes',
    'OUT_OF_RANGE 9:17: esp.replayWindow: must be a multiple of 32',
    'WRONG_TYPE 12:45: credentials.psks[0].secret: expected { env: NAME }, { file: PATH } or text in quotes',
    'SECRET_UNAVAILABLE 13:44: credentials.psks[1].secret: environment variable NOPE is not set',
    'INVALID_ADDRESS 17:24: connections[0].remote.address: "192.0.2.300" is neither an IP address nor a host name; write an address, a range of them, a host name, or "%any"',
    'INVALID_VALUE 18:25: connections[0].phase1.exchange: "agressive" is not allowed here; did you mean "aggressive"?',
    'INVALID_PROPOSAL 18:48: connections[0].phase1.proposals[0]: "aes256-sha2_256-modp2048": sha2_256 is no hash; did you mean sha256? hashes: sha256, sha384, sha512, sha1, md5',
    'INVALID_PROPOSAL 18:74: connections[0].phase1.proposals[1]: "aes256gcm16-sha256-modp2048": aes256gcm16 cannot protect phase 1, whose messages are encrypted in CBC mode; ciphers of phase 1: aes128, aes192, aes256, camellia128, camellia192, camellia256, 3des, des',
    'INVALID_DURATION 18:114: connections[0].phase1.lifetime: "8 hours" is no duration; write a whole number and a unit, like 250ms, 30s, 5m, 8h or 1d',
    'OUT_OF_RANGE 19:48: connections[0].phase2.lifetime.kilobytes: must be at least 1024',
    'UNKNOWN_KEY 19:51: connections[0].phase2.lifetime.megabytes: unknown key "megabytes"; known here: time, kilobytes',
    'INVALID_NETWORK 21:29: connections[0].tunnels[0].local: "10.1.0.0/33" is no network; write it like 10.1.0.0/24, 10.1.0.7, 10.1.0.1-10.1.0.9, or 10.1.0.0/24[6/443]',
    'MISSING_KEY 22:5: connections[1].name: must be given: text',
    'MISSING_KEY 22:5: connections[1].remote: must be given: a mapping',
    'NOT_SUPPORTED_YET 22:23: connections[1].local.address: an interface as local address is not supported yet; write an address or auto',
    'INVALID_VALUE 23:14: connections[1].startup: "allways" is not allowed here; known here: initiate, wait, on-demand',
    'OUT_OF_RANGE 24:14: connections[1].tunnels: tunnels must have at least 1',
    'PEER_ADDRESS_UNKNOWN 27:24: connections[2].remote.address: cannot initiate connection without knowing peer IP address; give remote.address as an address or a host name, or write startup: wait',
    'UNKNOWN_KEY 28:5: connections[2].fase2: unknown key "fase2"; did you mean "phase2"?',
    'MIXED_PFS 29:26: connections[2].phase2.proposals: aes256-sha1-modp1024 and aes128gcm16 differ in their group; give all of them the same group, or none: one Quick Mode has one key exchange (RFC 2409 §5.5)',
    'TIMEOUT_TOO_SHORT 30:33: connections[2].dpd.timeout: timeout 20s is shorter than delay 30s: the peer would be dead before it is asked twice; four times the delay is usual',
    'SAME_NETWORK 32:50: connections[2].tunnels[0].remote: the local and the remote network are both 10.1.0.0/24; one side must have other addresses, by its own choice or by 1:1 NAT',
    'LIMIT_REACHED 33:9: connections[2].tunnels[1]: tunnel 2 of 2, but gateway.limits.tunnels is 1; remove tunnels or raise the limit',
    'DUPLICATE_NAME 33:17: connections[2].tunnels[1].name: another tunnel has the name "lan" already; give each a name of its own',
    'NOT_SUPPORTED_YET 34:1: plugins: plugins are not supported yet',
  ]);
  expect(lines(warnings)).toEqual([
    'WEAK_ALGORITHM 29:27: connections[2].phase2.proposals[0]: aes256-sha1-modp1024: sha1 has known collisions; modp1024 can be broken by those with much money',
    'HOST_BITS 33:29: connections[2].tunnels[1].local: taken as 10.1.0.0/24; write it so',
  ]);
});

describe('secrets', () => {
  const psk = 'Tr0ub4dor&3-hunter2';
  const everywhere = (value: unknown): string =>
    `${JSON.stringify(value)}\n${inspect(value, { depth: Infinity, showHidden: true })}\n${String(value)}`;

  test('do not show in a configuration', () => {
    const credentials = { psks: [{ peers: ['@plant-7', '@hq'], secret: psk }] };
    const checked = checkConfig(sample({ credentials }), {});
    expect(checked.errors).toEqual([]);
    expect(everywhere(checked)).toContain('[secret]');
    expect(everywhere(checked)).not.toContain('hunter2');
    expect(everywhere(checked)).not.toContain(String(utf8Bytes(psk)));
  });

  test('and a mistyped key beside one is still told', () => {
    const yaml =
      'credentials:\n  psks:\n    - { peers: ["@hq"], secret: { env: PSK }, pers: x }\n    - { peers: ["@hq"], secret: { evn: PSK } }\n';
    expect(lines(checkConfig(yaml, sources).errors)).toEqual([
      'UNKNOWN_KEY 3:47: credentials.psks[0]: unknown key; text with a comma needs quotes; did you mean "peers"?',
      'WRONG_TYPE 4:33: credentials.psks[1].secret: expected { env: NAME }, { file: PATH } or text in quotes',
    ]);
  });

  test.each([
    ['secret: { Tr0ub4dor&3-hunter2 }'],
    ['secret: { Tr0ub4dor&3-hunter2: x }'],
    ['secret: { env: x, Tr0ub4dor&3-hunter2: x }'],
    ['secret: [Tr0ub4dor&3-hunter2]'],
    ['secret: { env: [Tr0ub4dor&3-hunter2] }'],
    ['secret: *Tr0ub4dor&3-hunter2'],
    ['secret: !Tr0ub4dor&3-hunter2 x'],
    ['secret: "Tr0ub4dor&3-hunter2'],
    ['secret: `Tr0ub4dor&3-hunter2'],
    ['secret: "Tr0ub4dor\\&3-hunter2"'],
    ['secret: Tr0ub4dor: hunter2'],
    ['secret: Tr0ub4dor&3-hunter2, secrets: x'],
    ['secret: Tr0ub4dor, 3-hunter2'],
  ])('do not show in the issues of %s', (entry) => {
    const yaml = `credentials:\n  psks:\n    - { peers: ["@hq"], ${entry} }\n    - peers: ["@hq"]\n      ${entry}\n`;
    const checked = checkConfig(yaml, {});
    expect(checked.errors).not.toEqual([]);
    expect(everywhere(checked)).not.toContain('hunter2');
    expect(everywhere(new ConfigError(checked.errors))).not.toContain('hunter2');
  });
});
