/** What a charon of the lab is told: one connection with one child. */
export interface CharonSettings {
  /** `userspace` is kernel-libipsec on a TUN device, for kernels without ESP; it speaks only ESP in UDP. */
  readonly esp: 'userspace' | 'kernel';
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
  /** Seconds of retransmissions before it gives up; generous by default, because the machine may be busy. */
  readonly patience?: number;
  /** Without a log, for measurements: writing it costs more than the handshake. */
  readonly quiet?: boolean;
  /** More lines for the child, such as `start_action = trap`. */
  readonly child?: readonly string[];
}

/** The names that the configuration gives to the connection and its child. */
export const CONNECTION = 'tunnel';
export const CHILD = 'net';

const PLUGINS =
  'random nonce aes des sha1 sha2 md5 hmac kdf gmp openssl gcm pem pkcs1 x509 revocation pubkey curve25519';

/** The daemon's own file. `kernel-libipsec` has to come before `kernel-netlink`, which then does everything but ESP. */
export function strongswanConf(
  settings: CharonSettings,
  files: { readonly vici: string; readonly log: string },
): string {
  const kernel = settings.esp === 'userspace' ? 'kernel-libipsec kernel-netlink' : 'kernel-netlink';
  return `charon {
  load = ${PLUGINS} ${kernel} socket-default vici updown
  retransmit_tries = ${(settings.patience ?? 40) - 1}
  retransmit_timeout = 1
  retransmit_base = 1
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

export function swanctlConf(settings: CharonSettings): string {
  const encap = settings.encap ?? settings.esp === 'userspace';
  return `connections {
  ${CONNECTION} {
    version = 1
    local_addrs = ${settings.local}
    remote_addrs = ${settings.remote}
    encap = ${encap ? 'yes' : 'no'}
    proposals = ${settings.proposals}
${settings.dpd === undefined ? '' : `    dpd_delay = ${settings.dpd.delay}\n    dpd_timeout = ${settings.dpd.timeout}\n`}${setting('    rekey_time', settings.rekey?.phase1)}    local {
      auth = psk
      id = ${settings.localId}
    }
    remote {
      auth = psk
      id = ${settings.remoteId}
    }
    children {
      ${CHILD} {
        local_ts = ${settings.localNetwork}
        remote_ts = ${settings.remoteNetwork}
        esp_proposals = ${settings.espProposals}
${setting('        rekey_time', settings.rekey?.phase2)}${(settings.child ?? []).map((line) => `        ${line}\n`).join('')}      }
    }
  }
}
secrets {
  ike {
    secret = "${settings.psk}"
  }
}
`;
}

const setting = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name} = ${value}\n`;
