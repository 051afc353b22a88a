import { hasWildcard } from '../base/distinguished-name.ts';
import { IkeError } from '../base/errors.ts';
import { addressesOf, ID_TYPE, type Identity, parseIdentity, printable, rangeIdentity } from '../base/identity.ts';
import { isIpv6, type IpAddress, parseIpAddress } from '../base/address.ts';
import type { OwnInterface } from '../base/local-address.ts';
import { utf8Bytes } from '../base/bytes.ts';
import type { RemoteAddress } from '../base/remote-address.ts';
import { type AddressRange, parseSelector, type TrafficSelector } from '../base/selector.ts';
import { type Reading, read, refuse } from './reading.ts';

const UNSPECIFIED: readonly string[] = ['0.0.0.0', '::'];

/** An address of ours to bind to. */
export function parseListenAddress(text: string): Reading<IpAddress> {
  const address = parseIpAddress(text);
  if (address === undefined)
    return refuse(
      'INVALID_ADDRESS',
      `${JSON.stringify(text)} is no IP address`,
      'listen takes addresses, not names or interfaces',
    );
  if (UNSPECIFIED.includes(address))
    return refuse('INVALID_ADDRESS', `${address} is not one address`, 'leave listen out to use every local address');
  return read(address);
}

/** `192.0.2.1`, an interface like `ppp0`, or `auto`. */
export function parseLocalAddress(text: string): Reading<IpAddress | OwnInterface | 'auto'> {
  if (text === 'auto') return read('auto');
  const address = parseIpAddress(text);
  if (address === undefined && isInterfaceName(text)) return read({ interface: text });
  if (address === undefined)
    return refuse(
      'INVALID_ADDRESS',
      `${JSON.stringify(text)} is neither an IP address nor an interface`,
      'write an address of this machine, the name of an interface, or auto',
    );
  if (UNSPECIFIED.includes(address))
    return refuse('INVALID_ADDRESS', `${address} is not one address`, 'write auto for any local address');
  return read(address);
}

/** As Linux has them, with the dot of a VLAN; one without a letter is a mistyped address, and one with two dots a host name. */
const isInterfaceName = (text: string): boolean =>
  /^[a-z0-9_-]+(\.[a-z0-9_-]+)?$/i.test(text) && /[a-z]/i.test(text) && text.length <= 15;

/** `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, `vpn.example.org`, `%any`. */
export function parseRemoteAddress(text: string): Reading<RemoteAddress> {
  if (text === '%any') return read('any');
  const address = parseIpAddress(text);
  if (address !== undefined) {
    return UNSPECIFIED.includes(address)
      ? refuse(
          'INVALID_ADDRESS',
          `${address} is not one address`,
          'write "%any" for a peer that may come from anywhere',
        )
      : read(address);
  }
  const range = rangeIn(text);
  if (range !== undefined) return read(range);
  if (isHostName(text)) return read({ host: text.toLowerCase().replace(/\.$/, '') });
  return refuse(
    'INVALID_ADDRESS',
    `${JSON.stringify(text)} is neither an IP address nor a host name`,
    'write an address, a range of them, a host name, or "%any"',
  );
}

/** RFC 1123 §2.1; a name whose last label is a number is a mistyped address. */
function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?$/i;
  return text.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Several addresses, as a prefix or from one to another. */
function rangeIn(text: string): AddressRange | undefined {
  if (!/^[\d.:a-f]+[/-][\d.:a-f]+$/i.test(text)) return undefined;
  try {
    const { first, last } = parseSelector(text);
    return first === last ? undefined : { first, last };
  } catch {
    return undefined;
  }
}

/** Who we say to be. */
export function parseOwnIdentity(text: string): Reading<Identity | 'any'> {
  const identity = parseKeyOwner(text);
  if (!identity.ok || identity.value === 'any' || addressesOf(identity.value) === undefined) return identity;
  return refuse('INVALID_IDENTITY', `${text} is not one address`, 'ranges are for remote.id and for keys');
}

/** One identity, or any address of a range; `%any` is anybody. */
export function parseKeyOwner(text: string): Reading<Identity | 'any'> {
  const identity = parseIdentityPattern(text);
  if (!identity.ok || identity.value === 'any') return identity;
  const { idType, data } = identity.value;
  if (idType === ID_TYPE.DER_ASN1_DN && hasWildcard(data))
    return refuse('INVALID_IDENTITY', `${JSON.stringify(text)} is not one name`, 'stars are for remote.id');
  return identity;
}

/** Who a peer must say to be: the same, and a distinguished name may have `*` for values. */
export function parseIdentityPattern(text: string): Reading<Identity | 'any'> {
  if (text === '%any') return read('any');
  if (['', '@', 'keyid:'].includes(text))
    return refuse('INVALID_IDENTITY', 'an identity may not be empty', 'leave id out to use the address');
  const range = rangeIn(text);
  if (range !== undefined) return read(rangeIdentity(range));
  if (text.startsWith('#') && !/^#([0-9a-f]{2})+$/i.test(text)) {
    return refuse(
      'INVALID_IDENTITY',
      `${JSON.stringify(text)} is no key id`,
      'behind # stand pairs of hexadecimal digits; write keyid:TEXT for the octets of a text',
    );
  }
  try {
    return read(parseIdentity(text));
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return refuse(
      'INVALID_IDENTITY',
      `${JSON.stringify(text)} is no distinguished name`,
      'write it like C=CH, O=Example, CN=gateway.example',
    );
  }
}

/** A network of a tunnel, and whether it was written with bits behind its prefix. */
export interface ConfiguredNetwork {
  readonly selector: TrafficSelector;
  readonly hostBits: boolean;
  /** Transport mode: the address is that of this side, whatever it is. */
  readonly host?: true;
}

/** The same, or `assigned`, for the side whose address Mode Config assigns, or `host` in place of the address of the gateway itself. */
export function parseTunnelNetwork(text: string): Reading<ConfiguredNetwork | 'assigned'> {
  if (text === 'assigned') return read('assigned');
  const host = /^host(\[.*\])?$/.exec(text);
  if (host === null) return parseNetwork(text);
  const any = parseNetwork(`0.0.0.0/0${host[1] ?? ''}`);
  return any.ok ? read({ ...any.value, host: true }) : any;
}

/** IPv4 addresses, as a prefix or a range: what Mode Config tells. */
export function parseIpv4Range(text: string): Reading<ConfiguredNetwork> {
  const reading = parseNetwork(text);
  if (!reading.ok || (!isIpv6(reading.value.selector.first) && reading.value.selector.protocol === 0)) return reading;
  return refuse(
    'INVALID_NETWORK',
    `${JSON.stringify(text)} is no range of IPv4 addresses`,
    'write it like 10.9.0.0/24',
  );
}

/** Addresses of either IP version, as a prefix or a range: a pool. */
export function parsePool(text: string): Reading<AddressRange> {
  const reading = parseNetwork(text);
  if (!reading.ok) return reading;
  const { protocol, first, last } = reading.value.selector;
  if (protocol === 0) return read({ first, last });
  return refuse('INVALID_NETWORK', `${JSON.stringify(text)} is no range of addresses`, 'write it like 10.9.0.0/24');
}

/** An IPv4 address that Mode Config tells. */
export function parseIpv4Address(text: string): Reading<IpAddress> {
  const address = parseIpAddress(text);
  if (address !== undefined && !isIpv6(address)) return read(address);
  return refuse('INVALID_ADDRESS', `${JSON.stringify(text)} is no IPv4 address`, 'write it like 10.1.0.53');
}

/** A name server of either IP version. */
export function parseResolver(text: string): Reading<IpAddress> {
  const address = parseIpAddress(text);
  if (address !== undefined) return read(address);
  return refuse('INVALID_ADDRESS', `${JSON.stringify(text)} is no address`, 'write it like 10.1.0.53');
}

/** A user of XAUTH: whatever may stand between quotes and be shown. */
export function parseUserName(text: string): Reading<string> {
  if (text.length > 0 && utf8Bytes(text).length <= 255 && printable(utf8Bytes(text)) === text) return read(text);
  return refuse(
    'INVALID_NAME',
    `${JSON.stringify(text)} is no user name`,
    'at most 255 octets, and no control characters',
  );
}

export function parseNetwork(text: string): Reading<ConfiguredNetwork> {
  let selector: TrafficSelector;
  try {
    selector = parseSelector(text);
  } catch {
    return refuse(
      'INVALID_NETWORK',
      `${JSON.stringify(text)} is no network`,
      'write it like 10.1.0.0/24, 10.1.0.7, 10.1.0.1-10.1.0.9, or 10.1.0.0/24[6/443]',
    );
  }
  if (selector.port !== 0 && selector.protocol !== 6 && selector.protocol !== 17) {
    return refuse(
      'INVALID_NETWORK',
      `${JSON.stringify(text)} has a port, but its protocol has none`,
      'ports belong to TCP (6) and UDP (17)',
    );
  }
  return read({ selector, hostBits: text.includes('/') && hasHostBits(text, selector) });
}

function hasHostBits(text: string, selector: TrafficSelector): boolean {
  const base = /^\s*([^/[]+)\/\d/.exec(text)?.[1];
  return base !== undefined && parseIpAddress(base) !== selector.first;
}

/** Names appear in paths of the API and on command lines, so their characters are few. */
export function parseName(text: string): Reading<string> {
  if (/^[a-z0-9][a-z0-9._~-]{0,63}$/i.test(text)) return read(text);
  return refuse(
    'INVALID_NAME',
    `${JSON.stringify(text)} is no name`,
    'names have 1 to 64 of A-Z a-z 0-9 . _ ~ - and begin with a letter or digit',
  );
}
