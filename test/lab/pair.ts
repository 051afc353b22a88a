import type { CharonSettings } from './charon-config.ts';
import type { Cell } from './cells.ts';
import type { Network, Place } from './network.ts';
import { strongSwanProposals } from './suite-names.ts';

/** We stand left, charon right. */
export const OUR_ID = 'sallyport.example.org';
export const CHARON_ID = 'charon.example.org';
export const PSK = 'a secret for the lab';

/** Which place the NAT box of a cell hides. */
export function hiddenPlace(cell: Pick<Cell, 'nat'>): { readonly hidden?: Place } {
  if (cell.nat === 'none') return {};
  return { hidden: cell.nat === 'before us' ? 'left' : 'right' };
}

export const idAt = (place: Place): string => (place === 'left' ? OUR_ID : CHARON_ID);

/** The configuration of a charon at one place of a cell, for a peer at the other. */
export function charonSettings(cell: Cell, network: Network, place: Place = 'right'): CharonSettings {
  const [here, there] = place === 'left' ? [network.left, network.right] : [network.right, network.left];
  const own = place === 'right' ? cell.charon : undefined;
  return {
    esp: 'userspace',
    local: here.address,
    remote: there.publicAddress,
    localId: idAt(here.place),
    remoteId: idAt(there.place),
    psk: PSK,
    localNetwork: here.network,
    remoteNetwork: there.network,
    proposals: strongSwanProposals(own?.phase1 ?? cell.phase1),
    espProposals: strongSwanProposals(own?.phase2 ?? cell.phase2),
  };
}
