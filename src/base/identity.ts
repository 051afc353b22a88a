import { ipAddress, ipBytes, isIpv6, parseIpAddress } from './address.ts';
import { concat, fromHex, sameBytes, toHex, utf8Bytes, utf8Text } from './bytes.ts';
import {
  distinguishedNameText,
  type DnMatching,
  matchesDistinguishedName,
  parseDistinguishedName,
  sameDistinguishedName,
} from './distinguished-name.ts';
import { IkeError } from './errors.ts';
import { type AddressRange, rangeText, selectorHas } from './selector.ts';

/** Identification Type values that name one party, RFC 2407 §4.6.2.1. */
export const ID_TYPE = {
  IPV4_ADDR: 1,
  FQDN: 2,
  USER_FQDN: 3,
  IPV4_ADDR_SUBNET: 4,
  IPV6_ADDR: 5,
  IPV6_ADDR_SUBNET: 6,
  IPV4_ADDR_RANGE: 7,
  IPV6_ADDR_RANGE: 8,
  DER_ASN1_DN: 9,
  DER_ASN1_GN: 10,
  KEY_ID: 11,
} as const;

/** Who somebody says to be: a type and the octets as on the wire, so that nothing is lost by showing it. */
export interface Identity {
  readonly idType: number;
  readonly data: Uint8Array;
}

/**
 * An identity as people write it: `192.0.2.1`, `2001:db8::1`, `@gw.example.org` (FQDN), `user@example.org` (USER_FQDN),
 * `keyid:sales` (KEY_ID of the octets of a text), `#0badc0de` (KEY_ID in hexadecimal), `C=CH, O=Example, CN=gw` (DER_ASN1_DN); any
 * other text is an FQDN.
 */
export function parseIdentity(text: string): Identity {
  const address = parseIpAddress(text);
  if (address !== undefined)
    return { idType: isIpv6(address) ? ID_TYPE.IPV6_ADDR : ID_TYPE.IPV4_ADDR, data: ipBytes(address) };
  const keyId = parseKeyId(text);
  if (keyId !== undefined) return { idType: ID_TYPE.KEY_ID, data: keyId };
  if (text.startsWith('@') && text.length > 1) return { idType: ID_TYPE.FQDN, data: utf8Bytes(text.slice(1)) };
  if (text.includes('=')) return { idType: ID_TYPE.DER_ASN1_DN, data: parseDistinguishedName(text) };
  if (text === '' || text === '@' || text === KEY_ID_TEXT)
    throw new IkeError('INVALID_ARGUMENT', { what: 'identity', text });
  return { idType: text.includes('@') ? ID_TYPE.USER_FQDN : ID_TYPE.FQDN, data: utf8Bytes(text) };
}

const KEY_ID_TEXT = 'keyid:';

function parseKeyId(text: string): Uint8Array | undefined {
  if (text.startsWith('#')) return fromHex(text.slice(1));
  return text.startsWith(KEY_ID_TEXT) && text !== KEY_ID_TEXT ? utf8Bytes(text.slice(KEY_ID_TEXT.length)) : undefined;
}

/**
 * Whoever is at one of these addresses and says so: a range as a configuration names it (RFC 2407 §4.6.2.7, §4.6.2.9). Nobody proves to
 * be one.
 */
export function rangeIdentity({ first, last }: AddressRange): Identity {
  const idType = isIpv6(first) ? ID_TYPE.IPV6_ADDR_RANGE : ID_TYPE.IPV4_ADDR_RANGE;
  return { idType, data: concat(ipBytes(first), ipBytes(last)) };
}

/** The addresses of an identity that is a range of them. */
export function addressesOf({ idType, data }: Identity): AddressRange | undefined {
  const bytes = { [ID_TYPE.IPV4_ADDR_RANGE]: 4, [ID_TYPE.IPV6_ADDR_RANGE]: 16 }[idType];
  if (bytes === undefined || data.length !== 2 * bytes) return undefined;
  return { first: ipAddress(data.subarray(0, bytes)), last: ipAddress(data.subarray(bytes)) };
}

/** Text for people; `parseIdentity` reads it back for the types that it knows. */
export function identityText(identity: Identity): string {
  switch (identity.idType) {
    case ID_TYPE.IPV4_ADDR:
    case ID_TYPE.IPV6_ADDR: {
      const { length } = identity.data;
      return length === 4 || length === 16
        ? ipAddress(identity.data)
        : `ID(${identity.idType}):${toHex(identity.data)}`;
    }
    case ID_TYPE.FQDN:
      return `@${printable(identity.data)}`;
    case ID_TYPE.USER_FQDN:
      return printable(identity.data);
    case ID_TYPE.KEY_ID:
      return keyIdText(identity.data);
    case ID_TYPE.IPV4_ADDR_RANGE:
    case ID_TYPE.IPV6_ADDR_RANGE: {
      const range = addressesOf(identity);
      if (range !== undefined) return rangeText(range);
      return `ID(${identity.idType}):${toHex(identity.data)}`;
    }
    case ID_TYPE.DER_ASN1_DN:
      return distinguishedNameText(identity.data);
    default:
      return `ID(${identity.idType}):${toHex(identity.data)}`;
  }
}

/**
 * Text that only one party has: `identityText` where that cannot be anybody else's, else type and octets. Names that compare alike have the
 * same.
 */
export function identityKey(identity: Identity): string {
  const { idType, data } = identity;
  const plain = PLAIN_NAME[idType];
  if (plain === undefined) return identityText(identity);
  const name = utf8Text(folded(data));
  return plain.test(name) ? `${idType === ID_TYPE.FQDN ? '@' : ''}${name}` : `ID(${idType}):${toHex(folded(data))}`;
}

/** Names without anything that text of another kind could have, or that cannot be seen. */
const PLAIN_NAME: Readonly<Record<number, RegExp>> = {
  [ID_TYPE.FQDN]: /^[\x21-\x7e]+$/,
  [ID_TYPE.USER_FQDN]: /^[\w.+-]+@[\w.-]+$/,
};

/**
 * Names compare without regard to the case of ASCII letters and a trailing dot (RFC 4343 §2), distinguished names by RFC 5280 §7.1,
 * all else octet by octet.
 */
export function sameIdentity(a: Identity, b: Identity): boolean {
  if (a.idType !== b.idType) return false;
  if (a.idType === ID_TYPE.DER_ASN1_DN) return sameDistinguishedName(a.data, b.data);
  const name = a.idType === ID_TYPE.FQDN || a.idType === ID_TYPE.USER_FQDN;
  return name ? sameBytes(folded(a.data), folded(b.data)) : sameBytes(a.data, b.data);
}

/**
 * Whether a peer is who a configuration names: the same identity, an address in the range of the configured one, or a distinguished name
 * that fits the configured one with its `*`. A peer that says to be a range is nobody.
 */
export function matchesIdentity(wanted: Identity, offered: Identity, matching: DnMatching = 'strict'): boolean {
  const range = addressesOf(wanted);
  if (range !== undefined) return isAddress(offered) && selectorHas(range, ipAddress(offered.data));
  if (wanted.idType === ID_TYPE.DER_ASN1_DN && offered.idType === ID_TYPE.DER_ASN1_DN)
    return matchesDistinguishedName(wanted.data, offered.data, matching);
  return sameIdentity(wanted, offered);
}

const isAddress = ({ idType, data }: Identity): boolean =>
  (idType === ID_TYPE.IPV4_ADDR && data.length === 4) || (idType === ID_TYPE.IPV6_ADDR && data.length === 16);

/** As text where all of it can be seen. */
const keyIdText = (octets: Uint8Array): string =>
  octets.length > 0 && octets.every((octet) => octet > 0x20 && octet < 0x7f)
    ? `${KEY_ID_TEXT}${utf8Text(octets)}`
    : `#${toHex(octets)}`;

/** By octets and not as text: in text all that is not UTF-8 is alike, and letters of other scripts fold to ASCII ones. */
function folded(name: Uint8Array): Uint8Array {
  const dotted = name.at(-1) === 0x2e;
  return name
    .subarray(0, dotted ? -1 : name.length)
    .map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet));
}

/** A peer chooses these octets: nothing of them may steer a terminal or a log. */
export function printable(bytes: Uint8Array): string {
  return utf8Text(bytes).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
