import { ipAddress } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import { ID_TYPE, identityText, printable } from '../../base/identity.ts';
import {
  type AttributeTable,
  CONFIGURATION_TABLE,
  PHASE1_TABLE,
  PHASE2_TABLE,
  transformName,
} from './attribute-tables.ts';
import type { DataAttribute } from './attributes.ts';
import type { CertificatePayload } from './certificate.ts';
import type { ConfigurationPayload } from './configuration.ts';
import type { DeletePayload } from './delete.ts';
import type { IdentificationPayload } from './identification.ts';
import type { NotificationPayload } from './notification.ts';
import { CERTIFICATE_ENCODING, CONFIGURATION_TYPE, notifyName, numberName, PROTOCOL, protocolName } from './numbers.ts';
import type { AnyPayload } from './payload.ts';
import type { Proposal } from './proposal.ts';
import type { PayloadName, PayloadValues } from './registry.ts';
import type { SaPayload } from './sa.ts';
import { isUnityNetworks, readUnityNetworks } from './unity-networks.ts';

/** What a payload says: `text` for its own line, and lines to stand indented below it. */
export interface PrintedPayload {
  readonly text: string;
  readonly below: readonly string[];
}

/** Ours: enough to recognise a vendor id or a hash, short enough for a line. */
const HEX_HEAD_BYTES = 32;
const LISTED_SPIS = 8;

/** A peer may name itself with 64 KB. */
const NAME_CHARACTERS = 128;
const cut = (text: string): string => (text.length <= NAME_CHARACTERS ? text : `${text.slice(0, NAME_CHARACTERS)}…`);

/** The beginning in hexadecimal, and a sign where more follows. */
export function hexHead(bytes: Uint8Array): string {
  return bytes.length <= HEX_HEAD_BYTES ? toHex(bytes) : `${toHex(bytes.subarray(0, HEX_HEAD_BYTES))}…`;
}

type Printers = { readonly [N in PayloadName]?: (value: PayloadValues[N]) => PrintedPayload };

/** What has a form of its own; the bodies of the others are octets that mean nothing to a reader. */
const PRINTERS: Printers = {
  sa: printSa,
  configuration: printConfiguration,
  identification: (id) => line(identificationText(id)),
  notification: (notification) => line(notificationText(notification)),
  delete: (payload) => line(deleteText(payload)),
  certificate: (certificate) => line(certificateText(certificate)),
  'certificate-request': (request) => line(certificateText(request)),
  'nat-oa': ({ address }) => line(ipAddress(address)),
  fragment: ({ fragmentId, number, last, data }) =>
    line(`id ${fragmentId}, number ${number}${last ? ', last' : ''}: ${hexHead(data)}`),
};

export function printPayload(payload: AnyPayload): PrintedPayload {
  if (payload.name === 'unknown') return line(hexHead(payload.body));
  const print = PRINTERS[payload.name] as ((value: PayloadValues[PayloadName]) => PrintedPayload) | undefined;
  return print?.(payload.value) ?? line(hexHead(payload.body));
}

const line = (text: string): PrintedPayload => ({ text, below: [] });

function printSa(sa: SaPayload): PrintedPayload {
  return { text: `DOI ${sa.doi}, situation ${sa.situation}`, below: sa.proposals.flatMap(proposalLines) };
}

function proposalLines(proposal: Proposal): readonly string[] {
  const { number, protocolId, spi, transforms } = proposal;
  const table = protocolId === PROTOCOL.ISAKMP ? PHASE1_TABLE : PHASE2_TABLE;
  return [
    `proposal ${number} ${protocolName(protocolId)}${spi.length === 0 ? '' : `, SPI ${toHex(spi)}`}`,
    ...transforms.map((transform) => {
      const attributes = transform.attributes.map((attribute) => attributeText(table, attribute)).join(', ');
      return `  transform ${transform.number} ${transformName(protocolId, transform.transformId)}: ${attributes}`.trimEnd();
    }),
  ];
}

function printConfiguration({ cfgType, identifier, attributes }: ConfigurationPayload): PrintedPayload {
  const text = `${numberName(CONFIGURATION_TYPE, 'TYPE', cfgType)}, identifier ${identifier}`;
  return { text, below: attributes.map((attribute) => attributeText(CONFIGURATION_TABLE, attribute)) };
}

/** `KEY-LENGTH 256`: a name, and behind it the value in the form that the table says. */
function attributeText(table: AttributeTable, attribute: DataAttribute): string {
  const name = numberName(table.types, 'ATTRIBUTE', attribute.type);
  return attribute.value.length === 0 ? name : `${name} ${attributeValueText(table, attribute)}`;
}

const networksText = (value: Uint8Array): string =>
  cut(
    readUnityNetworks(value)
      .map(({ address, mask }) => `${address}/${mask}`)
      .join(' '),
  );

/** `256`, `AES-CBC`, `192.0.2.1`: what the value of an attribute means by its table. Passwords are `[secret]`. */
export function attributeValueText(table: AttributeTable, { type, value }: DataAttribute): string {
  const among = (types: ReadonlySet<number> | undefined): boolean => types?.has(type) === true;
  if (among(table.secrets)) return '[secret]';
  if (among(table.texts)) return cut(printable(value));
  if (among(table.addresses) && (value.length === 4 || value.length === 16)) return ipAddress(value);
  if (among(table.networks) && isUnityNetworks(value)) return networksText(value);
  if (value.length > 4) return hexHead(value);
  const number = value.reduce((sum, octet) => sum * 256 + octet, 0);
  const names = table.values.get(type);
  return names === undefined ? String(number) : numberName(names, 'VALUE', number);
}

function identificationText(id: IdentificationPayload): string {
  const port = id.protocolId === 0 && id.port === 0 ? '' : `, protocol ${id.protocolId}, port ${id.port}`;
  return `${numberName(ID_TYPE, 'ID', id.idType)} ${identificationData(id)}${port}`;
}

/** The data of an identity as text: `192.0.2.0/255.255.255.0`, `@plant-7`; octets where the type has no better form. */
export function identificationData(id: IdentificationPayload): string {
  const half = id.data.length / 2;
  const pair = (): readonly [string, string] => [
    ipAddress(id.data.subarray(0, half)),
    ipAddress(id.data.subarray(half)),
  ];
  switch (id.idType) {
    case ID_TYPE.IPV4_ADDR_SUBNET:
    case ID_TYPE.IPV6_ADDR_SUBNET:
      return pair().join('/');
    case ID_TYPE.IPV4_ADDR_RANGE:
    case ID_TYPE.IPV6_ADDR_RANGE:
      return pair().join('-');
    case ID_TYPE.IPV4_ADDR:
    case ID_TYPE.IPV6_ADDR:
    case ID_TYPE.FQDN:
    case ID_TYPE.USER_FQDN:
      return cut(identityText(id));
    default:
      return hexHead(id.data);
  }
}

const certificateText = ({ encoding, data }: CertificatePayload): string =>
  `${numberName(CERTIFICATE_ENCODING, 'ENCODING', encoding)} ${hexHead(data)}`.trimEnd();

function notificationText({ protocolId, spi, notifyType, data, doi }: NotificationPayload): string {
  const parts = [`${notifyName(notifyType)}, DOI ${doi}, ${protocolName(protocolId)}`];
  if (spi.length > 0) parts.push(`SPI ${toHex(spi)}`);
  if (data.length > 0) parts.push(`data ${hexHead(data)}`);
  return parts.join(', ');
}

function deleteText({ protocolId, spis }: DeletePayload): string {
  const shown = spis.slice(0, LISTED_SPIS).map(toHex).join(' ');
  return `${protocolName(protocolId)}, SPI ${shown}${spis.length > LISTED_SPIS ? ` and ${spis.length - LISTED_SPIS} more` : ''}`;
}
