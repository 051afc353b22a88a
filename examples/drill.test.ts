import { catalogue, parseDrill, reportLines, runDrill } from 'sallyport/drill';
import { expect, test } from 'vitest';

/** A drill of your own: the line to the plant is cut one way for five minutes, and the tunnel has to be back within two. */
const drill = parseDrill({
  name: 'plant-line',
  purpose: 'What the plant sends is lost for five minutes',
  duration: '15m',
  connection: { dpd: { delay: '10s', timeout: '30s', action: 'restart' } },
  gateways: { hq: {}, plant: {} },
  traffic: [{ from: 'hq', to: 'plant', every: '5s' }],
  script: [{ at: '60s', for: '5m', cut: { from: 'plant', to: 'hq' } }],
  expect: [
    { on: 'hq', event: 'peer.dead', times: 1, between: ['95s', '106s'] },
    { on: 'hq', clear: 'none' },
    { on: 'hq', state: 'up', after: '480s' },
    { from: 'hq', to: 'plant', answered: 'all', between: ['480s', '890s'] },
  ],
});

test.each([1, 2, 3])('the plant is back after a cut, with seed %i', (seed) => {
  const verdict = runDrill(drill, { seed });
  expect(verdict.passed, reportLines(drill, verdict).join('\n')).toBe(true);
});

test('and so is a drill that comes with sallyport', () => {
  const known = catalogue().find(({ name }) => name === 'peer-vanishes-idle');
  if (known === undefined) throw new Error('no such drill');
  expect(runDrill(known.drill).findings.filter(({ met }) => !met)).toEqual([]);
});
