import { agreed, type Cell } from './cells.ts';
import type { CharonSettings } from './charon-config.ts';
import type { Charon } from './charon.ts';
import { resultText } from './command.ts';
import type { Lab } from './lab.ts';
import type { Network, Place } from './network.ts';
import type { ReportLine } from './report.ts';
import type { SallyportSettings } from './sallyport-config.ts';
import type { Sallyport } from './sallyport.ts';
import { strongSwanProposals } from './suite-names.ts';
import { until } from './until.ts';

/** We stand left, charon right. */
const OUR_ID = '@sallyport.example.org';
const CHARON_ID = '@charon.example.org';
const PSK = 'a secret for the lab';

/** Both gateways of a cell, up and waiting. */
export interface Pair {
  readonly network: Network;
  readonly we: Sallyport;
  readonly charon: Charon;
}

export interface PairChanges {
  readonly ours?: Partial<SallyportSettings>;
  readonly charons?: Partial<CharonSettings>;
}

/** Builds the network of a cell and starts both gateways; nobody has begun to negotiate, unless the changes say so. */
export async function buildPair(lab: Lab, cell: Cell, changes: PairChanges = {}): Promise<Pair> {
  const network = await lab.network(hiddenPlace(cell));
  const charon = await lab.charon(network.right, { ...charonSettings(cell, network), ...changes.charons });
  const we = await lab.sallyport(network.left, { ...sallyportSettings(cell, network), ...changes.ours });
  return { network, we, charon };
}

/**
 * Has the initiator of the cell bring the tunnel up, and waits until the other side has it too: nothing answers the third message of
 * Quick Mode (RFC 2409 §5.5), so the initiator is ready first, and what it sends until then is lost.
 */
export async function establish(cell: Pick<Cell, 'we'>, { we, charon }: Pick<Pair, 'we' | 'charon'>): Promise<void> {
  const result = cell.we === 'initiator' ? await we.up() : await charon.initiate();
  if (result.status !== 0) throw new Error(resultText(result));
  const installed = async (): Promise<boolean> =>
    cell.we === 'initiator'
      ? (await charon.sas()).some(({ children }) => children.some(({ state }) => state === 'INSTALLED'))
      : (await we.agreement()) !== undefined;
  await until('the responder to have the tunnel', async () => ((await installed()) ? true : undefined));
}

/** Which place the NAT box of a cell hides. */
export function hiddenPlace(cell: Pick<Cell, 'nat'>): { readonly hidden?: Place } {
  if (cell.nat === 'none') return {};
  return { hidden: cell.nat === 'before us' ? 'left' : 'right' };
}

/** The configuration of a charon at one place of a cell, for a peer at the other. */
export function charonSettings(cell: Cell, network: Network, place: Place = 'right'): CharonSettings {
  const own = place === 'right' ? cell.charon : undefined;
  return {
    ...ends(network, place),
    esp: cell.charonEsp ?? 'userspace',
    proposals: strongSwanProposals(own?.phase1 ?? cell.phase1),
    espProposals: strongSwanProposals(own?.phase2 ?? cell.phase2),
  };
}

function sallyportSettings(cell: Cell, network: Network): SallyportSettings {
  return { ...ends(network, 'left'), phase1: cell.phase1, phase2: cell.phase2 };
}

function ends(network: Network, place: Place) {
  const [here, there] = place === 'left' ? [network.left, network.right] : [network.right, network.left];
  return {
    local: here.address,
    remote: there.publicAddress,
    localId: here.place === 'left' ? OUR_ID : CHARON_ID,
    remoteId: there.place === 'left' ? OUR_ID : CHARON_ID,
    psk: PSK,
    localNetwork: here.network,
    remoteNetwork: there.network,
  };
}

/** How a cell appears in the report. */
export function lineOf(cell: Cell, what: string = cell.name): ReportLine {
  const { phase1, phase2 } = agreed(cell);
  const direct = cell.charonEsp === 'kernel' ? 'no NAT, protocol 50' : 'no NAT, charon forces UDP';
  return { what, we: cell.we, phase1, phase2, path: cell.nat === 'none' ? direct : `NAT ${cell.nat}` };
}
