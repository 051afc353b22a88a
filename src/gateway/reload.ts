import { toHex } from '../base/bytes.ts';
import { sameData } from '../base/same-data.ts';
import type { GatewayConfig, PskConfig } from '../config/config.ts';
import { CONFIG_CODES, type ConfigIssue, type ConfigPath } from '../config/config-error.ts';
import { findPreSharedKeys, fittingKeys } from '../config/psk.ts';
import type { Connection } from '../ike/connection.ts';

/** What a reload did, by the names of connections. */
export interface ReloadSummary {
  /** Kept all that they had. */
  readonly unchanged: readonly string[];
  /** Ended at the peer, and negotiated anew where they are meant to be up. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What is opened or made at the start. `limits.tunnels` is none of it: it is counted when a file is read, and never again. */
const FIXED: readonly { readonly path: ConfigPath; readonly of: (config: GatewayConfig) => unknown }[] = [
  { path: ['gateway', 'listen'], of: ({ gateway }) => gateway.listen },
  { path: ['gateway', 'ports'], of: ({ gateway }) => gateway.ports },
  { path: ['gateway', 'crypto'], of: ({ gateway }) => gateway.crypto },
  { path: ['gateway', 'diffieHellman'], of: ({ gateway }) => gateway.diffieHellman },
  { path: ['gateway', 'limits'], of: ({ gateway }) => ({ ...gateway.limits, tunnels: undefined }) },
  { path: ['control'], of: ({ control }) => control },
  { path: ['esp'], of: ({ esp }) => esp },
];

/** Everything in which a configuration differs from the one that runs and that takes a restart. */
export function restartIssues(running: GatewayConfig, next: GatewayConfig): ConfigIssue[] {
  const changed = FIXED.filter(({ of }) => !sameData(of(running), of(next)));
  const { severity } = CONFIG_CODES.RESTART_NEEDED;
  const message = 'this cannot be changed while the gateway runs';
  const hint = 'stop the gateway and start it with the new file, or leave this as it was';
  return changed.map(({ path }) => ({ severity, code: 'RESTART_NEEDED', path, message, hint }));
}

/**
 * The connections that are in both configurations and whose credentials are not the same, or what the kernel does with their packets,
 * of which the engine knows nothing. What a peer is judged by, authorities and
 * revocation lists, is looked at when it proves itself the next time: a list that is new each night ends no SA.
 */
export function toRenegotiate(running: GatewayConfig, next: GatewayConfig): string[] {
  const before = new Map(running.connections.map((connection) => [connection.name, connection]));
  const keys = otherKeys(running.credentials.psks, next.credentials.psks);
  const certificates = !sameData(certificatesOf(running), certificatesOf(next));
  const changed = next.connections.filter((connection) => {
    const old = before.get(connection.name);
    if (!sameData(old?.kernel, connection.kernel)) return true;
    if (!sameData(old?.remote.certificate, connection.remote.certificate)) return true;
    if (connection.local.auth === 'certificate') return certificates;
    if (keys === 'other order') return !sameData(keysOf(running, connection.name), keysOf(next, connection.name));
    return [old, connection].some((one) => one !== undefined && fittingKeys(keys, one).length > 0);
  });
  return changed.map(({ name }) => name);
}

/** Octets and use of the keys of a connection, in their order. */
const keysOf = (config: GatewayConfig, name: string): unknown =>
  findPreSharedKeys(config, [name]).map(({ psk, ...whose }) => ({ ...whose, octets: psk.reveal() }));

/**
 * Those that only one of the two has, so that each connection need not be compared with every key. Where the rest have changed places, it
 * has to be.
 */
function otherKeys(running: readonly PskConfig[], next: readonly PskConfig[]): readonly PskConfig[] | 'other order' {
  const [before, after] = [byOwners(running), byOwners(next)];
  const isOther = ({ peers }: PskConfig): boolean => {
    const owners = ownersText(peers);
    return !sameData(before.get(owners), after.get(owners));
  };
  const others = [...running, ...next].filter(isOther);
  const stay = (keys: readonly PskConfig[]): string[] =>
    keys.filter((key) => !isOther(key)).map(({ peers }) => ownersText(peers));
  return sameData(stay(running), stay(next)) ? others : 'other order';
}

/** The octets of the keys: a `Secret` cannot be compared. */
function byOwners(keys: readonly PskConfig[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const octets = new Map<string, Uint8Array[]>();
  for (const { peers, secret } of keys) {
    const owners = ownersText(peers);
    octets.set(owners, [...(octets.get(owners) ?? []), secret.reveal()]);
  }
  return octets;
}

const ownersText = (peers: PskConfig['peers']): string =>
  peers.map((peer) => (peer === 'any' ? peer : `${peer.idType}:${toHex(peer.data)}`)).join();

const certificatesOf = ({ credentials }: GatewayConfig): unknown =>
  credentials.certificates.map(({ files, passphrase }) => [files, passphrase?.reveal()]);

/** The engine's connections before and after, compared by their objects: one that is as it was is the same. */
export function summaryOf(
  before: ReadonlyMap<string, Connection>,
  after: ReadonlyMap<string, Connection>,
): ReloadSummary {
  const names = [...after.keys()];
  return {
    unchanged: names.filter((name) => before.get(name) === after.get(name)),
    changed: names.filter((name) => before.has(name) && before.get(name) !== after.get(name)),
    added: names.filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}
