import { ipAddress } from '../base/address.ts';
import { toHex } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { ID_TYPE } from '../base/identity.ts';
import { recogniseVendorId } from '../ike/negotiate/vendor-ids.ts';
import {
  type AttributeTable,
  CONFIGURATION_TABLE,
  PHASE1_TABLE,
  PHASE2_TABLE,
  transformName,
} from '../ike/wire/attribute-tables.ts';
import type { DataAttribute } from '../ike/wire/attributes.ts';
import {
  CERTIFICATE_ENCODING,
  CONFIGURATION_TYPE,
  notifyName,
  numberName,
  PROTOCOL,
  protocolName,
} from '../ike/wire/numbers.ts';
import { attributeValueText, identificationData } from '../ike/wire/print-payload.ts';
import { type PayloadName, type PayloadValues, registeredName } from '../ike/wire/registry.ts';
import type { DecodedPayload } from './decoder.ts';
import { type ErrorJson, errorJson } from './error-json.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, Json>>;

/** One payload of a message. Octets are lower-case hexadecimal, here and in `value`. */
export interface PayloadJson {
  /** `sa`, `key-exchange`, …; `unknown` for a type without a codec. */
  readonly name: PayloadName | 'unknown';
  readonly type: number;
  /** Payload Length: with the four octets of the generic header. */
  readonly length: number;
  /** What it says, by its name; null where it could not be read. */
  readonly value: Fields | null;
  /** The octets behind the generic header, where there is no `value`; else null. */
  readonly body: string | null;
  readonly error: ErrorJson | null;
}

export function payloadJson({ view, payload }: DecodedPayload): PayloadJson {
  const name: PayloadJson['name'] = registeredName(view.type) ?? 'unknown';
  const length = view.body.length + 4;
  const head = { name, type: view.type, length };
  if (IkeError.is(payload)) return { ...head, value: null, body: toHex(view.body), error: errorJson(payload) };
  if (payload.name === 'unknown') return { ...head, value: null, body: toHex(view.body), error: null };
  const fields = FIELDS[payload.name] as (value: PayloadValues[PayloadName]) => Fields;
  return { ...head, value: fields(payload.value), body: null, error: null };
}

const data = (value: { readonly data: Uint8Array }): Fields => ({ data: toHex(value.data) });

const FIELDS: { readonly [N in PayloadName]: (value: PayloadValues[N]) => Fields } = {
  sa: ({ doi, situation, proposals }) => ({
    ...{ doi, situation },
    proposals: proposals.map(({ number, protocolId, spi, transforms }) => ({
      ...{ number, protocolId, protocol: protocolName(protocolId), spi: toHex(spi) },
      transforms: transforms.map((transform) => ({
        ...{ number: transform.number, transformId: transform.transformId },
        transform: transformName(protocolId, transform.transformId),
        attributes: transform.attributes.map((attribute) =>
          attributeFields(protocolId === PROTOCOL.ISAKMP ? PHASE1_TABLE : PHASE2_TABLE, attribute),
        ),
      })),
    })),
  }),
  'key-exchange': data,
  identification: ({ idType, protocolId, port, data: octets }) => ({
    ...{ idType, id: numberName(ID_TYPE, 'ID', idType), protocolId, port, data: toHex(octets) },
    text: identificationData({ idType, protocolId, port, data: octets }),
  }),
  certificate: certificateFields,
  'certificate-request': certificateFields,
  hash: data,
  signature: data,
  nonce: data,
  notification: ({ doi, protocolId, spi, notifyType, data: octets }) => ({
    ...{ doi, protocolId, protocol: protocolName(protocolId), spi: toHex(spi) },
    ...{ notifyType, notify: notifyName(notifyType), data: toHex(octets) },
  }),
  delete: ({ doi, protocolId, spis }) => ({
    ...{ doi, protocolId, protocol: protocolName(protocolId) },
    spis: spis.map(toHex),
  }),
  'vendor-id': (value) => ({ ...data(value), vendor: recogniseVendorId(value.data) ?? null }),
  configuration: ({ cfgType, identifier, attributes }) => ({
    ...{ cfgType, cfg: numberName(CONFIGURATION_TYPE, 'TYPE', cfgType), identifier },
    attributes: attributes.map((attribute) => attributeFields(CONFIGURATION_TABLE, attribute)),
  }),
  'nat-d': data,
  'nat-oa': ({ idType, address }) => ({ idType, address: ipAddress(address) }),
  fragment: ({ fragmentId, number, last, data: octets }) => ({ fragmentId, number, last, data: toHex(octets) }),
};

function certificateFields({ encoding, data: octets }: PayloadValues['certificate']): Fields {
  return { encoding, certificate: numberName(CERTIFICATE_ENCODING, 'ENCODING', encoding), data: toHex(octets) };
}

/** Passwords of XAUTH do not leave, though we have decrypted them: `value` is null and `text` says so. */
function attributeFields(table: AttributeTable, attribute: DataAttribute): Fields {
  const { type, format, value } = attribute;
  const secret = table.secrets?.has(type) === true && value.length > 0;
  return {
    ...{ type, name: numberName(table.types, 'ATTRIBUTE', type), format, value: secret ? null : toHex(value) },
    text: value.length === 0 ? '' : attributeValueText(table, attribute),
  };
}
