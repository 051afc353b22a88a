interface CodeSpec {
  readonly severity: 'error' | 'warning';
  /** What the code stands for, whatever the place: the documentation's list is made of these. */
  readonly text: string;
}

/** The one list of everything that can be said about a configuration. */
export const CONFIG_CODES = {
  YAML_SYNTAX: { severity: 'error', text: 'the text is not valid YAML' },
  WRONG_TYPE: { severity: 'error', text: 'a value is of another kind than expected' },
  MISSING_KEY: { severity: 'error', text: 'a key that has no default is not there' },
  UNKNOWN_KEY: { severity: 'error', text: 'a key is not known at this place' },
  NOT_SUPPORTED_YET: { severity: 'error', text: 'a key or value is planned, but this version cannot do it' },
  INVALID_VALUE: { severity: 'error', text: 'a value is none of those allowed here' },
  OUT_OF_RANGE: { severity: 'error', text: 'a number, length or duration is outside its limits' },
  INVALID_NAME: { severity: 'error', text: 'a name has characters that names may not have' },
  INVALID_DURATION: { severity: 'error', text: 'a duration is not understood' },
  INVALID_ADDRESS: { severity: 'error', text: 'an address or host name is not valid' },
  INVALID_IDENTITY: { severity: 'error', text: 'an identity is not valid' },
  INVALID_NETWORK: { severity: 'error', text: 'a network of a tunnel is not valid' },
  INVALID_PROPOSAL: { severity: 'error', text: 'a proposal names something that does not exist or does not fit' },
  MIXED_GROUPS: { severity: 'error', text: 'the proposals of an aggressive phase 1 differ in their group' },
  SAME_ON_THE_WIRE: { severity: 'error', text: 'two proposals of phase 2 differ in nothing that is sent' },
  ESN_NEEDS_WINDOW: { severity: 'error', text: 'extended sequence numbers without a replay window' },
  MIXED_PFS: { severity: 'error', text: 'the proposals of phase 2 differ in their group' },
  SECRET_UNAVAILABLE: { severity: 'error', text: 'a secret cannot be read from where it is said to be' },
  DUPLICATE_NAME: { severity: 'error', text: 'a name is given twice' },
  DUPLICATE_NETWORKS: { severity: 'error', text: 'two tunnels carry the same networks' },
  SAME_NETWORK: { severity: 'error', text: 'the local and the remote network of a tunnel are equal' },
  NETWORK_MISMATCH: { severity: 'error', text: 'the networks of a tunnel do not fit each other or its mode' },
  ADDRESS_MISMATCH: { severity: 'error', text: 'addresses that belong together do not fit each other' },
  LIMIT_REACHED: { severity: 'error', text: 'there are more tunnels than the limit allows' },
  PEER_ADDRESS_UNKNOWN: { severity: 'error', text: 'a connection is to be initiated to a peer without an address' },
  IDENTITY_NEEDED: { severity: 'error', text: 'the local identity cannot be told from the local address' },
  PSK_NOT_FOUND: { severity: 'error', text: 'no pre-shared key belongs to a connection' },
  USER_NOT_FOUND: { severity: 'error', text: 'a connection says to be a user whose password is not there' },
  NEEDS_KERNEL: { severity: 'error', text: 'only ESP in the kernel can do it' },
  DEVICE_NEEDS_UDP: {
    severity: 'error',
    text: 'the memory device carries ESP in UDP only, and the connection may agree on another way',
  },
  TIMEOUT_TOO_SHORT: { severity: 'error', text: 'a timeout ends before what it waits for can have happened' },
  TIMEOUT_NOT_GIVEN: {
    severity: 'warning',
    text: 'dead peer detection has a delay and no timeout: other machines do nothing at all then, and this one has a default',
  },
  UNKNOWN_GATEWAY: { severity: 'error', text: 'a drill names a gateway that it does not have' },
  ONE_OF_SEVERAL: { severity: 'error', text: 'of several keys of a drill exactly one has to be there' },
  TIME_OUTSIDE: { severity: 'error', text: 'a moment of a drill is after its end, or before what it follows' },
  RESTART_NEEDED: { severity: 'error', text: 'what differs from the configuration that runs takes a restart' },
  PLAIN_SECRET: { severity: 'warning', text: 'a secret stands in the configuration itself' },
  WEAK_SECRET: { severity: 'warning', text: 'a pre-shared key can be guessed' },
  WEAK_ALGORITHM: { severity: 'warning', text: 'a proposal has an algorithm that should no longer be used' },
  NOT_CONSTANT_TIME: {
    severity: 'warning',
    text: 'the chosen cryptography does not hide keys from who can measure its time',
  },
  AGGRESSIVE_CERTIFICATE: {
    severity: 'warning',
    text: 'Aggressive Mode shows identities and certificates to whoever listens, and signs for whoever asks',
  },
  AGGRESSIVE_PSK: {
    severity: 'warning',
    text: 'Aggressive Mode lets whoever asks for it try pre-shared keys offline (CVE-2002-1623)',
  },
  AMBIGUOUS_PSK: { severity: 'warning', text: 'more than one pre-shared key fits a connection equally well' },
  UNKNOWN_USER: { severity: 'warning', text: 'a user that may come has no password' },
  PSK_NOT_TRIED: {
    severity: 'warning',
    text: 'more pre-shared keys fit peers from anywhere than are tried in Main Mode, and this is one of the last',
  },
  UNUSED_PSK: { severity: 'warning', text: 'a pre-shared key belongs to no connection' },
  CANNOT_INITIATE: {
    severity: 'warning',
    text: 'a connection on demand can only wait, because its peer has no address',
  },
  HOST_BITS: { severity: 'warning', text: 'a network is written with bits behind its prefix, which count for nothing' },
  SHORT_LIFETIME: { severity: 'warning', text: 'a lifetime is so short that the peers negotiate nearly all the time' },
  NAME_NOT_MONITORED: {
    severity: 'warning',
    text: "nobody notices when the address behind a peer's host name changes while the connection stands",
  },
  NO_CONNECTIONS: { severity: 'warning', text: 'there is no connection, so the gateway has nothing to do' },
} as const satisfies Record<string, CodeSpec>;

export type ConfigCode = keyof typeof CONFIG_CODES;
export type ConfigPath = readonly (string | number)[];

/** One thing to say about a configuration. Never holds a secret. */
export interface ConfigIssue {
  readonly severity: 'error' | 'warning';
  readonly code: ConfigCode;
  /** Where in the configuration: `['connections', 0, 'remote', 'address']`; empty for the whole. */
  readonly path: ConfigPath;
  /** Where in the text, both from 1; absent where the configuration came as an object. */
  readonly line?: number;
  readonly column?: number;
  /** Lower case, no full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** `connections[0].remote.address`; the empty path is `(top)`. */
export function pathText(path: ConfigPath): string {
  if (path.length === 0) return '(top)';
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** `3:5: gateway.listen: message; hint`: one line for people. */
export function issueText(issue: ConfigIssue): string {
  const place = issue.line === undefined ? '' : `${issue.line}:${issue.column ?? 1}: `;
  return `${place}${pathText(issue.path)}: ${issue.message}${issue.hint === undefined ? '' : `; ${issue.hint}`}`;
}

const BRAND = Symbol.for('sallyport.ConfigError');

/** A configuration that cannot be used, with everything that is wrong with it, in the order of the text. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  /** `what` has the issues. */
  constructor(issues: readonly ConfigIssue[], what: 'configuration' | 'drill' = 'configuration') {
    super(
      `the ${what} has ${issues.length === 1 ? 'an error' : `${issues.length} errors`}\n${issues.map(issueText).join('\n')}`,
    );
    this.issues = issues;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True across realms and duplicate copies of the package, where instanceof is not. */
  static is(value: unknown): value is ConfigError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
