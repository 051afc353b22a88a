import { describe, expect, test } from 'vitest';
import { ConfigError, issueText } from '../../src/config/config-error.ts';
import { checkDrill, parseDrill } from '../../src/drill/parse-drill.ts';

const GOOD = {
  name: 'sample',
  purpose: 'Shows what a drill is',
  duration: '60s',
  gateways: { a: {}, b: { count: 2 }, c: { nat: {} } },
  expect: [{ on: 'a', never: 'peer.dead' }],
};

const issuesOf = (input: string | object): string[] => checkDrill(input).errors.map(issueText);

describe('a drill is read', () => {
  test('from an object, with everything that it does not say', () => {
    const { members, expectations, script } = parseDrill(GOOD);
    expect(members.map(({ name, group, address, nat }) => [name, group, address, nat?.address])).toEqual([
      ['a', 'a', '192.0.2.1', undefined],
      ['b1', 'b', '192.0.2.2', undefined],
      ['b2', 'b', '192.0.2.3', undefined],
      ['c', 'c', '10.99.0.4', '203.0.113.4'],
    ]);
    const connections = members.map(({ config }) =>
      config.connections.map(({ name, startup }) => `${name} ${startup}`),
    );
    expect(connections).toEqual([['b1 initiate', 'b2 initiate', 'c wait'], ['a wait'], ['a wait'], ['a initiate']]);
    expect(expectations.map(({ text }) => text)).toEqual(['a: peer.dead never']);
    expect(script).toEqual([]);
  });

  test('with its steps in their order, each with its end', () => {
    const script = [
      { at: '20s', reboot: 'b' },
      { at: '5s', for: '3s', cut: { from: 'a', to: 'b', only: 'ack' } },
      { at: '30s', kill: 'c' },
    ];
    expect(parseDrill({ ...GOOD, script }).script).toEqual([
      { at: 5000, until: 8000, action: { kind: 'cut', of: { from: 'a', to: 'b', only: 'ack' } } },
      { at: 20_000, until: 30_000, action: { kind: 'reboot', of: 'b' } },
      { at: 30_000, until: undefined, action: { kind: 'kill', of: 'c' } },
    ]);
  });

  test('and what is wrong in it is said with its place', () => {
    const text = `name: sample
purpose: Shows what is wrong
duration: 60s
connection: { dpd: { delay: 30s, timeout: 10s } }
gateways: { a: {}, b: { connection: { startupp: wait } } }
script:
  - { at: 70s, kil: b }
  - { at: 10s, kill: x }
expect:
  - { on: a, event: peer.ded }
`;
    expect(issuesOf(text)).toEqual([
      '7:16: script[0].kil: unknown key "kil"; did you mean "kill"?',
      '10:21: expect[0].event: "peer.ded" is not allowed here; did you mean "peer.dead"?',
    ]);
    expect(issuesOf(text.replace('kil:', 'kill:').replace('ded', 'dead'))).toEqual([
      '7:11: script[0].at: 70s is after the end of the drill at 1m',
      '8:22: script[1].kill: there is no gateway "x"; there are a, b',
      '4:43: connection.dpd.timeout: timeout 10s is shorter than delay 30s: the peer would be dead before it is asked twice; four times the delay is usual',
      '5:49: gateways.b.connection.startupp: unknown key "startupp"; did you mean "startup"?',
    ]);
  });

  test.each([
    [{ script: [{ at: 0 }] }, 'script[0]: nothing is said here; write exactly one of '],
    [{ script: [{ at: 0, kill: 'a', start: 'a' }] }, 'script[0]: kill and start are two things; write exactly one of '],
    [{ script: [{ at: 0, rebootNat: 'a' }] }, 'script[0].rebootNat: "a" is behind no NAT; give it `nat: {}`'],
    [{ script: [{ at: 0, kill: 'b3' }] }, 'script[0].kill: there is no gateway "b3"; there are a, b, c'],
    [{ expect: [{ on: 'a', state: 'up', at: 1, by: 2 }] }, 'expect[0]: one of at, by, not both'],
    [{ expect: [{ on: 'a', state: 'up', between: [2, 1] }] }, 'expect[0].between: 2s is after 1s'],
    [{ expect: [{ answered: 'all', from: 'a' }] }, 'expect[0]: answered needs "to"'],
    [{ expect: [{ on: 'a', event: 'peer.dead', most: 1 }] }, 'expect[0]: "most" and "per" belong together'],
    [{ traffic: [{ from: 'a', to: 'd' }] }, 'traffic[0].to: there is no gateway "d"; there are a, b, c'],
    [{ gateways: { a: {}, b: { to: ['z'] } } }, 'gateways.b.to[0]: there is no gateway "z"; there are a, b'],
  ])('%j: %s', (changes, message) => {
    expect(issuesOf({ ...GOOD, ...changes })[0]).toContain(message);
  });

  test('a bad one throws all of it', () => {
    const parsed = (): unknown => parseDrill({ ...GOOD, script: [{ at: 0 }] });
    expect(parsed).toThrow(ConfigError);
    expect(parsed).toThrow(/^the drill has an error\n/);
  });
});
