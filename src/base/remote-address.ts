import type { IpAddress } from './address.ts';
import type { AddressRange } from './selector.ts';

/** A peer that is wherever a name resolves to. */
export interface NamedHost {
  readonly host: string;
}

/** Where a peer may be: at an address, wherever a name resolves to, at one of several addresses, anywhere. */
export type RemoteAddress<N extends NamedHost = NamedHost> = IpAddress | N | AddressRange | 'any';

/** Whether one can go there: a peer that may be at one address or another comes by itself. */
export const isPlace = <N extends NamedHost>(address: RemoteAddress<N>): address is IpAddress | N =>
  address !== 'any' && !isRange(address);

export const isOneAddress = (address: RemoteAddress): address is IpAddress =>
  typeof address === 'string' && address !== 'any';

export const isNamedHost = <N extends NamedHost>(address: RemoteAddress<N>): address is N =>
  typeof address === 'object' && 'host' in address;

export const isRange = (address: RemoteAddress): address is AddressRange =>
  typeof address === 'object' && 'first' in address;
