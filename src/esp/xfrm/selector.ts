import { type IpAddress, ipAddress, ipBytes } from '../../base/address.ts';
import { type StructReader, StructWriter } from '../../linux/host-bytes.ts';
import type { Prefix } from '../../linux/rtnetlink.ts';
import { AF_INET6, familyOf } from '../../linux/socket-address.ts';

export const ADDRESS_BYTES = 16;
export const SELECTOR_BYTES = 56;

/** Which packets a policy or a state is for; protocol and ports 0 are any (struct xfrm_selector). */
export interface XfrmSelector {
  readonly source: Prefix;
  readonly destination: Prefix;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** xfrm_address_t: the octets of an IPv4 address stand in front, and zeros behind. */
export const writeAddress = (address: IpAddress | undefined): Uint8Array =>
  new StructWriter(ADDRESS_BYTES).bytes(address === undefined ? new Uint8Array() : ipBytes(address)).finish();

export function readAddress(bytes: Uint8Array, family: number): IpAddress {
  return ipAddress(bytes.slice(0, family === AF_INET6 ? 16 : 4));
}

export function writeSelector(selector: XfrmSelector): Uint8Array {
  const { source, destination, protocol, sourcePort, destinationPort } = selector;
  return new StructWriter(SELECTOR_BYTES)
    .bytes(writeAddress(destination.address))
    .bytes(writeAddress(source.address))
    .net16(destinationPort)
    .net16(maskOf(destinationPort))
    .net16(sourcePort)
    .net16(maskOf(sourcePort))
    .u16(familyOf(source.address))
    .u8(destination.length)
    .u8(source.length)
    .u8(protocol)
    .finish();
}

/** Interface, user and parts of ports are not ours and are not read. */
export function readSelector(r: StructReader): XfrmSelector {
  const destination = r.bytes(ADDRESS_BYTES);
  const source = r.bytes(ADDRESS_BYTES);
  const destinationPort = r.net16();
  r.skip(2);
  const sourcePort = r.net16();
  r.skip(2);
  const family = r.u16();
  const destinationLength = r.u8();
  const sourceLength = r.u8();
  const protocol = r.u8();
  r.skip(11);
  return {
    source: { address: readAddress(source, family), length: sourceLength },
    destination: { address: readAddress(destination, family), length: destinationLength },
    ...{ protocol, sourcePort, destinationPort },
  };
}

const maskOf = (port: number): number => (port === 0 ? 0 : 0xffff);
