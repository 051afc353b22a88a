import { stringify } from 'yaml';
import { CREDENTIAL_FILES, type LabCredentials } from './credential-files.ts';

/** What a gateway of ours in the lab is told. */
export interface SallyportSettings {
  /** The capabilities of a user who is not root and has no others; default root. */
  readonly rights?: readonly string[];
  /** Who does ESP; default user space, on a TUN device. */
  readonly esp?: 'kernel' | 'auto' | undefined;
  readonly listen: readonly string[];
  readonly connections: readonly SallyportConnection[];
  /** In the order of the file. Default: for each connection its own, for its two identities. */
  readonly psks?: readonly LabKey[];
  /** Passwords of users, for either side of XAUTH. */
  readonly accounts?: readonly LabUser[];
  /** With these all connections prove themselves by certificates, and no keys are needed. */
  readonly credentials?: LabCredentials;
}

/** A connection with one tunnel, or with more. */
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
  /** Of the first tunnel; default `tunnel`. */
  readonly mode?: 'transport';
  /** Default `main`. */
  readonly exchange?: 'main' | 'aggressive';
  /** Suites in order of preference. */
  readonly phase1: readonly string[];
  readonly phase2: readonly string[];
  /** Default `wait`: a test says itself when a negotiation begins. */
  readonly startup?: 'initiate' | 'wait' | 'on-demand';
  readonly natt?: 'auto' | 'force' | 'off';
  /** Default `if-asked`. */
  readonly sendCertificate?: 'if-asked' | 'always' | 'never';
  /** XAUTH: the user that we are, or those of which the peer has to be one. */
  readonly user?: string;
  readonly users?: readonly string[] | '%any';
  /** The side that nothing but a user proves. */
  readonly hybrid?: 'local' | 'remote';
  readonly modeConfig?: object;
  readonly lifetime?: { readonly phase1?: string; readonly phase2?: string | object };
  /** Keys of a connection in the file that are passed on as they are. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Tunnels beside the first. */
  readonly besides?: readonly { readonly name: string; readonly local: string; readonly remote: string }[];
}

/** A user of XAUTH; its password stands in the configuration. */
export interface LabUser {
  readonly name: string;
  readonly secret: string;
}

export interface LabKey {
  readonly peers: readonly string[];
  readonly secret: string;
}

/** The name of a connection that is not given one, which commands are about. */
export const CONNECTION = 'charon';
const TUNNEL = 'lan';

export function keysOf({ psks, connections, credentials }: SallyportSettings): readonly LabKey[] {
  if (credentials !== undefined) return [];
  return psks ?? connections.map(({ localId, remoteId, psk }) => ({ peers: [localId, remoteId], secret: psk }));
}

/** The configuration file; the pre-shared keys are in files of their own, in the order of `keysOf`. */
export function sallyportYaml(
  settings: SallyportSettings,
  files: { readonly socket: string; readonly psks: readonly string[] },
): string {
  const { credentials } = settings;
  return stringify({
    gateway: { name: 'lab', listen: settings.listen, limits: { tunnels: Math.max(10, settings.connections.length) } },
    control: { socket: files.socket },
    esp: settings.esp !== undefined ? { backend: settings.esp } : { backend: 'userspace', device: 'tun' },
    credentials: {
      ...(credentials === undefined ? keysYaml(settings, files.psks) : credentialsYaml(credentials)),
      users: settings.accounts ?? [],
    },
    connections: settings.connections.map((connection) => connectionYaml(connection, credentials)),
  });
}

const keysYaml = (settings: SallyportSettings, files: readonly string[]): object => ({
  psks: keysOf(settings).map(({ peers }, i) => ({ peers, secret: { file: files[i] } })),
});

const credentialsYaml = ({
  between = [],
  authorities = [],
  lists = [],
  revocation = 'soft',
  allow = [],
}: LabCredentials): object => ({
  certificates: [{ cert: CREDENTIAL_FILES.own, key: CREDENTIAL_FILES.key }],
  intermediates: between.length > 0 ? [CREDENTIAL_FILES.between] : [],
  authorities: authorities.length > 0 ? [CREDENTIAL_FILES.authorities] : [],
  crls: lists.length > 0 ? [CREDENTIAL_FILES.lists] : [],
  revocation,
  allow,
});

function connectionYaml(connection: SallyportConnection, credentials: LabCredentials | undefined): object {
  const { name, startup, local, localId, remote, remoteId, phase1, phase2, natt, lifetime, exchange } = connection;
  const auth = (side: 'local' | 'remote') =>
    side === connection.hybrid ? 'xauth' : credentials === undefined ? 'psk' : 'certificate';
  const pinned = credentials?.pinned === undefined ? {} : { certificate: CREDENTIAL_FILES.pinned };
  const { user, users, modeConfig, sendCertificate } = connection;
  return {
    name: name ?? CONNECTION,
    startup: startup ?? 'wait',
    // What is undefined is not written.
    local: { address: local, id: localId, auth: auth('local'), sendCertificate, user },
    remote: { address: remote, id: remoteId, auth: auth('remote'), ...pinned, users },
    modeConfig,
    phase1: { exchange, proposals: phase1, ...(lifetime?.phase1 === undefined ? {} : { lifetime: lifetime.phase1 }) },
    phase2: { proposals: phase2, ...(lifetime?.phase2 === undefined ? {} : { lifetime: lifetime.phase2 }) },
    natt: { mode: natt ?? 'auto' },
    ...connection.more,
    tunnels: [
      { name: TUNNEL, local: connection.localNetwork, remote: connection.remoteNetwork, mode: connection.mode },
      ...(connection.besides ?? []),
    ],
  };
}
