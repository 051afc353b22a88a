import { isOwnInterface } from '../base/local-address.ts';
import type { Report } from './assemble.ts';
import type { GatewayConfig } from './config.ts';
import { findPreSharedKeys } from './psk.ts';

/** So many keys are tried on the fifth message of Main Mode, which nobody has authenticated yet (src/ike/exchange/main-mode-responder.ts). */
export const KEYS_TRIED = 16;

/** The keys that come too late for every peer from an unknown address, with the connections between which only the keys can tell. */
export function checkKeysTried({ connections, credentials }: GatewayConfig, report: Report): void {
  const open = connections.filter(
    ({ local, remote, phase1 }) => local.auth === 'psk' && phase1.exchange === 'main' && remote.address === 'any',
  );
  const late = new Set<number>();
  const places = new Map(credentials.psks.map(({ secret }, at) => [secret, at]));
  for (const here of new Set(open.map(({ local }) => local.address))) {
    const names = open
      .filter(({ local }) => local.address === here || local.address === 'auto' || isOwnInterface(local.address))
      .map(({ name }) => name);
    const found = findPreSharedKeys({ connections, credentials }, names);
    for (const { psk } of found.slice(KEYS_TRIED)) {
      const at = places.get(psk);
      if (at !== undefined) late.add(at);
    }
  }
  for (const at of late) {
    const message = `in Main Mode ${KEYS_TRIED} keys are tried on a peer from any address, and this one comes after them`;
    const hint = 'give fewer peers remote.address "%any", or write exchange: aggressive, or use certificates';
    report(['credentials', 'psks', at], { code: 'PSK_NOT_TRIED', message, hint });
  }
}
