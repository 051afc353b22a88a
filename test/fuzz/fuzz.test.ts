import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { inProject } from '../project.ts';
import { forEachSeedInTurn } from '../sim/seeds.ts';
import { Corpus } from './corpus.ts';
import { Search } from './search.ts';
import { TARGETS } from './targets.ts';

/** New inputs of each seed: together they take some seconds. `npm run fuzz` goes on from there for hours. */
const INPUTS: Readonly<Record<string, number>> = {
  ike: 400,
  wire: 5000,
  esp: 1000,
  capture: 300,
  config: 200,
  control: 200,
};

describe.each(Object.entries(TARGETS))('%s', (name, make) => {
  it('bears every input of its corpus, and new ones made from them', async () => {
    const target = make();
    const search = new Search(target);
    try {
      await search.learn([...target.seeds(), ...new Corpus(target, inProject('test/fuzz/corpus')).read()]);
      await forEachSeedInTurn(`fuzz ${name}`, 1, async (seed) => {
        const random = new SeededRandom(seed);
        for (let i = 0; i < (INPUTS[name] ?? 0); i++) await search.step(random);
      });
      await target.reset?.();
    } finally {
      await target.close?.();
    }
    expect(search.executions).toBeGreaterThan(INPUTS[name] ?? Number.NaN);
  });
});

describe('a search', () => {
  const broken = {
    name: 'broken',
    seeds: () => [Uint8Array.of(0, 0)],
    run: ([first = 0, second = 0]: Uint8Array) => {
      if (first === 7 && second === 7) throw new Error('sevens');
      return [`${first === 7} ${second === 7}`];
    },
    mutate: (input: Uint8Array, _: Uint8Array, random: SeededRandom) => {
      const changed = input.slice();
      changed[random.u32() % 2] = random.u32() % 8;
      return changed;
    },
  };

  it('goes on from what was new, and says which input it was that broke something', async () => {
    const [search, random] = [new Search(broken), new SeededRandom('search')];
    await search.learn(broken.seeds());
    const found = await (async () => {
      for (;;) await search.step(random);
    })().catch((error: unknown) => error);
    expect(found).toMatchObject({ name: 'Finding', input: Uint8Array.of(7, 7) });
    expect(String(found)).toContain('sevens');
    expect(search.kept.map(toHex).slice(0, 1)).toEqual(['0000']);
    expect([...search.seen].sort()).toEqual(['false false', 'false true', 'true false']);
  });

  it('finds what takes long each time', async () => {
    const endless = {
      ...broken,
      run: ([first = 0]: Uint8Array) => {
        const from = process.cpuUsage();
        while (first === 7 && process.cpuUsage(from).user < 40_000);
        return [`${first}`];
      },
    };
    const search = new Search(endless, { slow: 30 });
    await search.learn([Uint8Array.of(6, 0)]);
    await expect(search.learn([Uint8Array.of(7, 0)])).rejects.toThrow('takes more than 30 ms');
  });
});
