import { z } from 'zod';
import type { MessageJson } from '../../src/decode/message-json.ts';

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const octet = z.int().min(0).max(255);
const u16 = z.int().min(0).max(65_535);
const u32 = z.int().min(0).max(4_294_967_295);
const data = z.strictObject({ data: hex });

const attribute = z.strictObject({
  type: u16,
  name: z.string(),
  format: z.enum(['tv', 'tlv']),
  value: hex.nullable().describe('null for a password, which is not shown'),
  text: z.string().describe('What the value means: `AES-CBC`, `256`, `192.0.2.1`'),
});
const transform = z.strictObject({
  number: octet,
  transformId: octet,
  transform: z.string(),
  attributes: z.array(attribute),
});
const proposal = z.strictObject({
  number: octet,
  protocolId: octet,
  protocol: z.string(),
  spi: hex,
  transforms: z.array(transform),
});
const certificate = z.strictObject({ encoding: octet, certificate: z.string(), data: hex });

/** What `value` of a payload has, by `name`. */
export const VALUES = {
  sa: z.strictObject({ doi: u32, situation: u32, proposals: z.array(proposal) }),
  'key-exchange': data,
  identification: z.strictObject({
    idType: octet,
    id: z.string(),
    protocolId: octet,
    port: u16,
    data: hex,
    text: z.string(),
  }),
  certificate,
  'certificate-request': certificate,
  hash: data,
  signature: data,
  nonce: data,
  notification: z.strictObject({
    doi: u32,
    protocolId: octet,
    protocol: z.string(),
    spi: hex,
    notifyType: u16,
    notify: z.string(),
    data: hex,
  }),
  delete: z.strictObject({ doi: u32, protocolId: octet, protocol: z.string(), spis: z.array(hex) }),
  'vendor-id': z.strictObject({ data: hex, vendor: z.string().nullable() }),
  configuration: z.strictObject({
    cfgType: octet,
    cfg: z.string(),
    identifier: u16,
    attributes: z.array(attribute),
  }),
  'nat-d': data,
  'nat-oa': z.strictObject({ idType: octet, address: z.string() }),
  fragment: z.strictObject({ fragmentId: u16, number: octet, last: z.boolean(), data: hex }),
} as const;

const error = z.strictObject({ code: z.string(), text: z.string() }).nullable();

const rest = {
  type: octet.describe('Its number'),
  length: u16.min(4).describe('Payload Length, with the four octets of the generic header'),
};
const unread = z.strictObject({
  name: z.enum(['unknown', ...(Object.keys(VALUES) as (keyof typeof VALUES)[])]),
  ...rest,
  value: z.null(),
  body: hex.describe('The octets behind the generic header, of a payload that was not read'),
  error,
});
const read = Object.entries(VALUES).map(([name, value]) =>
  z.strictObject({ name: z.literal(name as keyof typeof VALUES), ...rest, value, body: z.null(), error: z.null() }),
);

const endpoint = z.strictObject({ address: z.string(), port: u16 });
const header = <T extends z.ZodType>(type: T, text: string) => type.nullable().describe(text);

/** One line of `sallyport decode --json`; the docs and their JSON Schema come from here. */
export const messageSchema = z.strictObject({
  number: z.int().min(1).describe('Of the frame, from 1, as Wireshark counts'),
  time: z.string().describe('ISO 8601, UTC, to the microsecond'),
  source: endpoint.describe('`address` and `port`'),
  destination: endpoint.describe('`address` and `port`'),
  initiatorCookie: header(
    z.string().length(16),
    '16 hexadecimal digits; null, like all of the header, where there is none',
  ),
  responderCookie: header(z.string().length(16), '16 hexadecimal digits'),
  version: header(z.string(), '`1.0`'),
  exchange: header(z.string(), '`MAIN-MODE`, `AGGRESSIVE`, `QUICK-MODE`, `INFORMATIONAL`, `TRANSACTION`, …'),
  exchangeType: header(octet, 'Its number'),
  messageId: header(z.string().length(8), '8 hexadecimal digits'),
  flags: z.array(z.string()).describe('`ENCRYPTION`, `COMMIT`, `AUTHENTICATION-ONLY`'),
  nextPayload: header(octet, 'Type of the first payload, readable even where the message is encrypted'),
  length: header(u32, 'Octets of the message, as its header says'),
  encryption: z
    .strictObject({ status: z.enum(['clear', 'decrypted', 'encrypted']), reason: z.string().nullable() })
    .describe('`status`: sent in clear, decrypted here, or encrypted still, for which there is a `reason`'),
  hash: z
    .strictObject({
      status: z.enum(['verified', 'wrong', 'unchecked']),
      kind: z.enum(['HASH_I', 'HASH_R', 'HASH(1)', 'HASH(2)', 'HASH(3)']).nullable(),
    })
    .nullable()
    .describe(
      '`status` and `kind`; null without a HASH payload that could be verified; `unchecked` where a key is not known',
    ),
  payloads: z
    .array(z.union([unread, ...read]))
    .describe('Those in clear or decrypted: `name`, `type`, `length`, and `value`, or `body` and `error`'),
  padding: u32.describe('Octets behind the payloads, within the message'),
  trailing: u32.describe('Octets behind the message, within the datagram'),
  fragments: z
    .array(z.int().min(1))
    .nullable()
    .describe(
      'Numbers of the fragments of IKE that this message came in; it has the number of the one that made it whole',
    ),
  retransmissionOf: z.int().min(1).nullable().describe('Number of the message that this one repeats, octet by octet'),
  complete: z
    .boolean()
    .describe('False where the end is missing: cut by the capture, or an IP fragment that is not there'),
  error: error.describe('`code` and `text`: what is wrong with the header or the chain of payloads'),
});

/** The schema and the type that the program writes are the same thing, said twice. */
export const asWritten = (message: z.infer<typeof messageSchema>): { readonly [K in keyof MessageJson]: unknown } =>
  message;
