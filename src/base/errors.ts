/** Who is at fault decides what happens next; the code says what happened. */
export type Fault =
  | 'peer-malformed'
  | 'peer-misbehaved'
  | 'peer-incompatible'
  | 'auth-failed'
  | 'local'
  | 'api-misuse'
  | 'internal';

interface ErrorSpec {
  readonly fault: Fault;
  /** Notify Message Type that a peer may be told, RFC 2408 §3.14.1; without one we stay silent. */
  readonly notify?: number;
  /** Lower case, no full stop, no secrets: what happened, for people. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** The one list of everything that can go wrong in the engine. Adding a line here is adding an error. */
export const IKE_ERRORS = {
  INVALID_PAYLOAD_TYPE: { fault: 'peer-malformed', notify: 1, text: 'payload type is not allowed in this message' },
  DOI_NOT_SUPPORTED: { fault: 'peer-incompatible', notify: 2, text: 'domain of interpretation is not IPsec' },
  SITUATION_NOT_SUPPORTED: { fault: 'peer-incompatible', notify: 3, text: 'situation is not identity-only' },
  INVALID_COOKIE: { fault: 'peer-misbehaved', notify: 4, text: 'cookie pair is not known here' },
  INVALID_MAJOR_VERSION: {
    fault: 'peer-incompatible',
    notify: 5,
    text: 'major version is not 1, so this is not IKEv1',
  },
  INVALID_EXCHANGE_TYPE: { fault: 'peer-misbehaved', notify: 7, text: 'exchange type is not spoken here' },
  INVALID_FLAGS: { fault: 'peer-misbehaved', notify: 8, text: 'header flags do not fit this message' },
  INVALID_MESSAGE_ID: { fault: 'peer-misbehaved', notify: 9, text: 'message id is not valid here' },
  INVALID_SPI: { fault: 'peer-misbehaved', notify: 11, text: 'SPI is not valid here' },
  BAD_PROPOSAL_SYNTAX: { fault: 'peer-malformed', notify: 15, text: 'proposal breaks the rules of its syntax' },
  NO_PROPOSAL_CHOSEN: {
    fault: 'peer-incompatible',
    notify: 14,
    text: 'no offered proposal is acceptable',
    advice: 'make one suite the same on both sides; the refusal lists what differs',
  },
  PAYLOAD_MALFORMED: { fault: 'peer-malformed', notify: 16, text: 'payload does not match its declared length' },
  INVALID_KEY_INFORMATION: { fault: 'peer-misbehaved', notify: 17, text: 'public value is not valid in the group' },
  INVALID_ID_INFORMATION: {
    fault: 'peer-incompatible',
    notify: 18,
    text: 'identities or networks match no tunnel',
    advice: 'local networks here must be the remote networks there, and the other way round',
  },
  INVALID_CERTIFICATE: {
    fault: 'auth-failed',
    notify: 20,
    text: 'certificate of the peer is not accepted',
    advice: 'the check that failed says which certificate to renew, or what to configure',
  },
  INVALID_CERT_AUTHORITY: {
    fault: 'auth-failed',
    notify: 22,
    text: 'certificate of the peer leads to no authority that is trusted here',
    advice: "add the authority's certificate under credentials.authorities, or have the peer send its intermediates",
  },
  CERTIFICATE_REVOKED: {
    fault: 'auth-failed',
    notify: 20,
    text: 'certificate of the peer is revoked',
    advice: 'give the peer a new certificate; its authority has withdrawn the one that the refusal names',
  },
  CRL_UNAVAILABLE: {
    fault: 'auth-failed',
    notify: 20,
    text: 'whether the certificate of the peer is revoked cannot be told',
    advice: 'put a current list of the issuer under credentials.crls, or allow missing ones with revocation: soft',
  },
  INVALID_SIGNATURE: {
    fault: 'auth-failed',
    notify: 25,
    text: 'signature of the peer does not verify under the key of its certificate',
  },
  CERTIFICATE_UNAVAILABLE: {
    fault: 'local',
    notify: 28,
    text: 'there is no certificate with a key for this identity and method',
    advice: 'add the certificate and its key under credentials.certificates; the local identity has to stand in it',
  },
  CREDENTIAL_UNREADABLE: {
    fault: 'local',
    text: 'a file with certificates or keys cannot be used',
  },
  INVALID_HASH_INFORMATION: { fault: 'peer-misbehaved', notify: 23, text: 'HASH payload does not verify' },
  AUTHENTICATION_FAILED: {
    fault: 'auth-failed',
    notify: 24,
    text: 'peer did not prove its identity',
    advice: 'compare the pre-shared key and the identities on both sides',
  },
  PSK_MISMATCH_LIKELY: {
    fault: 'auth-failed',
    notify: 24,
    text: 'encrypted message is unreadable or a HASH is wrong, most likely because the pre-shared keys differ',
    advice: 'enter the same pre-shared key on both sides',
  },
  PHASE1_HASH_MISMATCH: {
    fault: 'auth-failed',
    notify: 24,
    text: 'HASH is wrong though no secret of the peer goes into it: both sides have the keys and not the same messages',
    advice:
      'compare captures of both sides: something between rewrites ISAKMP messages, or the peer computes the HASH of Hybrid Authentication otherwise',
  },
  PSK_NOT_FOUND: {
    fault: 'local',
    notify: 24,
    text: 'no pre-shared key is configured for this pair of peers',
    advice: 'add an entry under credentials.psks that names the local and the remote identity or address',
  },
  EXCHANGE_NOT_ALLOWED: {
    fault: 'peer-incompatible',
    notify: 29,
    text: 'peer begins phase 1 with the exchange that the connection does not name',
    advice: 'give phase1.exchange the same value on both sides: main, or aggressive where one side can do nothing else',
  },
  USER_REFUSED: {
    fault: 'auth-failed',
    text: 'the user was refused',
    advice: "compare the user's name and password with what the side that checks them has",
  },
  USER_SECRET_NOT_FOUND: {
    fault: 'local',
    text: 'there is no password for the user that the connection says to be',
    advice: 'add an entry under credentials.users',
  },
  USER_NOT_ASKED: {
    fault: 'peer-incompatible',
    text: 'the peer does not go through with XAUTH, which was agreed',
    advice: 'look at what the peer says of it; the service that checks its users may be down',
  },
  SETTINGS_NOT_GIVEN: {
    fault: 'peer-incompatible',
    text: 'the peer assigns no address',
    advice: 'give the peer an address pool for this connection, and the same of pull and push on both sides',
  },
  UNEXPECTED_MESSAGE: { fault: 'peer-misbehaved', text: 'message is not valid in this state' },
  PEER_SILENT: {
    fault: 'peer-misbehaved',
    text: 'peer did not answer before the last retransmission',
    advice: 'check the address, routing, and that UDP 500 and 4500 pass in both directions',
  },
  REFUSED_BY_PEER: { fault: 'peer-incompatible', text: 'peer refused with a notify' },
  NO_MATCHING_CONNECTION: {
    fault: 'peer-incompatible',
    notify: 14,
    text: 'no connection is configured for this peer',
    advice: 'add a connection whose remote address is the one that the peer comes from, or %any',
  },
  NOT_UP: {
    fault: 'local',
    text: 'the connection has no SA of this phase',
    advice: 'bring it up first',
  },
  TAKEN_DOWN: {
    fault: 'local',
    text: 'the connection for this peer was taken down by a command',
    advice: 'bring it up again',
  },
  PEER_ADDRESS_UNKNOWN: {
    fault: 'local',
    text: 'cannot initiate connection without knowing peer IP address',
    advice: 'give the remote address, or wait for the peer with startup: wait',
  },
  NAME_NOT_RESOLVED: {
    fault: 'local',
    text: 'the host name of the peer does not resolve',
    advice: 'check the name, and that this machine reaches its DNS servers',
  },
  NO_WAY_TO_PEER: {
    fault: 'local',
    text: 'no address of this machine reaches the peer',
    advice: 'check the routes of this machine, or give the local address of the connection',
  },
  UNKNOWN_NAME: { fault: 'api-misuse', text: 'no connection or tunnel has this name' },
  LIMIT_REACHED: { fault: 'local', text: 'a configured limit is reached' },
  JOB_FAILED: { fault: 'local', text: 'outside work that an exchange waited for did not succeed' },
  UNSUPPORTED_ALGORITHM: { fault: 'local', text: 'algorithm is not available in this crypto provider' },
  WEAK_KEY: { fault: 'local', text: 'derived key is one of the weak keys of its cipher, so that another is needed' },
  BACKEND_FAILED: { fault: 'local', text: 'the ESP back end refused' },
  CONFIG_REFUSED: {
    fault: 'local',
    text: 'the configuration cannot be used, and the one that runs stays as it is',
    advice: 'sallyport check FILE says everything that is wrong with a file',
  },
  CONTROL_SOCKET: { fault: 'local', text: 'the control socket cannot be had' },
  CAPTURE_UNREADABLE: {
    fault: 'local',
    text: 'this is no file of captured packets, or it is damaged',
    advice: 'give a file in the format pcap or pcapng, as tcpdump -w and Wireshark write it, gzipped or not',
  },
  CANCELLED: { fault: 'local', text: 'ended by a command' },
  INVALID_ARGUMENT: { fault: 'api-misuse', text: 'argument is not valid' },
  TIME_WENT_BACKWARDS: { fault: 'api-misuse', text: 'now is earlier than a previous now' },
  INTERNAL: { fault: 'internal', text: 'this is a defect of sallyport' },
} as const satisfies Record<string, ErrorSpec>;

export type IkeErrorCode = keyof typeof IKE_ERRORS;

/** What a peer means by a Notify Message Type of an error; REFUSED_BY_PEER for one that has no code of its own here. */
export function codeOfNotify(notify: number): IkeErrorCode {
  const specs: [string, ErrorSpec][] = Object.entries(IKE_ERRORS);
  return (specs.find(([, spec]) => spec.notify === notify)?.[0] ?? 'REFUSED_BY_PEER') as IkeErrorCode;
}
export type ErrorDetails = Readonly<Record<string, unknown>>;

const BRAND = Symbol.for('sallyport.IkeError');

/** Every error that the engine throws or reports. Branch on `code`; `details` never hold a secret. */
export class IkeError extends Error {
  override readonly name: string = 'IkeError';
  readonly code: IkeErrorCode;
  readonly fault: Fault;
  readonly notify: number | undefined;
  readonly details: ErrorDetails;

  constructor(code: IkeErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const spec: ErrorSpec = IKE_ERRORS[code];
    super(`${code}: ${spec.text}${inWords(details)}`, options);
    this.code = code;
    this.fault = spec.fault;
    this.notify = spec.notify;
    this.details = details;
    Object.defineProperty(this, BRAND, { value: true });
  }

  get advice(): string | undefined {
    const spec: ErrorSpec = IKE_ERRORS[this.code];
    return spec.advice;
  }

  /** True across realms and duplicate copies of the package, where instanceof is not. */
  static is(value: unknown): value is IkeError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

function inWords(details: ErrorDetails): string {
  const plain = Object.entries(details).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return plain.length === 0 ? '' : ` (${plain.map(([key, value]) => `${key} ${String(value)}`).join(', ')})`;
}

/** Compile-time proof that a switch is exhaustive. */
export function assertNever(value: never): never {
  throw new IkeError('INTERNAL', { what: 'unreachable', value: JSON.stringify(value) });
}
