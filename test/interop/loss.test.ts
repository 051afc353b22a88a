import { expect } from 'vitest';
import { agreementOfCharon, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { lose, loseNothing } from '../lab/loss.ts';
import { buildPair, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16-ecp256'], nat: 'none' } as const;

/** So many cells; each waits for real retransmissions. */
const SEEDS = process.env['SALLYPORT_LONG'] === undefined ? 4 : 10;

for (let seed = 1; seed <= SEEDS; seed++) {
  const cell: Cell = { name: 'a fifth of all packets lost', we: seed % 2 === 0 ? 'responder' : 'initiator', ...SUITES };
  interopTest(lineOf(cell, `${cell.name}, seed ${String(seed).padStart(2, '0')}`), async (lab) => {
    const pair = await buildPair(lab, cell);
    const { network, we, charon } = pair;
    await lose(network.router, `lost in the lab ${seed}`);
    // A command may give up on a peer that it hears nothing of; the attempt goes on.
    await (cell.we === 'initiator' ? we.up().catch(() => undefined) : charon.initiate());
    const agreement = await until('both to have the tunnel', async () => {
      const [ours, charons] = [await we.agreement(), await charon.sas()];
      const installed = charons.some(({ children }) => children.some(({ state }) => state === 'INSTALLED'));
      return installed ? ours : undefined;
    });
    await loseNothing(network.router);
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });
    expect(agreement).toEqual(mirrored(agreementOfCharon(await charon.sas())));
  });
}
