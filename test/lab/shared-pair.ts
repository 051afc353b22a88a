import { afterAll } from 'vitest';
import type { Cell } from './cells.ts';
import { reportedTest } from './interop-test.ts';
import { Lab } from './lab.ts';
import { behind, type Network } from './network.ts';
import { charonConnection, charonSettings, hiddenPlace, lineOf, type Pair, play, sallyportConnection } from './pair.ts';

/**
 * Cells on one path that share a network, a charon and a gateway of ours, because these take long to start in the virtual machine.
 *
 * Our gateway knows all their connections from the beginning, each with an identity, a key and networks of its own, and has to
 * choose. charon gets each when its turn comes: as a responder it tries no other key than the first that fits the addresses.
 */
export function cellsOnOnePair(cells: readonly Cell[]): void {
  let lab: Lab | undefined;
  let ready: Promise<Pair> | undefined;
  const inSharedLab = async (body: (lab: Lab) => Promise<void>): Promise<void> => {
    lab ??= await Lab.open();
    const opened = lab;
    await lab.watch(() => body(opened));
  };
  afterAll(() => lab?.close());

  for (const [nth, cell] of cells.entries()) {
    reportedTest(lineOf(cell), () =>
      inSharedLab(async (shared) => {
        const pair = await (ready ??= build(shared, cells));
        await pair.charon.load([charonsOf(cell, pair.network, nth)]);
        await play(cell, pair, { ours: nameOf(nth), charons: nameOf(nth) }, nth);
      }),
    );
  }
}

async function build(lab: Lab, cells: readonly Cell[]): Promise<Pair> {
  const [first] = cells;
  if (first === undefined) throw new Error('no cells');
  const network = await lab.network(hiddenPlace(first));
  const charon = await lab.charon(network.right, { ...charonSettings(first, network), connections: [] });
  const connections = cells.map((cell, nth) => {
    const { localId, remoteId, psk } = charonsOf(cell, network, nth);
    const own = { name: nameOf(nth), localId: remoteId, remoteId: localId, psk };
    return { ...sallyportConnection(cell, nthOf(network, nth)), ...own };
  });
  const we = await lab.sallyport(network.left, { esp: first.ourEsp, listen: [network.left.address], connections });
  return { network, we, charon };
}

function charonsOf(cell: Cell, network: Network, nth: number) {
  const own = { name: nameOf(nth), localId: `@charon-${nth}.example.org`, psk: `a secret for cell ${nth}` };
  return { ...charonConnection(cell, nthOf(network, nth)), ...own };
}

const nameOf = (nth: number): string => `cell-${nth}`;

const nthOf = (network: Network, nth: number): Network => ({
  ...network,
  left: behind(network.left, nth),
  right: behind(network.right, nth),
});
