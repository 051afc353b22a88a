import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { firstMessage } from '../ike/first-message.ts';
import type { Cell } from '../lab/cells.ts';
import { Daemon } from '../lab/daemon.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Lab } from '../lab/lab.ts';
import type { Network } from '../lab/network.ts';
import { buildPair, establish, lineOf, takeDown } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';
import { inProject } from '../project.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;

/** First messages of Main Mode, a thousand a second, from fifty addresses beside charon's. */
class Flood {
  readonly #daemon: Daemon;

  private constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  static async begin(lab: Lab, { left, right }: Network): Promise<Flood> {
    const sources = Array.from({ length: 50 }, (_, i) => `203.0.113.${100 + i}`);
    await right.namespace.ip(sources.map((source) => `addr add ${source}/32 dev wan`));
    const folder = join(lab.folder, 'flood');
    await mkdir(folder);
    const program = [inProject('test/lab/flood.mjs'), left.address, '1000', toHex(firstMessage(1)), ...sources];
    const daemon = new Daemon('flood', right.namespace.command([process.execPath, ...program]), { folder });
    lab.defer(() => daemon.stop('SIGTERM'));
    return new Flood(daemon);
  }

  sent(): number {
    return Number(this.#daemon.stdout().trimEnd().split('\n').at(-1));
  }
}

for (const we of ['initiator', 'responder'] as const) {
  const cell: Cell = { name: 'a flood of half-open exchanges from fifty addresses', we, ...SUITES };
  interopTest(lineOf(cell), async (lab) => {
    const pair = await buildPair(lab, cell);
    const { network } = pair;
    const flood = await Flood.begin(lab, network);
    for (const more of [1000, 3000, 5000]) {
      await until(`${more} first messages`, () => (flood.sent() >= more ? true : undefined));
      await establish(cell, pair);
      expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
      expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
      await takeDown(cell, pair);
    }
  });
}
