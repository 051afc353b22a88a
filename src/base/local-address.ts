import type { IpAddress } from './address.ts';

/** Whatever addresses an interface of ours has. */
export interface OwnInterface {
  readonly interface: string;
}

/** From where we speak with a peer: from one address, from whichever an interface has, or from where the way to the peer begins. */
export type LocalAddress = IpAddress | OwnInterface | 'any';

/** One that is known without looking. */
export const isFixed = (address: LocalAddress): address is IpAddress =>
  typeof address === 'string' && address !== 'any';

export const isOwnInterface = (address: LocalAddress | 'auto'): address is OwnInterface => typeof address === 'object';

/** An address of this machine, and the interface that has it. */
export interface OwnAddress extends OwnInterface {
  readonly address: IpAddress;
}

/** Whether `local` may be this one. */
export const isAmong = (own: readonly OwnAddress[], local: LocalAddress, address: IpAddress): boolean =>
  isOwnInterface(local)
    ? own.some((one) => one.interface === local.interface && one.address === address)
    : local === 'any' || local === address;
