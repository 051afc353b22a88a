import { identityText } from '../base/identity.ts';
import { isPlace } from '../base/remote-address.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { fittingKeys, namesOne } from './psk.ts';

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
    const fits = fittingKeys(config.credentials.psks, connection);
    for (const { at } of fits) used.add(at);
    if (fits.length === 0 && known.keys) report(['connections', i], { code: 'PSK_NOT_FOUND', ...missing(connection) });
    reportRivals(rivalsAmong(fits, connection), connection, ['connections', i], report);
  }
  for (const [i, { secret }] of config.credentials.psks.entries()) {
    if (known.connections && !used.has(i))
      report(['credentials', 'psks', i], { code: 'UNUSED_PSK', message: 'this key belongs to no connection' });
    const message = weakness(secret.reveal());
    const hint = 'generate one: openssl rand -base64 33';
    if (message !== undefined) report(['credentials', 'psks', i, 'secret'], { code: 'WEAK_SECRET', message, hint });
  }
}

type Fit = ReturnType<typeof fittingKeys>[number];

/**
 * The closest fits. A peer that may be anybody is expected to bring one of several keys, unless we begin in Main Mode and have to take
 * one before it says who it is (RFC 2409 §5.4); a peer that is named has one.
 */
function rivalsAmong(fits: readonly Fit[], { remote, phase1 }: ConnectionConfig): readonly Fit[] {
  const best = Math.max(...fits.map(({ closeness }) => closeness));
  const guessed = isPlace(remote.address) && phase1.exchange === 'main';
  return guessed || namesOne(remote.id) ? fits.filter(({ closeness }) => closeness === best) : [];
}

function reportRivals(
  rivals: readonly Fit[],
  { name, remote }: ConnectionConfig,
  path: ConfigPath,
  report: Report,
): void {
  if (rivals.length < 2) return;
  const names = rivals.map(({ at }) => `credentials.psks[${at}]`).join(' and ');
  const message = `${names} fit connection ${name} equally well`;
  const hint = `the first is used${namesOne(remote.id) ? '' : ' where we begin'}; name both sides in peers`;
  report(path, { code: 'AMBIGUOUS_PSK', message, hint });
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
