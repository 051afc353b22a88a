import { CREDENTIAL_FILES, type LabCredentials } from './credential-files.ts';

/** What a charon of the lab is told. */
export interface CharonSettings {
  /** `userspace` is kernel-libipsec on a TUN device, for kernels without ESP; it speaks only ESP in UDP. */
  readonly esp: 'userspace' | 'kernel';
  /** Seconds of retransmissions before it gives up; generous by default, because the machine may be busy. */
  readonly patience?: number;
  /** Without a log, for measurements: writing it costs more than the handshake. */
  readonly quiet?: boolean;
  /** Octets of an IP packet above which it sends fragments; default 1280. */
  readonly fragmentSize?: number;
  /** Answers nobody who begins. */
  readonly initiatorOnly?: boolean;
  /** With these all connections prove themselves by certificates, and keys are of no use. */
  readonly credentials?: LabCredentials;
  readonly connections: readonly CharonConnection[];
}

/** A connection with one child, and the key for its two identities. */
export interface CharonConnection {
  /** Default `CONNECTION`. */
  readonly name?: string;
  /** Own address, and the peer's or `%any`. */
  readonly local: string;
  readonly remote: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly psk: string;
  readonly localNetwork: string;
  readonly remoteNetwork: string;
  /** As strongSwan writes them, in order of preference, with commas between. */
  readonly proposals: string;
  readonly espProposals: string;
  /** Lies about its address in NAT-D, so that ESP goes in UDP; the default where ESP is in user space. */
  readonly encap?: boolean;
  readonly dpd?: { readonly delay: string; readonly timeout: string };
  /** Time until phase 1 is negotiated anew, and until the child is. */
  readonly rekey?: { readonly phase1?: string; readonly phase2?: string };
  readonly aggressive?: 'yes' | 'no';
  /** `never`: peers with one identity do not displace each other, whatever INITIAL-CONTACT says. */
  readonly unique?: 'never';
  /** When it sends its certificate and whether it asks for ours, as strongSwan writes it; default `ifasked` and `yes`. */
  readonly certificates?: { readonly send?: 'ifasked' | 'always' | 'never'; readonly ask?: 'yes' | 'no' };
  /** Whether it sends and announces fragments of IKE, as strongSwan writes it; default `yes`. */
  readonly fragmentation?: 'yes' | 'accept' | 'force' | 'no';
  /** XAUTH: which side is this user; `alone`: and nothing else. */
  readonly user?: {
    readonly side: 'local' | 'remote';
    readonly name: string;
    readonly secret: string;
    readonly alone?: boolean;
  };
  /** Mode Config: gets an address, or gives one of a pool with what goes along with it. */
  readonly modeConfig?: {
    readonly mode: 'pull' | 'push';
    readonly gives?: { readonly pool: string; readonly attributes: readonly string[] };
    /** One of IPv6 beside that of IPv4: given out of this pool, or wanted. */
    readonly ipv6?: string | true;
  };
  /** More lines for each child, such as `start_action = trap`. */
  readonly child?: readonly string[];
  /** Children beside the first. */
  readonly more?: readonly CharonChildNetworks[];
}

export interface CharonChildNetworks {
  readonly name: string;
  readonly localNetwork: string;
  readonly remoteNetwork: string;
}

/** The names of a connection that is not given one, and of the first child of each. */
export const CONNECTION = 'tunnel';
export const CHILD = 'net';

const PLUGINS =
  'random nonce aes des sha1 sha2 md5 hmac kdf gmp openssl gcm ctr ccm xcbc pem pkcs1 x509 revocation pubkey curve25519 unity xauth-generic';

/** The daemon's own file. `kernel-libipsec` has to come before `kernel-netlink`, which then does everything but ESP. */
export function strongswanConf(
  settings: CharonSettings,
  files: { readonly vici: string; readonly log: string },
): string {
  const kernel = settings.esp === 'userspace' ? 'kernel-libipsec kernel-netlink' : 'kernel-netlink';
  return `charon {
  cisco_unity = yes
  initiator_only = ${settings.initiatorOnly === true ? 'yes' : 'no'}
  load = ${PLUGINS} ${kernel} socket-default vici updown
  retransmit_tries = ${(settings.patience ?? 40) - 1}
  retransmit_timeout = 1
  retransmit_base = 1
  i_dont_care_about_security_and_use_aggressive_mode_psk = yes
  fragment_size = ${settings.fragmentSize ?? 1280}
  plugins {
    vici {
      socket = unix://${files.vici}
    }
    kernel-libipsec {
      allow_peer_ts = yes
    }
  }
  filelog {
    log {
      path = ${files.log}
${settings.quiet === true ? '      default = -1' : '      default = 1\n      ike = 2\n      cfg = 2'}
      flush_line = yes
    }
  }
}
swanctl {
  load = random
}
`;
}

export function swanctlConf({ esp, connections, credentials }: CharonSettings): string {
  const named = connections.map((connection) => ({ name: CONNECTION, encap: esp === 'userspace', ...connection }));
  return `connections {
${named.map((connection) => connectionConf(connection, credentials)).join('')}}
secrets {
${credentials === undefined ? named.map(secretConf).join('') : ''}${named.map(userSecretConf).join('')}}
pools {
${named.map(poolConf).join('')}}
`;
}

type Named = CharonConnection & { readonly name: string; readonly encap: boolean };

const connectionConf = (connection: Named, credentials: LabCredentials | undefined): string => `  ${connection.name} {
    version = 1
    local_addrs = ${connection.local}
    remote_addrs = ${connection.remote}
    encap = ${connection.encap ? 'yes' : 'no'}
    proposals = ${connection.proposals}
${setting('    aggressive', connection.aggressive)}${setting('    unique', connection.unique)}${setting('    fragmentation', connection.fragmentation)}${setting('    send_cert', connection.certificates?.send)}${setting('    send_certreq', connection.certificates?.ask)}${setting('    dpd_delay', connection.dpd?.delay)}${setting('    dpd_timeout', connection.dpd?.timeout)}${setting('    rekey_time', connection.rekey?.phase1)}    local {
${sideConf(connection, 'local', credentials)}    }
    remote {
${sideConf(connection, 'remote', credentials)}    }
${remoteAccessConf(connection)}    children {
${[{ ...connection, name: CHILD }, ...(connection.more ?? [])].map((child) => childConf(connection, child)).join('')}    }
  }
`;

const childConf = (
  connection: Named,
  { name, localNetwork, remoteNetwork }: CharonChildNetworks,
): string => `      ${name} {
        local_ts = ${localNetwork}
        remote_ts = ${remoteNetwork}
        esp_proposals = ${connection.espProposals}
${setting('        rekey_time', connection.rekey?.phase2)}${(connection.child ?? []).map((line) => `        ${line}\n`).join('')}      }
`;

function sideConf(connection: Named, side: 'local' | 'remote', credentials: LabCredentials | undefined): string {
  const id = side === 'local' ? connection.localId : connection.remoteId;
  const { user } = connection;
  if (user?.alone === true && user.side === side)
    return `      auth = xauth\n      id = "${id}"\n${setting('      xauth_id', side === 'local' ? user.name : undefined)}`;
  const file = side === 'local' ? credentials && CREDENTIAL_FILES.own : credentials?.pinned && CREDENTIAL_FILES.pinned;
  return authentication(id, file, credentials);
}

const authentication = (
  id: string,
  certificate: string | undefined,
  credentials: LabCredentials | undefined,
): string => `      auth = ${credentials === undefined ? 'psk' : 'pubkey'}
      id = "${id}"
${setting('      certs', certificate)}`;

const secretConf = ({ name, localId, remoteId, psk }: Named): string => `  ike-${name} {
    id-ours = "${localId}"
    id-theirs = "${remoteId}"
    secret = "${psk}"
  }
`;

const setting = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name} = ${value}\n`;

/** A second round of authentication for the side that is a user, and virtual addresses. */
function remoteAccessConf({ name, user, modeConfig }: Named): string {
  const round =
    user === undefined || user.alone === true
      ? ''
      : `    ${user.side}-user {
      auth = xauth
${setting('      xauth_id', user.side === 'local' ? user.name : undefined)}    }
`;
  if (modeConfig === undefined) return round;
  const { mode, gives, ipv6 } = modeConfig;
  const [wanted, pools] = [`vips = 0.0.0.0`, `pools = pool-${name}`];
  const addresses =
    gives === undefined
      ? `${wanted}${ipv6 === undefined ? '' : ', ::'}`
      : `${pools}${ipv6 === undefined ? '' : `, pool6-${name}`}`;
  return `${round}    pull = ${mode === 'pull' ? 'yes' : 'no'}
    ${addresses}
`;
}

const userSecretConf = ({ name, user }: Named): string =>
  user === undefined ? '' : `  xauth-${name} {\n    id = ${user.name}\n    secret = "${user.secret}"\n  }\n`;

const poolConf = ({ name, modeConfig }: Named): string =>
  modeConfig?.gives === undefined
    ? ''
    : `  pool-${name} {
    addrs = ${modeConfig.gives.pool}
${modeConfig.gives.attributes.map((line) => `    ${line}\n`).join('')}  }
${typeof modeConfig.ipv6 === 'string' ? `  pool6-${name} {\n    addrs = ${modeConfig.ipv6}\n  }\n` : ''}`;
