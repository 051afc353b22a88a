import { expect } from 'vitest';
import { agreementOfCharon, algorithms, mirrored } from './agreement.ts';
import { agreed, type Cell } from './cells.ts';
import type { CharonConnection, CharonSettings } from './charon-config.ts';
import type { Charon } from './charon.ts';
import { resultText } from './command.ts';
import type { Lab } from './lab.ts';
import { behind, type Hidden, type Network, type Place } from './network.ts';
import { ping } from './ping.ts';
import type { ReportLine } from './report.ts';
import type { SallyportConnection, SallyportSettings } from './sallyport-config.ts';
import type { Sallyport } from './sallyport.ts';
import { strongSwanProposals } from './suite-names.ts';
import { until } from './until.ts';

/** We stand left, charon right. */
export const OUR_ID = '@sallyport.example.org';
export const CHARON_ID = '@charon.example.org';
const PSK = 'a secret for the lab';

/** Both gateways of a cell, up and waiting. */
export interface Pair {
  readonly network: Network;
  readonly we: Sallyport;
  readonly charon: Charon;
}

export interface PairChanges {
  readonly ours?: Partial<SallyportConnection> &
    Pick<SallyportSettings, 'psks' | 'credentials' | 'accounts' | 'rights'> & {
      /** Default: the address of the site. */
      readonly listen?: SallyportSettings['listen'];
    };
  readonly charons?: Partial<CharonConnection> &
    Pick<CharonSettings, 'patience' | 'credentials' | 'fragmentSize' | 'initiatorOnly'>;
}

/** Builds the network of a cell and starts both gateways; nobody has begun to negotiate, unless the changes say so. */
export async function buildPair(lab: Lab, cell: Cell, changes: PairChanges = {}): Promise<Pair> {
  return buildPairOn(lab, await lab.network(hiddenPlace(cell)), cell, changes);
}

const listening = ({ left }: Network, { ours }: PairChanges): Pick<SallyportSettings, 'listen'> => ({
  listen: ours?.listen ?? [left.address],
});

/** The same on a network that is there. */
export async function buildPairOn(lab: Lab, network: Network, cell: Cell, changes: PairChanges = {}): Promise<Pair> {
  const { patience, fragmentSize, initiatorOnly, credentials: theirs, ...charons } = changes.charons ?? {};
  const charon = await lab.charon(network.right, {
    ...charonSettings(cell, network),
    connections: [{ ...charonConnection(cell, network), ...charons }],
    ...(patience === undefined ? {} : { patience }),
    ...(fragmentSize === undefined ? {} : { fragmentSize }),
    ...(initiatorOnly === undefined ? {} : { initiatorOnly }),
    ...(theirs === undefined ? {} : { credentials: theirs }),
  });
  const { psks, credentials, accounts, rights, listen: _, ...ours } = changes.ours ?? {};
  const we = await lab.sallyport(network.left, {
    esp: cell.ourEsp,
    ...listening(network, changes),
    connections: [{ ...sallyportConnection(cell, network), ...ours }],
    ...(rights === undefined ? {} : { rights }),
    ...(psks === undefined ? {} : { psks }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  return { network, we, charon };
}

/**
 * Has the initiator of the cell bring the tunnel up, and waits until the other side has it too: nothing answers the third message of
 * Quick Mode (RFC 2409 §5.5), so the initiator is ready first, and what it sends until then is lost.
 */
export async function establish(cell: Pick<Cell, 'we'>, pair: Pair, names: Names = {}): Promise<void> {
  const { we, charon } = pair;
  if (cell.we === 'initiator') await we.up(names.ours);
  else {
    const result = await charon.initiate(names.charons);
    if (result.status !== 0) throw new Error(resultText(result));
  }
  const installed = async (): Promise<boolean> =>
    cell.we === 'initiator'
      ? (await charon.sas(names.charons)).some(({ children }) => children.some(({ state }) => state === 'INSTALLED'))
      : (await we.agreement(names.ours)) !== undefined;
  await until('the responder to have the tunnel', async () => ((await installed()) ? true : undefined));
}

/** What a connection is called at either end, where it is not the only one. */
export interface Names {
  readonly ours?: string;
  readonly charons?: string;
}

/** Whom the NAT of a cell hides. */
export function hiddenPlace(cell: Pick<Cell, 'nat'>): { readonly hidden?: Hidden } {
  const hidden = { none: undefined, 'before us': 'left', 'before charon': 'right', 'before both': 'both' } as const;
  const place = hidden[cell.nat];
  return place === undefined ? {} : { hidden: place };
}

/** Has the initiator of the cell take the tunnel down, and waits until neither side has anything of it. */
export async function takeDown(cell: Pick<Cell, 'we'>, { we, charon }: Pair, names: Names = {}): Promise<void> {
  if (cell.we === 'initiator') await we.down(names.ours);
  else expect(await charon.terminate('phase1', names.charons)).toMatchObject({ status: 0 });
  await until('neither side to have anything', async () => {
    const { phase1, phase2 } = await we.holdings(names.ours);
    return phase1.length + phase2.length + (await charon.sas(names.charons)).length === 0 ? true : undefined;
  });
}

/** What every cell is about: up, echoes both ways, the same SAs and algorithms as read from both sides, down. */
export async function play(cell: Cell, pair: Pair, names: Names = {}, nth = 0): Promise<void> {
  const { network, we, charon } = pair;
  await establish(cell, pair, names);
  const [left, right] = [behind(network.left, nth), behind(network.right, nth)];
  expect(await ping(left, right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(right, left)).toEqual({ sent: 3, received: 3 });

  const charons = agreementOfCharon(await charon.sas(names.charons));
  expect(charons).toMatchObject({
    ...algorithms(agreed(cell)),
    initiator: cell.we === 'responder',
    encapsulated: cell.charonEsp !== 'kernel' || cell.nat !== 'none',
  });
  expect(await we.agreement(names.ours)).toEqual(mirrored(charons));
  await takeDown(cell, pair, names);
}

/** The configuration of a charon at one place of a cell, for a peer at the other. */
export function charonSettings(cell: Cell, network: Network, place: Place = 'right'): CharonSettings {
  return { esp: cell.charonEsp ?? 'userspace', connections: [charonConnection(cell, network, place)] };
}

export function charonConnection(cell: Cell, network: Network, place: Place = 'right'): CharonConnection {
  const own = place === 'right' ? cell.charon : undefined;
  return {
    ...ends(network, place),
    proposals: strongSwanProposals(own?.phase1 ?? cell.phase1),
    espProposals: strongSwanProposals(own?.phase2 ?? cell.phase2),
    ...(cell.phase2.some((suite) => suite.includes('sha256_96')) ? { child: ['sha256_96 = yes'] } : {}),
  };
}

export function sallyportConnection(cell: Cell, network: Network): SallyportConnection {
  return { ...ends(network, 'left'), phase1: cell.phase1, phase2: cell.phase2 };
}

function ends(network: Network, place: Place) {
  const [here, there] = place === 'left' ? [network.left, network.right] : [network.right, network.left];
  const [ours, theirs] = place === 'left' ? [OUR_ID, CHARON_ID] : [CHARON_ID, OUR_ID];
  return {
    local: here.address,
    remote: there.publicAddress,
    localId: ours,
    remoteId: theirs,
    psk: PSK,
    localNetwork: here.network,
    remoteNetwork: there.network,
  };
}

/** How a cell appears in the report. */
export function lineOf(cell: Cell, what: string = cell.name): ReportLine {
  const { phase1, phase2 } = agreed(cell);
  const kernel = cell.charonEsp === 'kernel';
  const direct = kernel ? 'no NAT, protocol 50' : 'no NAT, charon forces UDP';
  const path = cell.nat === 'none' ? direct : `NAT ${cell.nat}`;
  return { what, we: cell.we, phase1, phase2, path, peer: kernel ? 'kernel' : 'user-space' };
}
