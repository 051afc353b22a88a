import { identityText } from '../base/identity.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import { pskFit } from './psk.ts';

/** Whether keys and connections find each other, and whether the keys are worth their name. */
export function checkPsks(
  { credentials, connections }: GatewayConfig,
  keysAreComplete: boolean,
  connectionsAreComplete: boolean,
  report: Report,
): void {
  const used = new Set<number>();
  for (const [i, connection] of connections.entries()) {
    const fits = credentials.psks.flatMap((entry, at) => {
      const fit = pskFit(entry, connection);
      return fit === undefined ? [] : [{ at, closeness: fit.closeness }];
    });
    for (const { at } of fits) used.add(at);
    if (fits.length === 0 && keysAreComplete)
      report(['connections', i], { code: 'PSK_NOT_FOUND', ...missing(connection) });
    const best = Math.max(...fits.map(({ closeness }) => closeness));
    const rivals = fits.filter(({ closeness }) => closeness === best);
    // A peer that may be anybody is expected to bring one of several keys; a peer that is named has one.
    if (rivals.length > 1 && connection.remote.id !== 'any') {
      const names = rivals.map(({ at }) => `credentials.psks[${at}]`).join(' and ');
      report(['connections', i], {
        code: 'AMBIGUOUS_PSK',
        message: `${names} fit connection ${connection.name} equally well`,
        hint: 'the first is used; name both sides in peers',
      });
    }
  }
  for (const [i, { secret }] of credentials.psks.entries()) {
    if (connectionsAreComplete && !used.has(i))
      report(['credentials', 'psks', i], { code: 'UNUSED_PSK', message: 'this key belongs to no connection' });
    const reason = weakness(secret.reveal());
    if (reason !== undefined)
      report(['credentials', 'psks', i, 'secret'], {
        code: 'WEAK_SECRET',
        message: reason,
        hint: 'generate one: openssl rand -base64 33',
      });
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
