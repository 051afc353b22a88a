import { isIpv6 } from '../base/address.ts';
import { identityText } from '../base/identity.ts';
import { isOwnInterface } from '../base/local-address.ts';
import { isNamedHost, isRange } from '../base/remote-address.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { placeIdentity } from './place-identity.ts';

/** Whether a connection is from an address that is listened on to another one of the same IP version. */
export function checkAddresses(
  { local, remote }: ConnectionConfig,
  { gateway }: GatewayConfig,
  path: ConfigPath,
  report: Report,
): void {
  const { address } = local;
  if (address === 'auto' || isOwnInterface(address)) return;
  if (gateway.listen.length > 0 && !gateway.listen.includes(address)) {
    report([...path, 'local', 'address'], {
      code: 'ADDRESS_MISMATCH',
      message: `${address} is not among gateway.listen`,
      hint: `add it there, or use one of ${gateway.listen.join(', ')}`,
    });
  }
  if (remote.address === 'any' || isNamedHost(remote.address)) return;
  if (isIpv6(address) !== isIpv6(isRange(remote.address) ? remote.address.first : remote.address)) {
    report([...path, 'remote', 'address'], {
      code: 'ADDRESS_MISMATCH',
      message: `${identityText(placeIdentity(remote.address))} and the local address ${address} are not of one IP version`,
    });
  } else if (address === remote.address) {
    report([...path, 'remote', 'address'], {
      code: 'ADDRESS_MISMATCH',
      message: `${address} is the local address as well`,
    });
  }
}
