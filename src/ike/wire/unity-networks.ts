import { type IpAddress, ipAddress, ipBytes } from '../../base/address.ts';
import { ByteReader, ByteWriter } from '../../base/bytes.ts';

/**
 * A network in Cisco's UNITY_SPLIT_INCLUDE and UNITY_LOCAL_LAN. No document defines it; racoon, vpnc and strongSwan agree:
 *
 *     !                         IPv4 address                          !
 *     !                         network mask                          !
 *     !           protocol            !          source port          !
 *     !       destination port        !
 *
 * Interop: nobody fills the last three, and receivers pass over them. strongSwan's pools end without them.
 */
export interface UnityNetwork {
  readonly address: IpAddress;
  readonly mask: IpAddress;
}

const NETWORK_BYTES = 14;
const UNUSED_BYTES = 6;

/** Whether a value is as long as some networks are. */
export const isUnityNetworks = ({ length }: Uint8Array): boolean =>
  length % NETWORK_BYTES === 0 || length % NETWORK_BYTES === NETWORK_BYTES - UNUSED_BYTES;

/** Throws PAYLOAD_MALFORMED for an incomplete one. */
export function readUnityNetworks(value: Uint8Array): readonly UnityNetwork[] {
  const r = new ByteReader(value);
  const networks: UnityNetwork[] = [];
  while (r.remaining > 0) {
    const address = ipAddress(r.bytes(4, 'network address'));
    networks.push({ address, mask: ipAddress(r.bytes(4, 'network mask')) });
    if (r.remaining > 0) r.bytes(UNUSED_BYTES, 'protocol and ports');
  }
  return networks;
}

export function writeUnityNetworks(networks: readonly UnityNetwork[]): Uint8Array {
  const w = new ByteWriter();
  for (const { address, mask } of networks)
    w.bytes(ipBytes(address)).bytes(ipBytes(mask)).bytes(new Uint8Array(UNUSED_BYTES));
  return w.finish();
}
