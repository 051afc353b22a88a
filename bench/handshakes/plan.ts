import type { GroupName, SignatureMethod } from 'sallyport/core';

/** What both ends of the measured handshakes agree on. */
export interface Plan {
  /** Groups of phase 1 that the gateway takes. */
  readonly groups: readonly GroupName[];
  /** The group of phase 2, for perfect forward secrecy. */
  readonly pfs?: GroupName;
  /** How many peers there are. */
  readonly peers: number;
  /** With certificates; absent: with a pre-shared key. */
  readonly certified?: Certified;
}

/** How both sides sign, and the folder in which the processes find their certificates. */
export interface Certified {
  readonly method: Extract<SignatureMethod, 'rsa' | 'ecdsa256'>;
  readonly folder: string;
}

/** What the load generator is told to do. */
export interface LoadOrder {
  readonly group: GroupName;
  /** Peers that take part, each with one tunnel at a time, and the first of them. At most 32 negotiate at a time. */
  readonly peers: number;
  readonly from: number;
  /** How many tunnels are set up, by all of them together. */
  readonly tunnels: number;
  /** `delete` takes each down again. */
  readonly then: 'delete' | 'keep';
}

export interface LoadReport {
  /** Why attempts failed; they were made again. */
  readonly failures: readonly string[];
}

/** Addresses are of the network for benchmarks, RFC 2544 App. C.2.2. */
export const GATEWAY = '198.19.0.1';
export const LOAD = '198.19.0.2';
/** Every address of it is the load generator's. */
export const PEERS = '198.18.0.0/16';
export const GATEWAY_NETWORK = '192.168.0.0/24';
/** In the certificates; with a pre-shared key everybody's address is the identity. */
export const GATEWAY_NAME = 'gateway.bench';
export const PEER_NAME = 'peer.bench';
export const KEY = 'correct horse battery staple benchmark';

/** The suites, as configurations write them; strongSwan has the same names for these. */
export const CIPHER = 'aes128';
export const HASH = 'sha256';
export const ESP = 'aes128gcm16';
export const phase1Name = (group: GroupName): string => `${CIPHER}-${HASH}-${group}`;
export const phase2Name = (pfs: GroupName | undefined): string => (pfs === undefined ? ESP : `${ESP}-${pfs}`);

export const peerAddress = (peer: number): string => `198.18.${peer >> 8}.${peer & 255}`;
export const peerNetwork = (peer: number): string => `10.${peer >> 8}.${peer & 255}.0/24`;
