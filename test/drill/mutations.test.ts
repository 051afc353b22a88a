import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Death from '../../src/ike/death.ts';
import type * as Policy from '../../src/dpd/policy.ts';
import { inProject } from '../project.ts';

/** Runs a drill on modules that are loaded anew, as broken as they are by then; what was not as expected. */
async function notMet(name: string): Promise<string[]> {
  const { parseDrill } = await import('../../src/drill/parse-drill.ts');
  const { runDrill } = await import('../../src/drill/run-drill.ts');
  const drill = parseDrill(readFileSync(inProject(`drills/${name}.yaml`), 'utf8'));
  return runDrill(drill)
    .findings.filter(({ met }) => !met)
    .map(({ expectation }) => expectation);
}

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock('../../src/ike/death.ts');
  vi.doUnmock('../../src/dpd/policy.ts');
  vi.restoreAllMocks();
});

/** What follows the death of a peer, and something more. */
function afterDeath(more: (connection: Parameters<typeof Death.peerDied>[0]) => void): void {
  vi.doMock('../../src/ike/death.ts', async (original: () => Promise<typeof Death>) => {
    const real = await original();
    const peerDied: typeof Death.peerDied = (...given) => {
      real.peerDied(...given);
      more(given[0]);
    };
    return { ...real, peerDied };
  });
}

describe('what is broken in the engine, a drill finds', () => {
  test('nothing is broken, and nothing is found', async () => {
    for (const name of ['peer-vanishes-under-load', 'long-outage-restart', 'peer-vanishes-idle', 'acks-lost-in-use'])
      expect(await notMet(name)).toEqual([]);
  });

  test('hold that does not guard', async () => {
    afterDeath(({ guarding }) => guarding.lift());
    expect(await notMet('peer-vanishes-under-load')).toContain('a: no packet leaves in clear');
  });

  test('hold whose trap is not sprung by traffic', async () => {
    afterDeath(({ attempts }) => attempts.takeDown());
    expect(await notMet('peer-vanishes-under-load')).toContain('a: tunnel up after 7m');
  });

  test('clear that guards on', async () => {
    afterDeath(({ guarding }) => guarding.restore());
    expect(await notMet('peer-vanishes-clear')).toEqual(['a: some packet leaves in clear between 254s and 351s']);
  });

  test('restart that gives up after one attempt', async () => {
    const { Attempts } = await import('../../src/ike/attempts.ts');
    vi.spyOn(Attempts.prototype, 'failed').mockImplementation(function (this: InstanceType<typeof Attempts>) {
      this.leave();
      return undefined;
    });
    expect(await notMet('long-outage-restart')).toEqual(['a: tunnel up after 1250s']);
  });

  test('a death that is counted from the last sign of life, and not from the first question', async () => {
    vi.doMock('../../src/dpd/policy.ts', async (original: () => Promise<typeof Policy>) => ({
      ...(await original()),
      patienceOf: ({ delay, timeout }: Policy.LivenessPolicy) => timeout - delay,
    }));
    expect(await notMet('peer-vanishes-idle')).toContain(
      'a: peer.dead action=hold unanswered=4 once between 220s and 250s',
    );
  });

  test('ESP that is no sign of life', async () => {
    vi.doMock('../../src/dpd/policy.ts', async (original: () => Promise<typeof Policy>) => ({
      ...(await original()),
      espCounts: () => false,
    }));
    expect(await notMet('acks-lost-in-use')).not.toEqual([]);
    expect(await notMet('peer-vanishes-under-load')).not.toEqual([]);
  });
});
