import { stringify } from 'yaml';

/** What our gateway in a cell is told: one connection with one tunnel. */
export interface SallyportSettings {
  readonly local: string;
  readonly remote: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly psk: string;
  readonly localNetwork: string;
  readonly remoteNetwork: string;
  /** Suites in order of preference. */
  readonly phase1: readonly string[];
  readonly phase2: readonly string[];
  /** Default `wait`: a test says itself when a negotiation begins. */
  readonly startup?: 'initiate' | 'wait' | 'on-demand';
  readonly natt?: 'auto' | 'force' | 'off';
  readonly lifetime?: { readonly phase1?: string; readonly phase2?: string };
}

/** The name that the configuration gives to the connection, which commands are about. */
export const CONNECTION = 'charon';
const TUNNEL = 'lan';

/** The configuration file, with the pre-shared key in a file of its own. */
export function sallyportYaml(
  settings: SallyportSettings,
  files: { readonly socket: string; readonly psk: string },
): string {
  const { lifetime } = settings;
  return stringify({
    gateway: { name: 'lab', listen: [settings.local] },
    control: { socket: files.socket },
    esp: { backend: 'userspace', device: 'tun' },
    credentials: { psks: [{ peers: [settings.localId, settings.remoteId], secret: { file: files.psk } }] },
    connections: [
      {
        name: CONNECTION,
        startup: settings.startup ?? 'wait',
        local: { address: settings.local, id: settings.localId, auth: 'psk' },
        remote: { address: settings.remote, id: settings.remoteId, auth: 'psk' },
        phase1: {
          proposals: settings.phase1,
          ...(lifetime?.phase1 === undefined ? {} : { lifetime: lifetime.phase1 }),
        },
        phase2: {
          proposals: settings.phase2,
          ...(lifetime?.phase2 === undefined ? {} : { lifetime: lifetime.phase2 }),
        },
        natt: { mode: settings.natt ?? 'auto' },
        tunnels: [{ name: TUNNEL, local: settings.localNetwork, remote: settings.remoteNetwork }],
      },
    ],
  });
}
