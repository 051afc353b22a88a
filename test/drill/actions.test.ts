import { describe, expect, test } from 'vitest';
import { parseDrill } from '../../src/drill/parse-drill.ts';
import { runDrill } from '../../src/drill/run-drill.ts';
import { whyNotLive } from '../../src/drill/why-not-live.ts';

const DPD = { dpd: { delay: '5s', timeout: '20s', action: 'restart' } };

/** What a drill of these parts finds, as text where it is not as expected. */
function found(parts: object, seed = 1): string[] {
  const base = { name: 'x', purpose: 'x', duration: '2m', connection: DPD, gateways: { a: {}, b: {} } };
  const { findings, broken } = runDrill(parseDrill({ ...base, ...parts }), { seed });
  const wrong = findings.filter(({ met }) => !met).map((finding) => `${finding.expectation}: ${finding.found}`);
  return broken === undefined ? wrong : [...wrong, broken];
}

const TRAFFIC = { traffic: [{ from: 'a', to: 'b', every: '1s' }] };
const all = (from: string, to: string) => ({ from: 'a', to: 'b', answered: 'all', between: [from, to] });
const none = (from: string, to: string) => ({ from: 'a', to: 'b', answered: 'none', between: [from, to] });

describe('what a script does', () => {
  test('a cut goes one way, for its time, and only for what it names', () => {
    const esp = { at: '20s', for: '10s', cut: { from: 'b', to: 'a', only: 'esp' } };
    expect(
      found({
        ...TRAFFIC,
        script: [esp],
        expect: [all('2s', '19s'), none('20s', '29s'), all('31s', '110s'), { on: 'a', never: 'peer.dead' }],
      }),
    ).toEqual([]);
    const other = { ...esp, cut: { from: 'b', to: 'a', only: 'delete' } };
    expect(found({ ...TRAFFIC, script: [other], expect: [all('2s', '110s')] })).toEqual([]);
  });

  test('packets are lost, doubled, late and overtaken, and ESP bears it', () => {
    const way = { from: 'any', to: 'any', only: 'esp' };
    const lost = { at: '10s', for: '60s', lose: { ...way, part: 0.5 } };
    expect(found({ ...TRAFFIC, script: [lost], expect: [all('10s', '60s')] })[0]).toMatch(/of 51; not those at/);
    expect(found({ ...TRAFFIC, script: [lost], expect: [all('71s', '110s')] })).toEqual([]);
    const script = [
      { at: '10s', duplicate: { ...way, part: 1 } },
      { at: '10s', reorder: { ...way, part: 0.5, by: '2500ms' } },
      { at: '20s', delay: { from: 'a', to: 'b', by: '400ms' } },
    ];
    expect(found({ ...TRAFFIC, script, expect: [all('2s', '110s')] })).toEqual([]);
  });

  test('who is frozen does nothing until it goes on, and then all that waited', () => {
    const script = [{ at: '20s', for: '10s', freeze: 'b' }];
    const expected = [
      { on: 'b', never: 'dpd.answered', between: ['21s', '29s'] },
      all('2s', '19s'),
      all('30s', '110s'),
    ];
    expect(found({ ...TRAFFIC, script, expect: expected })).toEqual([]);
  });

  test('a command takes down and brings up, and nothing leaves meanwhile', () => {
    const script = [
      { at: '20s', down: 'a' },
      { at: '40s', up: 'a' },
    ];
    const state = (on: string, is: string, from: string, to: string) => ({ on, state: is, between: [from, to] });
    const expected = [
      state('a', 'down', '20s', '39s'),
      state('b', 'down', '21s', '39s'),
      state('a', 'up', '42s', '2m'),
    ];
    expect(found({ ...TRAFFIC, script, expect: [...expected, { on: 'a', clear: 'none' }] })).toEqual([]);
  });

  test('both phases are negotiated anew when it says so, without a packet lost', () => {
    const script = [1, 2].map((phase) => ({ at: `${phase}0s`, rekey: { gateway: 'a', phase } }));
    const expected = [
      { on: 'a', event: 'phase1.established', times: 2 },
      { on: 'a', event: 'phase2.established', times: 2 },
      all('2s', '110s'),
    ];
    expect(found({ ...TRAFFIC, script, expect: expected })).toEqual([]);
  });

  test('a rate is the most that lies in any so long a time', () => {
    const rate = (most: number) => [{ on: 'b', event: 'phase2.started', most, per: '1s' }];
    const gateways = { b: { connection: { startup: 'wait' } }, a: { count: 5, connection: { startup: 'initiate' } } };
    expect(found({ gateways, expect: rate(5) })).toEqual([]);
    expect(found({ gateways, expect: rate(4) })).toEqual([
      'b: phase2.started at most 4 times per 1s: at most 5 in 1s, 5 in all',
    ]);
  });

  test('the same seed is the same run, and another is another', () => {
    const drill = parseDrill({
      ...{ name: 'x', purpose: 'x', duration: '60s', gateways: { a: {}, b: {} }, path: { loss: 0.3 } },
      ...{ ...TRAFFIC, expect: [all('2s', '50s')] },
    });
    const sent = (seed: number) => JSON.stringify(runDrill(drill, { seed }).record);
    expect(sent(7)).toBe(sent(7));
    expect(sent(7)).not.toBe(sent(8));
  });
});

test.each([
  [{ gateways: { a: {}, b: {}, c: {} } }, 'it does not have two gateways'],
  [{ gateways: { a: { nat: {} }, b: {} } }, 'it has a NAT'],
  [{ script: [{ at: 1, replace: 'b' }] }, 'nobody does replace to a real network'],
  [
    { script: [{ at: 1, cut: { from: 'a', to: 'b', only: 'ack' } }] },
    'nobody sees ack in a real network, where it is encrypted',
  ],
  [
    { gateways: { a: {}, b: { peer: 'strongswan' } }, expect: [{ on: 'b', state: 'up' }] },
    'what strongSwan does it tells nobody',
  ],
  [{ script: [{ at: 1, cut: { from: 'a', to: 'b', only: 'esp' } }] }, undefined],
])('%j cannot run live: %s', (parts, why) => {
  const base = {
    name: 'x',
    purpose: 'x',
    duration: '2m',
    gateways: { a: {}, b: {} },
    expect: [{ on: 'a', state: 'up' }],
  };
  expect(whyNotLive(parseDrill({ ...base, ...parts }))).toBe(why);
});
