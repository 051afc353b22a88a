import { u16At, utf8Bytes } from '../../base/bytes.ts';
import { printable } from '../../base/identity.ts';
import { Secret } from '../../base/secret.ts';
import { basicAttribute, type DataAttribute } from '../wire/attributes.ts';
import { CONFIGURATION_ATTRIBUTE } from '../wire/numbers.ts';

const {
  XAUTH_TYPE,
  XAUTH_USER_NAME,
  XAUTH_USER_PASSWORD,
  XAUTH_MESSAGE,
  XAUTH_CHALLENGE,
  XAUTH_DOMAIN,
  XAUTH_STATUS,
  XAUTH_ANSWER,
} = CONFIGURATION_ATTRIBUTE;

/** XAUTH-TYPE for a name and a password, draft-beaulieu-ike-xauth-02 §6.3. */
const GENERIC = 0;
/** Ours: octets of a name or password. Nobody's is longer, and what checks it should not be asked about more. */
const LONGEST = 255;

/** What a user says: its name as text, and the password, which nobody but the one who checks it may see. */
export interface UserClaim {
  readonly user: string;
  readonly password: Secret;
}

/** How the one who asked takes it; the message is for people. */
export interface XauthStatus {
  readonly accepted: boolean;
  readonly message: string | undefined;
}

/** Whether attributes are part of XAUTH and not of Mode Config: they have a range of their own. */
export const isXauth = (attributes: readonly DataAttribute[]): boolean =>
  attributes.some(({ type }) => type >= XAUTH_TYPE && type <= XAUTH_ANSWER);

/** REQUEST(NAME="" PASSWORD=""), draft-beaulieu-ike-xauth-02 §5.1; without XAUTH-TYPE it is Generic. */
export const userQuestion: readonly DataAttribute[] = [
  { type: XAUTH_USER_NAME, format: 'tlv', value: new Uint8Array(0) },
  { type: XAUTH_USER_PASSWORD, format: 'tlv', value: new Uint8Array(0) },
];

/** What the reply to it says; undefined where it refuses (XAUTH-STATUS FAIL) or lacks what was asked for. */
export function userClaim(attributes: readonly DataAttribute[]): UserClaim | undefined {
  if (valueOf(attributes, XAUTH_STATUS) !== undefined) return undefined;
  const [name, password] = [valueOf(attributes, XAUTH_USER_NAME), valueOf(attributes, XAUTH_USER_PASSWORD)];
  if (name === undefined || password === undefined) return undefined;
  const user = nameText(unterminated(name));
  const secret = unterminated(password);
  if (user === undefined || secret.length > LONGEST) return undefined;
  return { user, password: new Secret(secret.slice()) };
}

/** Whether a request asks for no more than a name and a password; passcodes, PINs and challenges need somebody who sees them. */
export function asksForPassword(attributes: readonly DataAttribute[]): boolean {
  const type = valueOf(attributes, XAUTH_TYPE);
  const answerable: readonly number[] = [XAUTH_TYPE, XAUTH_USER_NAME, XAUTH_USER_PASSWORD, XAUTH_MESSAGE, XAUTH_DOMAIN];
  return (
    (type === undefined || u16At(type, 0) === GENERIC) &&
    valueOf(attributes, XAUTH_CHALLENGE) === undefined &&
    attributes.every((attribute) => answerable.includes(attribute.type))
  );
}

/** REPLY(NAME="joe" PASSWORD="foobar"). "The XAUTH-TYPE in a REPLY MUST be identical to the XAUTH-TYPE in the REQUEST" (§6.2). */
export function userAnswer(request: readonly DataAttribute[], user: string, password: Secret): DataAttribute[] {
  return [
    ...request.filter(({ type }) => type === XAUTH_TYPE),
    { type: XAUTH_USER_NAME, format: 'tlv', value: utf8Bytes(user) },
    { type: XAUTH_USER_PASSWORD, format: 'tlv', value: password.reveal().slice() },
  ];
}

/** SET(STATUS=OK) or FAIL; and the REPLY with which a request is refused. */
export function statusAttributes(accepted: boolean, message?: string): DataAttribute[] {
  const status = basicAttribute(XAUTH_STATUS, accepted ? 1 : 0);
  return message === undefined
    ? [status]
    : [status, { type: XAUTH_MESSAGE, format: 'tlv', value: utf8Bytes(message).slice(0, LONGEST) }];
}

/** What a SET says of it; undefined where it has no XAUTH-STATUS. Anything but OK is FAIL. */
export function statusIn(attributes: readonly DataAttribute[]): XauthStatus | undefined {
  const status = valueOf(attributes, XAUTH_STATUS);
  if (status === undefined) return undefined;
  const message = valueOf(attributes, XAUTH_MESSAGE);
  return {
    accepted: status.length === 2 && u16At(status, 0) === 1,
    message: message === undefined || message.length === 0 ? undefined : printable(message.subarray(0, LONGEST)),
  };
}

const valueOf = (attributes: readonly DataAttribute[], wanted: number): Uint8Array | undefined =>
  attributes.find(({ type }) => type === wanted)?.value;

/** Interop: some peers end text with a zero octet, though its length is given (draft-beaulieu-ike-xauth-02 §6.2); strongSwan cuts it too. */
const unterminated = (value: Uint8Array): Uint8Array => (value.at(-1) === 0 ? value.subarray(0, -1) : value);

/** Strictly UTF-8, and nothing that could steer a terminal: two names must not become one. */
function nameText(octets: Uint8Array): string | undefined {
  if (octets.length === 0 || octets.length > LONGEST) return undefined;
  const text = printable(octets);
  return text.includes('\uFFFD') ? undefined : text;
}
