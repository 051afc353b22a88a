import { identityText } from '../base/identity.ts';
import { isPlace } from '../base/remote-address.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import { findPreSharedKeys, namesOne, pskFit } from './psk.ts';

/** What is known although other parts of the configuration are faulty: nothing is said about the rest. */
export interface Known {
  /** All keys could be read. */
  readonly keys: boolean;
  /** All connections could. */
  readonly connections: boolean;
  /** Who we are in this connection. */
  identity(connection: number): boolean;
}

/** Whether keys and connections find each other, and whether the keys are worth their name. */
export function checkPsks(config: GatewayConfig, known: Known, report: Report): void {
  const used = new Set<number>();
  for (const [i, connection] of config.connections.entries()) {
    if (!known.identity(i) || connection.local.auth !== 'psk') continue;
    const fits = fitsOf(connection, config);
    for (const { at } of fits) used.add(at);
    if (fits.length === 0 && known.keys) report(['connections', i], { code: 'PSK_NOT_FOUND', ...missing(connection) });
    const rivals = rivalsAmong(fits, connection);
    if (rivals.length < 2) continue;
    const names = rivals.map(({ at }) => `credentials.psks[${at}]`).join(' and ');
    const message = `${names} fit connection ${connection.name} equally well`;
    const hint = `the first is used${namesOne(connection.remote.id) ? '' : ' where we begin'}; name both sides in peers`;
    report(['connections', i], { code: 'AMBIGUOUS_PSK', message, hint });
  }
  checkTried(config, report);
  for (const [i, { secret }] of config.credentials.psks.entries()) {
    if (known.connections && !used.has(i))
      report(['credentials', 'psks', i], { code: 'UNUSED_PSK', message: 'this key belongs to no connection' });
    const message = weakness(secret.reveal());
    const hint = 'generate one: openssl rand -base64 33';
    if (message !== undefined) report(['credentials', 'psks', i, 'secret'], { code: 'WEAK_SECRET', message, hint });
  }
}

interface Fit {
  readonly at: number;
  readonly closeness: number;
}

function fitsOf(connection: ConnectionConfig, { credentials }: GatewayConfig): Fit[] {
  return credentials.psks.flatMap((entry, at) => {
    const fit = pskFit(entry, connection);
    return fit === undefined ? [] : [{ at, closeness: fit.closeness }];
  });
}

/**
 * The closest fits. A peer that may be anybody is expected to bring one of several keys, unless we begin in Main Mode and have to take
 * one before it says who it is (RFC 2409 §5.4); a peer that is named has one.
 */
function rivalsAmong(fits: readonly Fit[], { remote, phase1 }: ConnectionConfig): readonly Fit[] {
  const best = Math.max(...fits.map(({ closeness }) => closeness));
  const guessed = isPlace(remote.address) && phase1.exchange === 'main';
  return guessed || namesOne(remote.id) ? fits.filter(({ closeness }) => closeness === best) : [];
}

/** So many keys are tried on the fifth message of Main Mode, which nobody has authenticated yet (src/ike/exchange/main-mode-responder.ts). */
export const KEYS_TRIED = 16;

/** The keys that come too late for every peer from an unknown address, with the connections between which only the keys can tell. */
function checkTried({ connections, credentials }: GatewayConfig, report: Report): void {
  const open = connections.filter(
    ({ local, remote, phase1 }) => local.auth === 'psk' && phase1.exchange === 'main' && remote.address === 'any',
  );
  const late = new Set<number>();
  for (const here of new Set(open.map(({ local }) => local.address))) {
    const names = open
      .filter(({ local }) => local.address === here || local.address === 'auto')
      .map(({ name }) => name);
    const found = findPreSharedKeys({ connections, credentials }, names);
    for (const { psk } of found.slice(KEYS_TRIED)) late.add(credentials.psks.findIndex(({ secret }) => secret === psk));
  }
  for (const at of late) {
    const message = `in Main Mode ${KEYS_TRIED} keys are tried on a peer from any address, and this one comes after them`;
    const hint = 'give fewer peers remote.address "%any", or write exchange: aggressive, or use certificates';
    report(['credentials', 'psks', at], { code: 'PSK_NOT_TRIED', message, hint });
  }
}

function missing({ name, local, remote }: ConnectionConfig): { message: string; hint: string } {
  const theirs = remote.id === 'any' ? '"%any"' : JSON.stringify(identityText(remote.id));
  const ours = JSON.stringify(identityText(local.id));
  return {
    message: `no pre-shared key belongs to connection ${name}`,
    hint: `add to credentials.psks: { peers: [${ours}, ${theirs}], secret: … }`,
  };
}

/** An empty one was refused already. Whoever listens to one exchange can try keys for ever (CVE-2018-5389). */
function weakness(secret: Uint8Array): string | undefined {
  if (secret.length === 0) return undefined;
  if (secret.length < 8) return 'the pre-shared key is shorter than 8 octets and can be guessed';
  return new Set(secret).size < 4 ? 'the pre-shared key repeats itself and can be guessed' : undefined;
}
