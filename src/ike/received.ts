import type { UdpEndpoint } from '../base/address.ts';
import type { IsakmpHeader } from './wire/header.ts';

/** A message whose header could be read and belongs to this ISAKMP SA. */
export interface Received {
  readonly header: IsakmpHeader;
  readonly body: Uint8Array;
  /** The whole ISAKMP message, without marker and trailing bytes. */
  readonly bytes: Uint8Array;
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
}
