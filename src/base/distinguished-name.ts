import { sameBytes, toHex, fromHex, utf8Bytes } from './bytes.ts';
import { DER_TAG, readDer, readOid, readOneDer, writeDer, writeOid } from './der.ts';
import { IkeError } from './errors.ts';

/** Short names as strongSwan writes them; the first of an OID is the one that we print. */
const TYPES: readonly (readonly [name: string, oid: string])[] = [
  ['C', '2.5.4.6'],
  ['ST', '2.5.4.8'],
  ['L', '2.5.4.7'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['CN', '2.5.4.3'],
  ['S', '2.5.4.4'],
  ['SN', '2.5.4.5'],
  ['serialNumber', '2.5.4.5'],
  ['STREET', '2.5.4.9'],
  ['T', '2.5.4.12'],
  ['D', '2.5.4.13'],
  ['postalCode', '2.5.4.17'],
  ['N', '2.5.4.41'],
  ['G', '2.5.4.42'],
  ['I', '2.5.4.43'],
  ['ID', '2.5.4.45'],
  ['dnQualifier', '2.5.4.46'],
  ['pseudonym', '2.5.4.65'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['E', '1.2.840.113549.1.9.1'],
  ['emailAddress', '1.2.840.113549.1.9.1'],
  ['UN', '1.2.840.113549.1.9.2'],
  ['unstructuredName', '1.2.840.113549.1.9.2'],
  ['UA', '1.2.840.113549.1.9.8'],
  ['unstructuredAddress', '1.2.840.113549.1.9.8'],
];
/** Attributes whose values are IA5String, RFC 5280 App. A.1 and RFC 4519 §2.4. */
const IA5: readonly string[] = ['0.9.2342.19200300.100.1.25', '1.2.840.113549.1.9.1', '1.2.840.113549.1.9.2'];

/** One attribute of a name: `CN=moon`. */
interface NameAttribute {
  readonly oid: string;
  readonly tag: number;
  /** The contents of the value, as they stand in the DER. */
  readonly value: Uint8Array;
  /** Its text, where the value is of a string type that we read. */
  readonly text: string | undefined;
}
/** A relative distinguished name; almost always of one attribute. */
type Rdn = readonly NameAttribute[];

/**
 * How a configured name and a peer's are compared: `strict` attribute by attribute in their order, `reordered` in any order,
 * `relaxed` also where the peer's has more (RFC 4945 §3.1.5 asks for "any combination of one or more of the C, CN, O, OU").
 */
export type DnMatching = 'strict' | 'reordered' | 'relaxed';

/**
 * The DER of a name as people write it, in the order of the DER: `C=CH, O=Example, CN=moon.example`. A backslash or quotes keep
 * a comma in a value (RFC 4514 §2.4); a type may be an OID in dots, a value `#` and hexadecimal DER.
 *
 * @throws IkeError INVALID_ARGUMENT
 */
export function parseDistinguishedName(text: string): Uint8Array {
  const rdns = splitUnescaped(text, ',').map((part) =>
    writeDer(DER_TAG.SET, ...splitUnescaped(part, '+').map((attribute) => writeAttribute(attribute, text))),
  );
  return writeDer(DER_TAG.SEQUENCE, ...rdns);
}

/** `C=CH, O=Example, CN=moon.example`; what is no name shows as hexadecimal. Characters that steer a terminal do not come through. */
export function distinguishedNameText(der: Uint8Array): string {
  const rdns = namesIn(der);
  if (rdns === undefined || rdns.length === 0) return `#${toHex(der)}`;
  return rdns.map((rdn) => rdn.map(attributeText).join('+')).join(', ');
}

/**
 * Whether a peer's name is the configured one. Values of string types compare as text without regard to the case of ASCII letters and to
 * runs of spaces (RFC 5280 §7.1), others octet by octet; `*` as a value of the configured name stands for any value.
 */
export function matchesDistinguishedName(pattern: Uint8Array, name: Uint8Array, matching: DnMatching): boolean {
  const wanted = namesIn(pattern);
  const offered = namesIn(name);
  if (wanted === undefined || offered === undefined) return sameBytes(pattern, name);
  if (matching !== 'relaxed' && wanted.length !== offered.length) return false;
  if (matching === 'strict') return wanted.every((rdn, i) => matchesRdn(rdn, offered[i] ?? [], true));
  const left = [...offered];
  // What says more is placed first, so that a wildcard does not take what another one needs.
  return wanted
    .toSorted((a, b) => wildcards(a) - wildcards(b))
    .every((rdn) => {
      const at = left.findIndex((candidate) => matchesRdn(rdn, candidate, true));
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
}

/** Whether two names are the same, RFC 5280 §7.1; `*` means nothing here. */
export function sameDistinguishedName(a: Uint8Array, b: Uint8Array): boolean {
  const [left, right] = [namesIn(a), namesIn(b)];
  if (left === undefined || right === undefined) return sameBytes(a, b);
  return left.length === right.length && left.every((rdn, i) => matchesRdn(rdn, right[i] ?? [], false));
}

function namesIn(der: Uint8Array): readonly Rdn[] | undefined {
  try {
    return readDer(readOneDer(der, DER_TAG.SEQUENCE)).map(({ tag, content }) => {
      if (tag !== DER_TAG.SET) throw new IkeError('PAYLOAD_MALFORMED', { what: 'relative distinguished name' });
      return readDer(content).map(readAttribute);
    });
  } catch (error) {
    if (IkeError.is(error)) return undefined;
    throw error;
  }
}

function readAttribute({ tag, content }: { tag: number; content: Uint8Array }): NameAttribute {
  const [type, value, ...more] = readDer(content);
  if (tag !== DER_TAG.SEQUENCE || type?.tag !== DER_TAG.OBJECT_IDENTIFIER || value === undefined || more.length > 0)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'attribute of a name' });
  return { oid: readOid(type.content), tag: value.tag, value: value.content, text: textIn(value.tag, value.content) };
}

function textIn(tag: number, value: Uint8Array): string | undefined {
  switch (tag) {
    case DER_TAG.UTF8_STRING:
      return decoded('utf-8', value);
    case DER_TAG.PRINTABLE_STRING:
    case DER_TAG.IA5_STRING:
    case DER_TAG.TELETEX_STRING:
      return decoded('latin1', value);
    case DER_TAG.BMP_STRING:
      return value.length % 2 === 0 ? decoded('utf-16be', value) : undefined;
    default:
      return undefined;
  }
}

/** Undefined where the octets are not of this encoding: what cannot be told apart as text must not be the same. */
function decoded(encoding: string, value: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return undefined;
  }
}

/** Whether this name stands for others: a value of it is `*`. */
export const hasWildcard = (name: Uint8Array): boolean => (namesIn(name) ?? []).some((rdn) => wildcards(rdn) > 0);

const wildcards = (rdn: Rdn): number => rdn.filter(({ text }) => text === '*').length;

function matchesRdn(wanted: Rdn, offered: Rdn, wild: boolean): boolean {
  return (
    wanted.length === offered.length &&
    wanted.every((attribute) => offered.some((candidate) => matchesAttribute(attribute, candidate, wild)))
  );
}

function matchesAttribute(wanted: NameAttribute, offered: NameAttribute, wild: boolean): boolean {
  if (wanted.oid !== offered.oid) return false;
  if (wild && wanted.text === '*') return true;
  return wanted.text === undefined || offered.text === undefined
    ? wanted.tag === offered.tag && sameBytes(wanted.value, offered.value)
    : folded(wanted.text) === folded(offered.text);
}

/** Only ASCII letters: others have foldings that make different names alike (U+212A and k). */
const folded = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

function attributeText({ oid, tag, value, text }: NameAttribute): string {
  const name = TYPES.find(([, known]) => known === oid)?.[0] ?? oid;
  if (text === undefined) return `${name}=#${toHex(writeDer(tag, value))}`;
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return `${name}=${shown.replaceAll(/["+,;<>\\]|^[# ]| $/g, (character) => `\\${character}`)}`;
}

function writeAttribute(text: string, whole: string): Uint8Array {
  const equals = text.indexOf('=');
  const oid = oidNamed(text.slice(0, Math.max(equals, 0)).trim());
  if (oid === undefined) {
    const hint = 'write it like C=CH, O=Example, CN=gateway.example';
    throw new IkeError('INVALID_ARGUMENT', { what: 'distinguished name', text: whole, part: text.trim(), hint });
  }
  return writeDer(DER_TAG.SEQUENCE, writeOid(oid), writeValue(oid, trimmed(text.slice(equals + 1))));
}

function writeValue(oid: string, text: string): Uint8Array {
  if (text.startsWith('#')) return fromHex(text.slice(1));
  const plain = unescaped(text);
  if (IA5.includes(oid)) return writeDer(DER_TAG.IA5_STRING, utf8Bytes(plain));
  const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(plain);
  return writeDer(printable ? DER_TAG.PRINTABLE_STRING : DER_TAG.UTF8_STRING, utf8Bytes(plain));
}

/** A space behind a backslash belongs to the value. */
const trimmed = (text: string): string => text.replaceAll(/^ +|(?<!\\) +$/g, '');

function oidNamed(name: string): string | undefined {
  if (/^[0-2](\.(0|[1-9]\d{0,8}))+$/.test(name)) return name;
  return TYPES.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}

/** Cuts at a character that stands neither behind a backslash nor between quotes. */
function splitUnescaped(text: string, at: string): string[] {
  const parts = [''];
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '"') quoted = !quoted;
    if (character === at && !quoted) parts.push('');
    else if (character === '\\') parts.push(parts.pop() + character + text.charAt((i += 1)));
    else parts.push(parts.pop() + character);
  }
  return parts;
}

/** RFC 4514 §2.4: a backslash before a character that means something, or before two hexadecimal digits of UTF-8. */
function unescaped(text: string): string {
  const bare = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return bare.replaceAll(/(?:\\[0-9a-f]{2})+|\\(.)/gis, (escape: string, character: string | undefined) =>
    character === undefined ? new TextDecoder().decode(fromHex(escape.replaceAll('\\', ''))) : character,
  );
}
