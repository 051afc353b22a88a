import { stringify } from 'yaml';

/** What a gateway of ours in the lab is told. */
export interface SallyportSettings {
  readonly listen: readonly string[];
  readonly connections: readonly SallyportConnection[];
  /** In the order of the file. Default: for each connection its own, for its two identities. */
  readonly psks?: readonly LabKey[];
}

/** A connection with one tunnel. */
export interface SallyportConnection {
  /** Default `CONNECTION`. */
  readonly name?: string;
  readonly local: string;
  readonly remote: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly psk: string;
  readonly localNetwork: string;
  readonly remoteNetwork: string;
  /** Default `main`. */
  readonly exchange?: 'main' | 'aggressive';
  /** Suites in order of preference. */
  readonly phase1: readonly string[];
  readonly phase2: readonly string[];
  /** Default `wait`: a test says itself when a negotiation begins. */
  readonly startup?: 'initiate' | 'wait' | 'on-demand';
  readonly natt?: 'auto' | 'force' | 'off';
  readonly lifetime?: { readonly phase1?: string; readonly phase2?: string };
}

export interface LabKey {
  readonly peers: readonly string[];
  readonly secret: string;
}

/** The name of a connection that is not given one, which commands are about. */
export const CONNECTION = 'charon';
const TUNNEL = 'lan';

export function keysOf({ psks, connections }: SallyportSettings): readonly LabKey[] {
  return psks ?? connections.map(({ localId, remoteId, psk }) => ({ peers: [localId, remoteId], secret: psk }));
}

/** The configuration file; the pre-shared keys are in files of their own, in the order of `keysOf`. */
export function sallyportYaml(
  settings: SallyportSettings,
  files: { readonly socket: string; readonly psks: readonly string[] },
): string {
  return stringify({
    gateway: { name: 'lab', listen: settings.listen, limits: { tunnels: Math.max(10, settings.connections.length) } },
    control: { socket: files.socket },
    esp: { backend: 'userspace', device: 'tun' },
    credentials: { psks: keysOf(settings).map(({ peers }, i) => ({ peers, secret: { file: files.psks[i] } })) },
    connections: settings.connections.map(connectionYaml),
  });
}

function connectionYaml(connection: SallyportConnection): object {
  const {
    name,
    startup,
    local,
    localId,
    remote,
    remoteId,
    phase1,
    phase2,
    natt,
    lifetime,
    exchange = 'main',
  } = connection;
  return {
    name: name ?? CONNECTION,
    startup: startup ?? 'wait',
    local: { address: local, id: localId, auth: 'psk' },
    remote: { address: remote, id: remoteId, auth: 'psk' },
    phase1: { exchange, proposals: phase1, ...(lifetime?.phase1 === undefined ? {} : { lifetime: lifetime.phase1 }) },
    phase2: { proposals: phase2, ...(lifetime?.phase2 === undefined ? {} : { lifetime: lifetime.phase2 }) },
    natt: { mode: natt ?? 'auto' },
    tunnels: [{ name: TUNNEL, local: connection.localNetwork, remote: connection.remoteNetwork }],
  };
}
